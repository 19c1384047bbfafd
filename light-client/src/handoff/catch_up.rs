//! Years of hand-offs in few bytes: for a client that comes back after a long time.
//!
//! ```text
//! catch-up    = ["tally/catch-up/1", ledger, epoch, [step, …]]       from this epoch on, none left out
//! step        = [height, time_ms, log_size, log_root, previous, body_root, state_root, history_root,
//!                round, signers, signatures, changes]
//! signers     = ⌈n/8⌉ bytes; validator i is bit i mod 8, the lowest first, of byte i div 8
//! signatures  = 64 bytes for each of them, ascending
//! ```
//! What a step leaves out follows from the set before it: suite, ledger, epoch and both set
//! hashes. Nothing is believed for being left out: the certificate is over the whole header.

use alloc::vec::Vec;

use super::Handoff;
use crate::{
    cbor::{self, DecodeError, Reader, Wire, Writer, to_bytes},
    certificate::{Certificate, CertifiedHeader, CommitSignature, packed},
    hash::Digest,
    header::{Header, HeaderCore, HeaderRest},
    id::{Epoch, Height, LedgerId, Round, TimeMs, TreeSize},
    suite::Suite,
    validator_set::{SetChanges, ValidatorSet},
};

/// The longest catch-up that is read: far more than a century.
const MAX_BYTES: usize = 16 << 20;
const MAX_STEPS: usize = 10_000;
/// A bit for each of a hundred validators.
const MAX_SIGNER_BYTES: usize = 13;
/// A signature for each of a hundred validators.
const MAX_SIGNATURE_BYTES: usize = 100 * 64;

/// Hand-offs from one epoch on, each by its difference from the one before: unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatchUp {
    ledger: LedgerId,
    from: Epoch,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    height: Height,
    time_ms: TimeMs,
    log_size: TreeSize,
    log_root: Digest,
    previous: Digest,
    body_root: Digest,
    state_root: Digest,
    history_root: Digest,
    round: Round,
    signers: Vec<u8>,
    signatures: Vec<u8>,
    changes: SetChanges,
}

impl CatchUp {
    /// Of hand-offs that follow one another, from that of `set`'s epoch on.
    ///
    /// None for hand-offs that do not, or that are not of `ledger`: they have no such form.
    pub fn new(ledger: LedgerId, set: &ValidatorSet, handoffs: &[Handoff]) -> Option<Self> {
        let mut old = set;
        let mut steps = Vec::new();
        for handoff in handoffs {
            steps.push(Step::of(handoff, old));
            old = &handoff.next_set;
        }
        let catch_up = Self {
            ledger,
            from: set.epoch(),
            steps,
        };
        let suite = handoffs.first().map(|first| first.last.header.core.suite);
        let same =
            suite.is_none_or(|suite| catch_up.handoffs(suite, set).as_deref() == Ok(handoffs));
        same.then_some(catch_up)
    }

    /// Reads one.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        cbor::parse(bytes, MAX_BYTES)
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        to_bytes(self)
    }

    /// The ledger that it says it is of.
    pub const fn ledger(&self) -> LedgerId {
        self.ledger
    }

    /// The first epoch that it leads out of.
    pub const fn from(&self) -> Epoch {
        self.from
    }

    /// The hand-offs in full, unchecked as before.
    ///
    /// `set` is the one of epoch [`from`](Self::from): with another, none of them will hold.
    ///
    /// # Errors
    /// [`DecodeError`]: signers or changes that do not fit their set.
    pub fn handoffs(&self, suite: Suite, set: &ValidatorSet) -> Result<Vec<Handoff>, DecodeError> {
        let mut handoffs: Vec<Handoff> = Vec::new();
        for step in &self.steps {
            let old = handoffs.last().map_or(set, |handoff| &handoff.next_set);
            let handoff = step.handoff(self.ledger, suite, old)?;
            handoffs.push(handoff);
        }
        Ok(handoffs)
    }
}

impl Step {
    fn of(handoff: &Handoff, old: &ValidatorSet) -> Self {
        let Header { core, rest } = &handoff.last.header;
        let commits = &handoff.last.certificate.signatures;
        let mut signers = packed::signers(commits);
        signers.resize(old.validators().len().div_ceil(8), 0);
        Self {
            height: core.height,
            time_ms: core.time_ms,
            log_size: core.log_size,
            log_root: core.log_root,
            previous: rest.previous,
            body_root: rest.body_root,
            state_root: rest.state_root,
            history_root: rest.history_root,
            round: handoff.last.certificate.round,
            signers,
            signatures: commits
                .iter()
                .flat_map(|commit| commit.signature.0)
                .collect(),
            changes: SetChanges::between(old, &handoff.next_set),
        }
    }

    fn handoff(
        &self,
        ledger: LedgerId,
        suite: Suite,
        old: &ValidatorSet,
    ) -> Result<Handoff, DecodeError> {
        let next_set = self.changes.apply(old)?;
        let core = HeaderCore {
            suite,
            ledger,
            height: self.height,
            epoch: old.epoch(),
            time_ms: self.time_ms,
            log_size: self.log_size,
            log_root: self.log_root,
            set_hash: old.hash(suite),
        };
        let rest = HeaderRest {
            previous: self.previous,
            body_root: self.body_root,
            state_root: self.state_root,
            history_root: self.history_root,
            next_set_hash: Some(next_set.hash(suite)),
        };
        Ok(Handoff {
            last: CertifiedHeader {
                header: Header { core, rest },
                certificate: self.certificate(old)?,
            },
            next_set,
        })
    }

    fn certificate(&self, old: &ValidatorSet) -> Result<Certificate, DecodeError> {
        let count = old.validators().len();
        let commits = packed::commits(&self.signers, &self.signatures);
        // Bits beyond the set would be bytes that nobody has signed.
        let fits = |commits: &Vec<CommitSignature>| {
            let mut signers = commits.iter().map(|commit| usize::from(commit.signer));
            self.signers.len() == count.div_ceil(8) && signers.all(|signer| signer < count)
        };
        let signatures = commits.filter(fits);
        Ok(Certificate {
            round: self.round,
            signatures: signatures.ok_or(DecodeError::FieldOutOfRange("signers"))?,
        })
    }
}

impl Wire for Step {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(12)
            .value(&self.height)
            .value(&self.time_ms)
            .value(&self.log_size);
        writer
            .value(&self.log_root)
            .value(&self.previous)
            .value(&self.body_root)
            .value(&self.state_root)
            .value(&self.history_root);
        writer
            .value(&self.round)
            .bytes(&self.signers)
            .bytes(&self.signatures)
            .value(&self.changes);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(12)?;
        Ok(Self {
            height: reader.value()?,
            time_ms: reader.value()?,
            log_size: reader.value()?,
            log_root: reader.value()?,
            previous: reader.value()?,
            body_root: reader.value()?,
            state_root: reader.value()?,
            history_root: reader.value()?,
            round: reader.value()?,
            signers: reader.bytes(MAX_SIGNER_BYTES)?.to_vec(),
            signatures: reader.bytes(MAX_SIGNATURE_BYTES)?.to_vec(),
            changes: reader.value()?,
        })
    }
}

impl Wire for CatchUp {
    fn encode(&self, writer: &mut Writer) {
        writer
            .array(4)
            .text("tally/catch-up/1")
            .value(&self.ledger)
            .value(&self.from)
            .list(&self.steps);
    }
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(4)?;
        reader.purpose("tally/catch-up/1")?;
        Ok(Self {
            ledger: reader.value()?,
            from: reader.value()?,
            steps: reader.list(MAX_STEPS)?,
        })
    }
}
