//! From the pinned ledger to the one header under which everything is proved.

use crate::{
    bundle::Proofs,
    certificate::{CertificateError, FinalizedHeader},
    handoff::HandoffError,
    header::{Header, history_leaf},
    id::{TimeMs, TreeSize},
    key::KnownKeys,
    merkle::Tree,
    policy::{MAX_CLOCK_SKEW_MS, Policy},
    state::StateRoots,
    suite::Suite,
    trust::{TrustError, TrustStore, TrustedLedger},
    verdict::{Check, Freshness, LedgerEvidence, Reason},
};

use super::report::Report;

/// A header that counts, and the roots that hash to it.
pub(super) struct Head<'a> {
    pub(super) suite: Suite,
    pub(super) finalized: FinalizedHeader,
    pub(super) roots: &'a StateRoots,
    /// Whether the header is new enough for the policy.
    pub(super) fresh: bool,
}

impl Head<'_> {
    pub(super) const fn header(&self) -> &Header {
        self.finalized.header()
    }
}

/// Checks everything that does not depend on the document.
pub(super) fn check<'a>(
    report: &mut Report,
    proofs: &'a Proofs,
    trust: &TrustStore,
    policy: &Policy,
    now: TimeMs,
    keys: &mut KnownKeys,
) -> Option<Head<'a>> {
    let mut ledger = match known_ledger(proofs, trust, policy, now) {
        Ok(ledger) => ledger,
        Err(reason) => {
            report.fail(Check::Ledger, reason);
            return None;
        }
    };
    if !report.record(Check::Ledger, follow(&mut ledger, proofs, keys)) {
        return None;
    }
    match finality(&ledger, proofs, keys) {
        Ok(finalized) => {
            report.pass(Check::Finality);
            let fresh = judge_time(report, &ledger, &finalized, policy, now);
            Some(Head {
                suite: ledger.suite(),
                finalized,
                roots: &proofs.roots,
                fresh,
            })
        }
        Err(reason) => {
            report.fail(Check::Finality, reason);
            None
        }
    }
}

fn known_ledger(
    proofs: &Proofs,
    trust: &TrustStore,
    policy: &Policy,
    now: TimeMs,
) -> Result<TrustedLedger, Reason> {
    let ledger = trust.ledger(&proofs.ledger).ok_or(Reason::LedgerUnknown)?;
    if now.0.saturating_sub(ledger.learned_ms().0) > policy.max_pin_age_ms {
        return Err(Reason::PinTooOld);
    }
    Ok(ledger.clone())
}

fn follow(ledger: &mut TrustedLedger, proofs: &Proofs, keys: &mut KnownKeys) -> Result<(), Reason> {
    ledger
        .follow_with(&proofs.handoffs, keys)
        .map_err(|error| match error {
            TrustError::HandoffConflict { .. } => Reason::HandoffConflict,
            TrustError::Handoff(HandoffError::LedgerMismatch) => Reason::LedgerMismatch,
            _ => Reason::HandoffInvalid,
        })
}

fn finality(
    ledger: &TrustedLedger,
    proofs: &Proofs,
    keys: &mut KnownKeys,
) -> Result<FinalizedHeader, Reason> {
    let header = &proofs.head.header;
    let core = &header.core;
    if core.ledger != proofs.ledger || core.suite != ledger.suite() {
        return Err(Reason::LedgerMismatch);
    }
    let set = ledger.set_of(core.epoch).ok_or(Reason::EpochUnknown)?;
    if ledger
        .last_height_of(core.epoch)
        .is_some_and(|last| core.height > last)
    {
        return Err(Reason::BeyondEpoch);
    }
    let finalized = match ledger.known(&proofs.head) {
        Some(known) => known.clone(),
        None => proofs
            .head
            .check_with(set, keys)
            .map_err(certificate_reason)?,
    };
    current_history(ledger, proofs, &finalized, keys)?;
    if proofs.roots.hash(core.suite) != header.rest.state_root {
        return Err(Reason::StateRootMismatch);
    }
    match ledger.newest_header() {
        Some(newest)
            if newest.header().core.height == core.height && newest.hash() != finalized.hash() =>
        {
            Err(Reason::ConflictingHeader)
        }
        _ => Ok(finalized),
    }
}

/// The superseded-set rule: keys of a past epoch may be in anybody's hands by now, so its headers
/// count only as part of a history that the newest set has signed.
fn current_history(
    ledger: &TrustedLedger,
    proofs: &Proofs,
    finalized: &FinalizedHeader,
    keys: &mut KnownKeys,
) -> Result<(), Reason> {
    let newest_set = ledger.newest_set();
    let superseded = finalized.header().core.epoch != newest_set.epoch();
    match &proofs.succession {
        None if superseded => Err(Reason::SupersededEpoch),
        None => Ok(()),
        Some(_) if !superseded => Err(Reason::UnexpectedPart),
        Some(succession) => {
            let newest = succession
                .newest
                .check_with(newest_set, keys)
                .map_err(certificate_reason)?;
            let header = newest.header();
            if header.core.ledger != proofs.ledger {
                return Err(Reason::LedgerMismatch);
            }
            let suite = header.core.suite;
            let earlier = TreeSize(header.core.height.0.saturating_sub(1));
            let place = finalized.header().core.height.0.checked_sub(1);
            if place != Some(succession.path.index.0) {
                return Err(Reason::HistoryMismatch);
            }
            let leaf = history_leaf(suite, &finalized.hash());
            match succession.path.root(Tree::History, suite, leaf, earlier) {
                Ok(root) if root == header.rest.history_root => Ok(()),
                _ => Err(Reason::HistoryMismatch),
            }
        }
    }
}

const fn certificate_reason(error: CertificateError) -> Reason {
    match error {
        CertificateError::EpochMismatch => Reason::CertificateEpoch,
        CertificateError::QuorumMismatch { .. } => Reason::CertificateQuorum,
        CertificateError::SetMismatch => Reason::CertificateSet,
        CertificateError::SignatureMismatch { .. } => Reason::CertificateSignature,
        CertificateError::SignersNotAscending => Reason::CertificateSigners,
        CertificateError::SuiteMismatch => Reason::CertificateSuite,
        CertificateError::UnknownSigner { .. } => Reason::CertificateUnknownSigner,
    }
}

fn judge_time(
    report: &mut Report,
    ledger: &TrustedLedger,
    finalized: &FinalizedHeader,
    policy: &Policy,
    now: TimeMs,
) -> bool {
    let core = &finalized.header().core;
    report.evidence.ledger = Some(LedgerEvidence {
        ledger: ledger.id(),
        name: ledger.genesis().name.clone(),
        demo: ledger.genesis().purpose == crate::genesis::Purpose::Demo,
        height: core.height.0,
        epoch: core.epoch.0,
        time_ms: core.time_ms.0,
        header_hash: finalized.hash(),
        signers: finalized.signers(),
        validators: ledger
            .set_of(core.epoch)
            .map_or(0, |set| set.validators().len()),
    });
    let age_ms = now.0.saturating_sub(core.time_ms.0);
    let max_age_ms = policy.max_age_ms;
    report.freshness = Some(Freshness {
        as_of_ms: core.time_ms.0,
        age_ms,
        max_age_ms,
    });
    let outcome = if core.time_ms.0 > now.0.saturating_add(MAX_CLOCK_SKEW_MS) {
        Err(Reason::FutureHeader)
    } else if age_ms > max_age_ms {
        Err(Reason::StatusStale)
    } else {
        Ok(())
    };
    report.record(Check::Freshness, outcome)
}
