//! Decides compact proofs: are these the figures that were issued and anchored?
//!
//! ```text
//! decode → ledger → [figures → batch → leaf → log → header] → certificate → batch signature
//! ```
//! Between figures and certificate nothing can be compared, as every digest on the way is computed:
//! what is wrong there shows by signatures that do not hold.

use crate::{
    certificate::FinalizedCore,
    compact::Compact,
    id::TimeMs,
    key::KnownKeys,
    policy::Policy,
    record::LogLeaf,
    short_code::ShortCode,
    suite::Suite,
    trust::{TrustStore, TrustedLedger},
    verdict::{Check, Reason},
};

use super::{
    chain::{self, Sealed},
    content, origin,
    report::Report,
};

/// Decides a compact proof.
pub(super) fn check(
    report: &mut Report,
    bytes: &[u8],
    trust: &TrustStore,
    policy: &Policy,
    now: TimeMs,
    keys: &mut KnownKeys,
) {
    let Ok(compact) = Compact::parse(bytes) else {
        return report.fail(Check::Format, Reason::Malformed);
    };
    report.pass(Check::Format);
    content::read_printed(report, &compact.figures.printed);
    let ledger = match chain::pinned(&compact.ledger, trust, policy, now) {
        Ok(ledger) => ledger,
        Err(reason) => return report.fail(Check::Ledger, reason),
    };
    report.pass(Check::Ledger);
    match finality(&compact, ledger, keys) {
        Ok((leaf, finalized)) => {
            report.pass(Check::Finality);
            chain::judge_time(report, ledger, Sealed::from(&finalized), policy, now);
            established(report, &compact, &leaf, ledger.suite(), keys);
        }
        Err((check, reason)) => report.fail(check, reason),
    }
}

/// Says what a short code says: no proof comes with it, whatever it is.
pub(super) fn check_short_code(report: &mut Report, bytes: &[u8]) {
    let text = core::str::from_utf8(bytes).unwrap_or_default();
    match ShortCode::parse(text.trim_end_matches('\n')) {
        Ok(code) => {
            report.pass(Check::Format);
            content::read_printed(report, &code.figures().printed);
            report.fail(Check::Origin, Reason::NotAnchored);
        }
        Err(_) => report.fail(Check::Format, Reason::Malformed),
    }
}

/// What follows once the header counts: it is over these very figures.
fn established(
    report: &mut Report,
    compact: &Compact,
    leaf: &LogLeaf,
    suite: Suite,
    keys: &mut KnownKeys,
) {
    let batch = &compact.batch;
    report.document_digest(compact.figures.commitment(suite));
    let kind = batch.signature.key.kind();
    report.evidence.anchor = Some(origin::anchor(leaf, batch.log_path.index, kind));
    report.pass(Check::Origin);
    let signed = origin::batch_signature(leaf, &batch.signature, suite, keys);
    report.record(Check::Signature, signed);
    report.fail(Check::Authority, Reason::RegistryUnchecked);
    report.fail(Check::Status, Reason::StatusUnchecked);
}

/// The leaf and the header to which the figures lead, once it is certain that the header counts.
fn finality(
    compact: &Compact,
    ledger: &TrustedLedger,
    keys: &mut KnownKeys,
) -> Result<(LogLeaf, FinalizedCore), (Check, Reason)> {
    let suite = ledger.suite();
    let malformed = |_| (Check::Format, Reason::Malformed);
    let leaf = compact.leaf(suite).map_err(malformed)?;
    let refused = |reason| (Check::Finality, reason);
    let finalized = match certified(compact, &leaf, ledger, keys) {
        // Another header than anybody has signed: because of the figures, or of what comes after?
        Err(Reason::CertificateSignature)
            if origin::batch_signature(&leaf, &compact.batch.signature, suite, keys).is_err() =>
        {
            return Err((Check::Origin, Reason::DocumentAltered));
        }
        finalized => finalized.map_err(refused)?,
    };
    if ledger.has_superseded(finalized.core().epoch, &finalized.hash()) {
        return Err(refused(Reason::SupersededEpoch));
    }
    chain::unforked(ledger, Sealed::from(&finalized)).map_err(refused)?;
    Ok((leaf, finalized))
}

fn certified(
    compact: &Compact,
    leaf: &LogLeaf,
    ledger: &TrustedLedger,
    keys: &mut KnownKeys,
) -> Result<FinalizedCore, Reason> {
    let (suite, head) = (ledger.suite(), &compact.head);
    let set = ledger.set_of(head.epoch).ok_or(Reason::EpochUnknown)?;
    if !ledger.spans(head.epoch, head.height) {
        return Err(Reason::BeyondEpoch);
    }
    let core = compact.core(suite, leaf, set.hash(suite));
    let core = core.map_err(|_| Reason::Malformed)?;
    let hash = core.header_hash(&head.rest);
    if let Some(known) = ledger.known_by_hash(&hash, &head.certificate) {
        return Ok(known.to_core());
    }
    head.certificate
        .check_core(core, &head.rest, set, keys)
        .map_err(chain::certificate_reason)
}
