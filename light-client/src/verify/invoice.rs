//! Decides invoices.

use crate::{
    bundle::{InvoiceProofs, Origin, Proofs},
    document::InvoiceDocument,
    hash::Digest,
    id::{DocumentType, TimeMs},
    key::{KnownKeys, did_key},
    record::{
        InvoiceRecord, Lease, Module, invoice_leaf, lease_key, record_key, record_seller,
        seller_digest, used_key,
    },
    suite::Suite,
    verdict::{Check, InvoiceEvidence, Reason},
};

use super::{chain::Head, origin, origin::Claim, report::Report, standing};

/// Decides an invoice by its proofs.
pub(super) fn check(
    report: &mut Report,
    document: &InvoiceDocument,
    proofs: &Proofs,
    head: &Head<'_>,
    now: TimeMs,
    keys: &mut KnownKeys,
) {
    let commitment = document.commitment(head.suite);
    let Some(found) = &proofs.origin else {
        report.fail(Check::Origin, Reason::NotAnchored);
        if let Some(entries) = &proofs.invoice {
            report.record(
                Check::Record,
                used(document, &commitment, entries, proofs, head),
            );
        }
        return;
    };
    let document_type = DocumentType::invoice();
    let claim = Claim {
        module: Module::Invoice,
        document_type: &document_type,
        batch_leaf: invoice_leaf(head.suite, &document.number(), &commitment),
    };
    let unaltered = origin::check(report, &claim, found, proofs, head);
    let issuer = &found.leaf.issuer;
    // Who reads the invoice reads the agency's name there: it must be the one that answers for it.
    let named = document.invoice().agency_did();
    if named.is_some_and(|did| did != issuer.did(&proofs.ledger)) {
        report.fail(Check::Origin, Reason::IssuerMismatch);
    }
    let authority = origin::issuer_entry(report, issuer, proofs, head).and_then(|entry| {
        let entitled = entry.may_issue(&document_type, found.leaf.height);
        if entitled {
            Ok(())
        } else {
            Err(Reason::IssuerNotAuthorised)
        }
    });
    report.record(Check::Authority, authority);
    // What was altered is refused by its hash; a signature would add nothing.
    if unaltered {
        let signed = origin::batch_signature(&found.leaf, &found.signature, head.suite, keys);
        report.record(Check::Signature, signed);
    }
    check_entries(report, document, &commitment, found, proofs, head);
    standing::check(report, issuer, &commitment, proofs, head, now);
}

/// Checks the invoice against the ledger's own entries: lease, number, amounts.
fn check_entries(
    report: &mut Report,
    document: &InvoiceDocument,
    commitment: &Digest,
    found: &Origin,
    proofs: &Proofs,
    head: &Head<'_>,
) {
    let Some(entries) = &proofs.invoice else {
        return report.fail(Check::Record, Reason::NotYetRegistered);
    };
    report.record(
        Check::Authority,
        lease(document, found, entries, proofs, head),
    );
    let used = used(document, commitment, entries, proofs, head);
    report.record(Check::Record, used);
    let mut record = record(document, found, entries, proofs, head);
    // Numbers and records come onto the ledger together.
    if used.is_ok() && record == Err(Reason::NotYetRegistered) {
        record = Err(Reason::AmountMismatch);
    }
    if let Ok(record) = record {
        report.evidence.invoice = Some(evidence(record));
        report.record(Check::Record, amounts(document, record));
        report.record(
            Check::Status,
            if record.is_reversed() {
                Err(Reason::RedLettered)
            } else {
                Ok(())
            },
        );
    }
    report.record(Check::Record, record.map(|_| ()));
}

/// The lease ties the signing key to the seller named on the invoice.
fn lease(
    document: &InvoiceDocument,
    found: &Origin,
    entries: &InvoiceProofs,
    proofs: &Proofs,
    head: &Head<'_>,
) -> Result<(), Reason> {
    let suite = head.suite;
    let crate::state::StateProof::Present(claimed, _) = &entries.lease else {
        return Err(Reason::LeaseMismatch);
    };
    let key = lease_key(suite, &proofs.ledger, &found.leaf.key_id, &claimed.first);
    let lease = entries
        .lease
        .check(suite, head.roots, &key)
        .map_err(|_| Reason::InvoiceProofInvalid)?
        .ok_or(Reason::LeaseMismatch)?;
    if fits(document, found, lease, proofs, head) {
        Ok(())
    } else {
        Err(Reason::LeaseMismatch)
    }
}

fn fits(
    document: &InvoiceDocument,
    found: &Origin,
    lease: &Lease,
    proofs: &Proofs,
    head: &Head<'_>,
) -> bool {
    let seller = document.invoice().seller();
    let named = seller_digest(head.suite, seller.id().as_str(), seller.name());
    let did = seller
        .did()
        .is_none_or(|did| did == did_key::format(&lease.seller_key));
    lease.ledger == proofs.ledger
        && lease.agency == found.leaf.issuer
        && lease.seller_key == found.signature.key
        && lease.seller == named
        && lease.covers(&document.number())
        && lease.holds_at(found.leaf.height)
        && did
}

/// The number must be used by this invoice and no other.
fn used(
    document: &InvoiceDocument,
    commitment: &Digest,
    entries: &InvoiceProofs,
    proofs: &Proofs,
    head: &Head<'_>,
) -> Result<(), Reason> {
    let key = used_key(head.suite, &proofs.ledger, &document.number());
    let used = entries
        .used
        .check(head.suite, head.roots, &key)
        .map_err(|_| Reason::InvoiceProofInvalid)?
        .ok_or(Reason::NotYetRegistered)?;
    if used.ledger != proofs.ledger {
        Err(Reason::LedgerMismatch)
    } else if used.commitment != *commitment {
        Err(Reason::NumberReused)
    } else {
        Ok(())
    }
}

fn record<'a>(
    document: &InvoiceDocument,
    found: &Origin,
    entries: &'a InvoiceProofs,
    proofs: &Proofs,
    head: &Head<'_>,
) -> Result<&'a InvoiceRecord, Reason> {
    let key = record_key(
        head.suite,
        &proofs.ledger,
        &document.record_name(head.suite),
    );
    let record = entries
        .record
        .check(head.suite, head.roots, &key)
        .map_err(|_| Reason::InvoiceProofInvalid)?
        .ok_or(Reason::NotYetRegistered)?;
    if record.ledger != proofs.ledger {
        Err(Reason::LedgerMismatch)
    } else if record.agency != found.leaf.issuer {
        Err(Reason::IssuerMismatch)
    } else if record.seller != seller_of_record(document, head.suite) {
        Err(Reason::LeaseMismatch)
    } else {
        Ok(record)
    }
}

/// The seller as this invoice's record must name it: a record that another seller opened under a
/// name it overheard is not this invoice's.
fn seller_of_record(document: &InvoiceDocument, suite: Suite) -> Digest {
    let seller = document.invoice().seller();
    let seller = seller_digest(suite, seller.id().as_str(), seller.name());
    record_seller(suite, &document.record_name(suite), &seller)
}

/// Kind and gross amount; that of a red invoice is negative in the document.
fn amounts(document: &InvoiceDocument, record: &InvoiceRecord) -> Result<(), Reason> {
    let invoice = document.invoice();
    let gross_fen = invoice.gross().get().unsigned_abs();
    if invoice.kind() == record.kind && gross_fen == record.gross_fen {
        Ok(())
    } else {
        Err(Reason::AmountMismatch)
    }
}

const fn evidence(record: &InvoiceRecord) -> InvoiceEvidence {
    InvoiceEvidence {
        gross_fen: record.gross_fen,
        remaining_fen: record.remaining_fen,
        red_fen: record.red_fen,
        pledged: record.pledge.is_some(),
        booking: record.booking,
        period: record.period,
    }
}
