//! From the pinned ledger to the one header under which everything is proved.

use core::cmp::Ordering;

use crate::{
    bundle::{Proofs, SuccessionProof},
    certificate::{CertificateError, CertifiedHeader, FinalizedCore, FinalizedHeader},
    handoff::{Handoff, HandoffError},
    hash::Digest,
    header::{Header, HeaderCore, history_leaf},
    id::{LedgerId, TimeMs, TreeSize},
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

/// The part of a header that counts by which its age is judged, and which is shown.
#[derive(Clone, Copy)]
pub(super) struct Sealed<'a> {
    pub(super) core: &'a HeaderCore,
    pub(super) hash: Digest,
    pub(super) signers: usize,
}

impl<'a> From<&'a FinalizedHeader> for Sealed<'a> {
    fn from(finalized: &'a FinalizedHeader) -> Self {
        Self {
            core: &finalized.header().core,
            hash: finalized.hash(),
            signers: finalized.signers(),
        }
    }
}

impl<'a> From<&'a FinalizedCore> for Sealed<'a> {
    fn from(finalized: &'a FinalizedCore) -> Self {
        Self {
            core: finalized.core(),
            hash: finalized.hash(),
            signers: finalized.signers(),
        }
    }
}

/// What leads from a pinned ledger to one header, in whatever file it came.
#[derive(Clone, Copy)]
pub(super) struct Chain<'a> {
    pub(super) ledger: &'a LedgerId,
    pub(super) head: &'a CertifiedHeader,
    pub(super) handoffs: &'a [Handoff],
    pub(super) succession: Option<&'a SuccessionProof>,
    pub(super) roots: &'a StateRoots,
}

impl<'a> From<&'a Proofs> for Chain<'a> {
    fn from(proofs: &'a Proofs) -> Self {
        Self {
            ledger: &proofs.ledger,
            head: &proofs.head,
            handoffs: &proofs.handoffs,
            succession: proofs.succession.as_ref(),
            roots: &proofs.roots,
        }
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
    let chain = Chain::from(proofs);
    let ledger = match followed(chain, trust, policy, now, keys) {
        Ok(ledger) => ledger,
        Err(reason) => {
            report.fail(Check::Ledger, reason);
            return None;
        }
    };
    report.pass(Check::Ledger);
    match finality(&ledger, chain, keys) {
        Ok(finalized) => {
            report.pass(Check::Finality);
            let fresh = judge_time(report, &ledger, Sealed::from(&finalized), policy, now);
            Some(Head {
                suite: ledger.suite(),
                finalized,
                roots: chain.roots,
                fresh,
            })
        }
        Err(reason) => {
            report.fail(Check::Finality, reason);
            None
        }
    }
}

/// The ledger as the trust store has it, if it has heard of it lately enough.
pub(super) fn pinned<'a>(
    id: &LedgerId,
    trust: &'a TrustStore,
    policy: &Policy,
    now: TimeMs,
) -> Result<&'a TrustedLedger, Reason> {
    let ledger = trust.ledger(id).ok_or(Reason::LedgerUnknown)?;
    if now.0.saturating_sub(ledger.learned_ms().0) > policy.max_pin_age_ms {
        return Err(Reason::PinTooOld);
    }
    Ok(ledger)
}

/// The ledger as pinned, with all hand-offs that the file brings.
pub(super) fn followed(
    chain: Chain<'_>,
    trust: &TrustStore,
    policy: &Policy,
    now: TimeMs,
    keys: &mut KnownKeys,
) -> Result<TrustedLedger, Reason> {
    let mut ledger = pinned(chain.ledger, trust, policy, now)?.clone();
    ledger
        .follow_with(chain.handoffs, keys)
        .map_err(|error| match error {
            TrustError::HandoffConflict { .. } => Reason::HandoffConflict,
            TrustError::Handoff(HandoffError::LedgerMismatch) => Reason::LedgerMismatch,
            TrustError::Handoff(HandoffError::EpochAhead) => Reason::EpochUnknown,
            _ => Reason::HandoffInvalid,
        })?;
    Ok(ledger)
}

/// The header, once it is certain that it counts and that the roots are its own.
pub(super) fn finality(
    ledger: &TrustedLedger,
    chain: Chain<'_>,
    keys: &mut KnownKeys,
) -> Result<FinalizedHeader, Reason> {
    let header = &chain.head.header;
    let core = &header.core;
    if core.ledger != *chain.ledger || core.suite != ledger.suite() {
        return Err(Reason::LedgerMismatch);
    }
    let set = ledger.set_of(core.epoch).ok_or(Reason::EpochUnknown)?;
    if !ledger.spans(core.epoch, core.height) {
        return Err(Reason::BeyondEpoch);
    }
    let finalized = match ledger.known(chain.head) {
        Some(known) => known.clone(),
        None => chain
            .head
            .check_with(set, keys)
            .map_err(certificate_reason)?,
    };
    current_history(ledger, chain, &finalized, keys)?;
    if chain.roots.hash(core.suite) != header.rest.state_root {
        return Err(Reason::StateRootMismatch);
    }
    unforked(ledger, Sealed::from(&finalized))?;
    Ok(finalized)
}

/// Of one height there is one header.
pub(super) fn unforked(ledger: &TrustedLedger, sealed: Sealed<'_>) -> Result<(), Reason> {
    match ledger.newest_header() {
        Some(newest)
            if newest.header().core.height == sealed.core.height
                && newest.hash() != sealed.hash =>
        {
            Err(Reason::ConflictingHeader)
        }
        _ => Ok(()),
    }
}

/// The superseded-set rule: keys of a past epoch may be in anybody's hands by now, so its headers
/// count only as part of a history that the newest set has signed, or that the landmark ends.
fn current_history(
    ledger: &TrustedLedger,
    chain: Chain<'_>,
    finalized: &FinalizedHeader,
    keys: &mut KnownKeys,
) -> Result<(), Reason> {
    let newest = ledger.newest_set().epoch();
    let epoch = finalized.header().core.epoch;
    let Some(succession) = chain.succession else {
        return if ledger.has_superseded(epoch, &finalized.hash()) {
            Err(Reason::SupersededEpoch)
        } else {
            Ok(())
        };
    };
    // What was fresh when the file was made must not become false by a hand-off since.
    let by = &succession.newest.header;
    match by.core.epoch.cmp(&newest) {
        Ordering::Less if ledger.has_superseded(by.core.epoch, &by.hash()) => {
            Err(Reason::SupersededEpoch)
        }
        Ordering::Greater => Err(Reason::EpochUnknown),
        Ordering::Less | Ordering::Equal if epoch == newest => Err(Reason::UnexpectedPart),
        Ordering::Less | Ordering::Equal => in_history(ledger, succession, finalized, keys),
    }
}

/// Whether a header is part of the history that a later one ends.
fn in_history(
    ledger: &TrustedLedger,
    succession: &SuccessionProof,
    finalized: &FinalizedHeader,
    keys: &mut KnownKeys,
) -> Result<(), Reason> {
    let core = &succession.newest.header.core;
    // The set before a pinned checkpoint is unknown: its landmark is believed by its hash.
    if let Some(set) = ledger.set_of(core.epoch) {
        let newest = succession.newest.check_with(set, keys);
        newest.map_err(certificate_reason)?;
    }
    if core.ledger != ledger.id() {
        return Err(Reason::LedgerMismatch);
    }
    if !ledger.spans(core.epoch, core.height) {
        return Err(Reason::BeyondEpoch);
    }
    let earlier = TreeSize(core.height.0.saturating_sub(1));
    let place = finalized.header().core.height.0.checked_sub(1);
    if place != Some(succession.path.index.0) {
        return Err(Reason::HistoryMismatch);
    }
    let leaf = history_leaf(core.suite, &finalized.hash());
    let root = succession
        .path
        .root(Tree::History, core.suite, leaf, earlier);
    match root {
        Ok(root) if root == succession.newest.header.rest.history_root => Ok(()),
        _ => Err(Reason::HistoryMismatch),
    }
}

pub(super) const fn certificate_reason(error: CertificateError) -> Reason {
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

pub(super) fn judge_time(
    report: &mut Report,
    ledger: &TrustedLedger,
    sealed: Sealed<'_>,
    policy: &Policy,
    now: TimeMs,
) -> bool {
    report.evidence.ledger = Some(evidence(ledger, sealed));
    let freshness = freshness(sealed, policy, now);
    report.freshness = Some(freshness);
    let outcome = if is_future(sealed, now) {
        Err(Reason::FutureHeader)
    } else if freshness.age_ms > freshness.max_age_ms {
        Err(Reason::StatusStale)
    } else {
        Ok(())
    };
    report.record(Check::Freshness, outcome)
}

pub(super) fn evidence(ledger: &TrustedLedger, sealed: Sealed<'_>) -> LedgerEvidence {
    let core = sealed.core;
    LedgerEvidence {
        ledger: ledger.id(),
        name: ledger.genesis().name.clone(),
        demo: ledger.genesis().purpose == crate::genesis::Purpose::Demo,
        height: core.height.0,
        epoch: core.epoch.0,
        time_ms: core.time_ms.0,
        header_hash: sealed.hash,
        signers: sealed.signers,
        validators: ledger
            .set_of(core.epoch)
            .map_or(0, |set| set.validators().len()),
    }
}

pub(super) fn freshness(sealed: Sealed<'_>, policy: &Policy, now: TimeMs) -> Freshness {
    let as_of_ms = sealed.core.time_ms.0;
    Freshness {
        as_of_ms,
        age_ms: now.0.saturating_sub(as_of_ms),
        max_age_ms: policy.max_age_ms,
    }
}

pub(super) const fn is_future(sealed: Sealed<'_>, now: TimeMs) -> bool {
    sealed.core.time_ms.0 > now.0.saturating_add(MAX_CLOCK_SKEW_MS)
}
