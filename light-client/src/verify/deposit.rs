//! Decides deposits: was this file's digest on the ledger, since when, by whom?
//!
//! ```text
//! decode → ledger → finality → digest of the file → entry → agency
//! ```

use alloc::vec::Vec;

use crate::{
    deposit::{Deposit, DepositProofs},
    hash::Digest,
    id::TimeMs,
    key::KnownKeys,
    policy::Policy,
    record::{EvidenceEntry, MAX_EVIDENCE_BYTES, evidence_digest, evidence_key, issuer_key},
    trust::{TrustStore, TrustedLedger},
    verdict::{
        DepositEvidence, DepositHeadline, DepositReason, DepositVerdict, Reason, ValidatorEvidence,
    },
};

use super::chain::{self, Chain, Sealed};

/// Decides whether `file` was deposited, by the proof in `bytes`.
///
/// Presence needs no new header: entries are never changed or removed, so an old proof stays good
/// as long as its header counts. Absence does, as the file may have been deposited since.
///
/// # Security
/// The same bytes, trust, policy and time give the same verdict on every platform. The salt and
/// the file make the digest, so neither can be exchanged; nothing is taken from whoever delivered
/// them.
pub fn verify_deposit(
    file: &[u8],
    bytes: &[u8],
    trust: &TrustStore,
    policy: &Policy,
    now: TimeMs,
) -> DepositVerdict {
    let mut verdict = DepositVerdict {
        headline: DepositReason::Malformed.into(),
        digest: None,
        deposit: None,
        ledger: None,
        validators: Vec::new(),
        freshness: None,
    };
    if let Ok(deposit) = Deposit::parse(bytes) {
        verdict.headline = match decide(&mut verdict, file, &deposit, trust, (policy, now)) {
            Ok(true) => DepositHeadline::Deposited,
            Ok(false) => DepositHeadline::NotDeposited,
            Err(reason) => reason.into(),
        };
    }
    verdict
}

/// Whether the file was deposited; records what it establishes on the way.
fn decide(
    verdict: &mut DepositVerdict,
    file: &[u8],
    deposit: &Deposit,
    trust: &TrustStore,
    (policy, now): (&Policy, TimeMs),
) -> Result<bool, DepositReason> {
    if file.len() > MAX_EVIDENCE_BYTES {
        return Err(DepositReason::FileTooLong);
    }
    let proofs = &deposit.proofs;
    let mut keys = KnownKeys::none();
    let chain = Chain::from(proofs);
    let ledger = chain::followed(chain, trust, policy, now, &mut keys)?;
    let finalized = chain::finality(&ledger, chain, &mut keys)?;
    let sealed = Sealed::from(&finalized);
    let freshness = chain::freshness(sealed, policy, now);
    verdict.ledger = Some(chain::evidence(&ledger, sealed));
    verdict.validators = validators(&ledger, proofs);
    verdict.freshness = Some(freshness);
    if chain::is_future(sealed, now) {
        return Err(Reason::FutureHeader.into());
    }
    let digest = evidence_digest(ledger.suite(), &deposit.salt, file);
    verdict.digest = Some(digest);
    match entry(&ledger, proofs, &digest)? {
        Some(entry) => {
            verdict.deposit = Some(evidence(&ledger, proofs, entry)?);
            Ok(true)
        }
        None if proofs.agency.is_some() => Err(DepositReason::UnexpectedPart),
        None if freshness.age_ms > freshness.max_age_ms => Err(DepositReason::AbsenceStale),
        None => Ok(false),
    }
}

/// The digest's entry, if it has one.
fn entry<'a>(
    ledger: &TrustedLedger,
    proofs: &'a DepositProofs,
    digest: &Digest,
) -> Result<Option<&'a EvidenceEntry>, DepositReason> {
    let key = evidence_key(ledger.suite(), &ledger.id(), digest);
    let entry = proofs
        .entry
        .check(ledger.suite(), &proofs.roots, &key)
        .map_err(|_| DepositReason::FileMismatch)?;
    let core = &proofs.head.header.core;
    match entry {
        Some(entry)
            if entry.ledger != ledger.id()
                || entry.recorded > core.height
                || entry.recorded_ms > core.time_ms =>
        {
            Err(DepositReason::EntryMismatch)
        }
        entry => Ok(entry),
    }
}

/// What the ledger recorded, with the agency's names if they are proved.
fn evidence(
    ledger: &TrustedLedger,
    proofs: &DepositProofs,
    entry: &EvidenceEntry,
) -> Result<DepositEvidence, DepositReason> {
    let key = issuer_key(ledger.suite(), &ledger.id(), &entry.agency);
    let agency = proofs.agency.as_ref();
    let agency = agency
        .map(|proof| proof.check(ledger.suite(), &proofs.roots, &key))
        .transpose()
        .map_err(|_| DepositReason::AgencyProofInvalid)?
        .flatten();
    if agency.is_some_and(|agency| agency.ledger != ledger.id()) {
        return Err(DepositReason::EntryMismatch);
    }
    Ok(DepositEvidence {
        agency: entry.agency.clone(),
        name: agency.map(|agency| agency.name.clone()),
        recorded_height: entry.recorded.0,
        recorded_ms: entry.recorded_ms.0,
    })
}

fn validators(ledger: &TrustedLedger, proofs: &DepositProofs) -> Vec<ValidatorEvidence> {
    let signatures = &proofs.head.certificate.signatures;
    let has_signed = |place| {
        let mut signers = signatures.iter().map(|commit| usize::from(commit.signer));
        signers.any(|signer| signer == place)
    };
    let set = ledger.set_of(proofs.head.header.core.epoch);
    let validators = set.into_iter().flat_map(|set| set.validators()).enumerate();
    validators
        .map(|(place, validator)| ValidatorEvidence {
            agency: validator.agency.clone(),
            key: validator.key.clone(),
            key_id: validator.key.id(ledger.suite()),
            signed: has_signed(place),
        })
        .collect()
}

impl<'a> From<&'a DepositProofs> for Chain<'a> {
    fn from(proofs: &'a DepositProofs) -> Self {
        Self {
            ledger: &proofs.ledger,
            head: &proofs.head,
            handoffs: &proofs.handoffs,
            succession: proofs.succession.as_ref(),
            roots: &proofs.roots,
        }
    }
}

impl From<Reason> for DepositReason {
    fn from(reason: Reason) -> Self {
        Self::Chain(reason)
    }
}
