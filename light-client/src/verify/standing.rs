//! Does the document still stand?

use crate::{
    bundle::Proofs,
    hash::Digest,
    id::{IssuerId, TimeMs},
    record::{Standing, StatusEntry, status_key},
    verdict::{Check, Reason, StatusEvidence},
};

use super::{chain::Head, report::Report};

/// Looks the document up among those not in good standing.
pub(super) fn check(
    report: &mut Report,
    issuer: &IssuerId,
    document: &Digest,
    proofs: &Proofs,
    head: &Head<'_>,
    now: TimeMs,
) {
    let outcome = entry(issuer, document, proofs, head).and_then(|entry| match entry {
        None => Ok(()),
        Some(entry) => {
            report.evidence.status = Some(evidence(entry));
            // A block that is ahead of the verifier's clock has its own word for what is in effect.
            judge(entry, now.max(head.finalized.header().core.time_ms))
        }
    });
    report.record(Check::Status, outcome);
}

fn entry<'a>(
    issuer: &IssuerId,
    document: &Digest,
    proofs: &'a Proofs,
    head: &Head<'_>,
) -> Result<Option<&'a StatusEntry>, Reason> {
    let status = proofs.status.as_ref().ok_or(Reason::StatusUnchecked)?;
    let key = status_key(head.suite, &proofs.ledger, issuer, document);
    let entry = status
        .check(head.suite, head.roots, &key)
        .map_err(|_| Reason::StatusProofInvalid)?;
    match entry {
        Some(entry) if entry.ledger != proofs.ledger => Err(Reason::LedgerMismatch),
        entry => Ok(entry),
    }
}

/// A dated revocation counts from its date, by the verifier's own clock.
fn judge(entry: &StatusEntry, now: TimeMs) -> Result<(), Reason> {
    let in_effect = entry.effective_ms <= now;
    match entry.standing {
        Standing::Revoked if in_effect => Err(Reason::Revoked),
        Standing::Suspended if in_effect => Err(Reason::Suspended),
        // Only what is suspended is reinstated, and until then it is suspended.
        Standing::Reinstated if !in_effect => Err(Reason::Suspended),
        Standing::Revoked | Standing::Suspended | Standing::Reinstated => Ok(()),
    }
}

fn evidence(entry: &StatusEntry) -> StatusEvidence {
    StatusEvidence {
        standing: entry.standing,
        reason: entry.reason,
        basis: entry.basis.clone(),
        role: entry.role,
        by: entry.by.clone(),
        recorded_height: entry.recorded.0,
        recorded_ms: entry.recorded_ms.0,
        effective_ms: entry.effective_ms.0,
    }
}
