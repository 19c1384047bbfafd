//! The decision: bytes, trust, policy and the time go in, a verdict comes out.
//!
//! ```text
//! decode → ledger → finality → content → origin → authority → signatures → record → status → freshness
//! ```
//! Cheap checks come before dear ones: a wrong byte is refused by a hash before any signature of
//! the document is looked at. A step that another rests on is not reached when that one fails;
//! its check is then reported as not checked.

mod chain;
mod compact;
mod conflict;
mod content;
mod credential;
mod deposit;
mod invoice;
mod origin;
mod report;
mod standing;

use crate::{
    bundle::{Bundle, Proofs},
    compact::Compact,
    id::TimeMs,
    key::KnownKeys,
    policy::Policy,
    short_code,
    trust::TrustStore,
    verdict::{Check, Reason, Verdict},
};

pub use conflict::verify_conflict;
pub use deposit::verify_deposit;

use chain::Head;
use content::Content;
use report::Report;

/// Decides whether the document in `bytes` is genuine, by whom it was issued with what right, and
/// whether it still stands.
///
/// `bytes` is a bundle; or a compact proof of an invoice, the text of a short code, or a bare
/// SD-JWT, which can at best be undetermined.
///
/// # Security
/// The same bytes, trust, policy and time give the same verdict on every platform. No part of
/// the answer is taken from whoever delivered the bytes, names included.
pub fn verify(bytes: &[u8], trust: &TrustStore, policy: &Policy, now: TimeMs) -> Verdict {
    verify_with(bytes, trust, policy, now, &mut KnownKeys::none())
}

/// [`verify`] for someone who verifies many documents: the same verdict, sooner where the keys of
/// validators, agencies and sellers have been seen before.
pub fn verify_with(
    bytes: &[u8],
    trust: &TrustStore,
    policy: &Policy,
    now: TimeMs,
    keys: &mut KnownKeys,
) -> Verdict {
    let mut report = Report::new();
    if content::is_sd_jwt(bytes) {
        credential::check_bare(&mut report, bytes);
        return report.finish();
    }
    if Compact::is_compact(bytes) {
        compact::check(&mut report, bytes, trust, policy, now, keys);
        return report.finish();
    }
    if short_code::is_address(bytes) {
        compact::check_short_code(&mut report, bytes);
        return report.finish();
    }
    match Bundle::parse(bytes) {
        Ok(bundle) => {
            report.pass(Check::Format);
            check_bundle(&mut report, &bundle, trust, policy, now, keys);
        }
        Err(_) => report.fail(Check::Format, Reason::Malformed),
    }
    report.finish()
}

fn check_bundle(
    report: &mut Report,
    bundle: &Bundle,
    trust: &TrustStore,
    policy: &Policy,
    now: TimeMs,
    keys: &mut KnownKeys,
) {
    let content = content::read(report, &bundle.document);
    let Some(head) = chain::check(report, &bundle.proofs, trust, policy, now, keys) else {
        return;
    };
    if let Some(content) = content {
        check_document(report, &content, &bundle.proofs, &head, now, keys);
    }
}

fn check_document(
    report: &mut Report,
    content: &Content,
    proofs: &Proofs,
    head: &Head<'_>,
    now: TimeMs,
    keys: &mut KnownKeys,
) {
    report.document_digest(content.digest(head.suite));
    match content {
        Content::Credential(document) => {
            credential::check(report, document, proofs, head, now, keys);
        }
        Content::Invoice(document) => invoice::check(report, document, proofs, head, now, keys),
    }
}
