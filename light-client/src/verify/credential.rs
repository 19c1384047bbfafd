//! Decides credentials.

use crate::{
    bundle::Proofs,
    document::{Credential, CredentialIssuer},
    hash::Digest,
    id::{DocumentType, IssuerId, TimeMs},
    key::{KeyId, KnownKeys},
    record::{IssuerEntry, Module, document_leaf},
    verdict::{Check, Reason},
};

use super::{chain::Head, content, origin, origin::Claim, report::Report, standing};

/// Decides a credential by its proofs.
pub(super) fn check(
    report: &mut Report,
    credential: &Credential,
    proofs: &Proofs,
    head: &Head<'_>,
    now: TimeMs,
    keys: &mut KnownKeys,
) {
    report.record(Check::Period, period(credential, now));
    let (issuer, key_id) = match credential.issuer() {
        CredentialIssuer::Ledger { ledger, .. } if *ledger != proofs.ledger => {
            return report.fail(Check::Origin, Reason::LedgerMismatch);
        }
        CredentialIssuer::Ledger { issuer, key_id, .. } => (issuer, key_id),
        // A ledger anchors only what its registered issuers sign.
        CredentialIssuer::DidKey(_) if proofs.origin.is_some() => {
            return report.fail(Check::Origin, Reason::IssuerMismatch);
        }
        CredentialIssuer::DidKey(_) => return check_did_key(report, credential),
    };
    if proofs.invoice.is_some() {
        report.fail(Check::Format, Reason::UnexpectedPart);
    }
    let digest = credential.digest(head.suite);
    let document_type = credential.document_type();
    let unaltered = check_origin(report, issuer, &digest, document_type, proofs, head);
    match origin::issuer_entry(report, issuer, proofs, head) {
        Ok(entry) => {
            let right = authority(credential, key_id, entry, proofs, head);
            report.record(Check::Authority, right);
            // What was altered is refused by its hash; its signatures would add nothing.
            if unaltered {
                check_signatures(report, credential, key_id, entry, (proofs, head), keys);
            }
        }
        Err(reason) => report.fail(Check::Authority, reason),
    }
    standing::check(report, issuer, &digest, proofs, head, now);
}

/// Follows the credential to the log, if it was anchored; false if it is another than anchored.
fn check_origin(
    report: &mut Report,
    issuer: &IssuerId,
    digest: &Digest,
    document_type: &DocumentType,
    proofs: &Proofs,
    head: &Head<'_>,
) -> bool {
    let Some(found) = &proofs.origin else {
        report.fail(Check::Origin, Reason::NotAnchored);
        return true;
    };
    let batch_leaf = document_leaf(head.suite, digest);
    let claim = Claim {
        module: Module::Anchor,
        document_type,
        batch_leaf,
    };
    let unaltered = origin::check(report, &claim, found, proofs, head);
    if unaltered && found.leaf.issuer != *issuer {
        report.fail(Check::Origin, Reason::IssuerMismatch);
    }
    unaltered
}

/// Checks the issuer's signatures, on the credential and on its batch, by its proved entry.
fn check_signatures(
    report: &mut Report,
    credential: &Credential,
    key_id: &KeyId,
    entry: &IssuerEntry,
    (proofs, head): (&Proofs, &Head<'_>),
    keys: &mut KnownKeys,
) {
    let signed = match entry.key(head.suite, key_id) {
        Some(key) => credential
            .verify_signature_with(key, keys)
            .map_err(|_| Reason::IssuerSignatureInvalid),
        None => Err(Reason::IssuerSignatureInvalid),
    };
    report.record(Check::Signature, signed);
    if let Some(found) = &proofs.origin {
        let signed = origin::batch_signature(&found.leaf, &found.signature, head.suite, keys);
        report.record(Check::Signature, signed);
    }
}

/// The right is judged at the height of anchoring, for the key that signed the credential and
/// the key that signed the batch. What was never anchored is judged as of the header.
fn authority(
    credential: &Credential,
    key_id: &KeyId,
    entry: &IssuerEntry,
    proofs: &Proofs,
    head: &Head<'_>,
) -> Result<(), Reason> {
    let document_type = credential.document_type();
    let may = |key: &KeyId, height| {
        entry
            .right(head.suite, key, document_type, height)
            .is_some()
    };
    match &proofs.origin {
        Some(found) => {
            let height = found.leaf.height;
            let entitled = may(key_id, height) && may(&found.leaf.key_id, height);
            if entitled {
                Ok(())
            } else {
                Err(Reason::IssuerNotAuthorised)
            }
        }
        None if may(key_id, head.header().core.height) => Ok(()),
        None if head.fresh => Err(Reason::IssuerNotAuthorised),
        None => Err(Reason::StatusStale),
    }
}

fn period(credential: &Credential, now: TimeMs) -> Result<(), Reason> {
    let now = i64::try_from(now.0 / 1000).unwrap_or(i64::MAX);
    if credential.valid_until().is_some_and(|until| until.0 <= now) {
        return Err(Reason::Expired);
    }
    if credential.valid_from().is_some_and(|from| now < from.0) {
        return Err(Reason::NotYetValid);
    }
    Ok(())
}

/// Decides a credential that comes without any proof.
pub(super) fn check_bare(report: &mut Report, bytes: &[u8]) {
    let Ok(text) = core::str::from_utf8(bytes) else {
        return report.fail(Check::Format, Reason::Malformed);
    };
    report.pass(Check::Format);
    let Some(credential) = content::read_credential(report, text.trim_end_matches('\n')) else {
        return;
    };
    report.pass(Check::Content);
    match credential.issuer() {
        CredentialIssuer::DidKey(_) => check_did_key(report, &credential),
        CredentialIssuer::Ledger { .. } => report.fail(Check::Origin, Reason::NotAnchored),
    }
}

/// A key may sign anything: even a signature that holds says nothing about who is behind it.
fn check_did_key(report: &mut Report, credential: &Credential) {
    if let CredentialIssuer::DidKey(key) = credential.issuer() {
        let signed = credential.verify_signature(key);
        report.record(
            Check::Signature,
            signed.map_err(|_| Reason::IssuerSignatureInvalid),
        );
    }
    report.fail(Check::Authority, Reason::BareDidKey);
}
