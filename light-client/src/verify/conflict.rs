//! Decides conflict files: what do the two headers prove, and of whom?
//!
//! ```text
//! decode → the headers exclude each other → certificates → the set is the pinned ledger's
//! ```

use alloc::vec::Vec;

use crate::{
    certificate::FinalizedHeader,
    conflict::{Conflict, ConflictError, Fault, ProvenConflict, Unproven},
    genesis::Purpose,
    id::Round,
    suite::Suite,
    trust::{TrustStore, TrustedLedger},
    validator_set::Validator,
    verdict::{
        ConflictEvidence, ConflictHeadline, ConflictReason, ConflictVerdict, ConflictingHeader,
        FaultEvidence, PinnedLedger, Reason, Signatory,
    },
};

use super::chain::certificate_reason;

/// Decides what the conflict file in `bytes` proves of a ledger in `trust`.
///
/// Without a trust store, or if the store does not know the set, the answer is undetermined at
/// best, and `conflict` still says what the file proves by itself.
///
/// # Security
/// Names in the file are the file's own until the set is the pinned ledger's: whoever makes up
/// keys can give them any agency's name. The age of a pin does not matter here, nor that an epoch
/// has ended: what a key of the set signed stays signed. *When* it signed is not in the file.
pub fn verify_conflict(bytes: &[u8], trust: Option<&TrustStore>) -> ConflictVerdict {
    let mut verdict = ConflictVerdict {
        headline: ConflictReason::Malformed.into(),
        conflict: None,
        pinned: None,
    };
    if let Ok(conflict) = Conflict::parse(bytes) {
        verdict.headline = match decide(&mut verdict, &conflict, trust) {
            Ok(headline) => headline,
            Err(reason) => reason.into(),
        };
    }
    verdict
}

/// The headline; records what it establishes on the way.
fn decide(
    verdict: &mut ConflictVerdict,
    conflict: &Conflict,
    trust: Option<&TrustStore>,
) -> Result<ConflictHeadline, ConflictReason> {
    let proven = conflict.check()?;
    verdict.conflict = Some(evidence(conflict, &proven));
    let ledger = pinned(
        conflict,
        &proven,
        trust.ok_or(ConflictReason::NoTrustStore)?,
    )?;
    verdict.pinned = Some(PinnedLedger {
        name: ledger.genesis().name.clone(),
        demo: ledger.genesis().purpose == Purpose::Demo,
    });
    Ok(match proven.fault() {
        Fault::Equivocation { .. } => ConflictHeadline::Equivocation,
        Fault::Fork { .. } => ConflictHeadline::Fork,
    })
}

/// The pinned ledger, if it has this set in this epoch.
fn pinned<'a>(
    conflict: &Conflict,
    proven: &ProvenConflict,
    trust: &'a TrustStore,
) -> Result<&'a TrustedLedger, ConflictReason> {
    let core = &proven.headers()[0].header().core;
    let ledger = trust.ledger(&core.ledger).ok_or(Reason::LedgerUnknown)?;
    let set = ledger.set_of(core.epoch).ok_or(Reason::EpochUnknown)?;
    if set == conflict.set() && ledger.suite() == core.suite {
        Ok(ledger)
    } else {
        Err(ConflictReason::OtherSet)
    }
}

fn evidence(conflict: &Conflict, proven: &ProvenConflict) -> ConflictEvidence {
    let [first, second] = proven.headers();
    let [one, other] = *proven.rounds();
    let core = &first.header().core;
    ConflictEvidence {
        fault: fault(proven.fault(), core.suite),
        ledger: core.ledger,
        epoch: core.epoch.0,
        set_hash: core.set_hash,
        validators: conflict.set().validators().len(),
        faulty_at_least: conflict.set().quorum_overlap(),
        headers: [header(first, one), header(second, other)],
    }
}

fn fault(fault: &Fault, suite: Suite) -> FaultEvidence {
    match fault {
        Fault::Equivocation { culprits } => FaultEvidence::Equivocation {
            culprits: signatories(culprits, suite),
        },
        Fault::Fork {
            contradiction,
            suspects,
        } => FaultEvidence::Fork {
            contradiction: *contradiction,
            suspects: signatories(suspects, suite),
        },
    }
}

fn signatories(validators: &[Validator], suite: Suite) -> Vec<Signatory> {
    let validators = validators.iter();
    validators
        .map(|validator| Signatory {
            agency: validator.agency.clone(),
            key: validator.key.clone(),
            key_id: validator.key.id(suite),
        })
        .collect()
}

const fn header(finalized: &FinalizedHeader, round: Round) -> ConflictingHeader {
    let core = &finalized.header().core;
    ConflictingHeader {
        height: core.height.0,
        round: round.0,
        header_hash: finalized.hash(),
        time_ms: core.time_ms.0,
    }
}

impl From<ConflictError> for ConflictReason {
    fn from(error: ConflictError) -> Self {
        match error {
            ConflictError::Certificate(error) => Self::Chain(certificate_reason(error)),
            ConflictError::Unproven(Unproven::DifferentSets) => Self::DifferentSets,
            ConflictError::Unproven(Unproven::LedgerMismatch) => {
                Self::Chain(Reason::LedgerMismatch)
            }
            ConflictError::Unproven(Unproven::OneHistory) => Self::OneHistory,
            ConflictError::Unproven(Unproven::SameHeader) => Self::SameHeader,
        }
    }
}

impl From<Reason> for ConflictReason {
    fn from(reason: Reason) -> Self {
        Self::Chain(reason)
    }
}
