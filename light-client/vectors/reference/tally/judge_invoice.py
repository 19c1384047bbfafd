"""Invoices under a header that counts (verdict.md 3.6)."""

from __future__ import annotations

from . import origin, standing
from .bundle import Bundle, InvoiceProofs, Origin
from .document import Content
from .errors import Invalid
from .finality import Certified
from .invoice_entries import Entries, record_evidence, taken_back
from .record import INVOICE_TYPE, IssuerEntry, LogLeaf
from .verdict import Report


def judge(report: Report, content: Content, read: Bundle, certified: Certified, now_ms: int) -> None:
    """I1 to I9."""
    anchored, proofs = read.origin, read.invoice
    if anchored is None:
        report.note("origin", "not_anchored")
        if proofs is not None:
            entries = Entries(certified, content.invoice, proofs, read.basis.roots)
            report.attempt("record", entries.used)
        return
    leaf = anchored.leaf
    unaltered = origin.check(report, certified, content, anchored)
    agency = content.invoice.agency_did
    if agency is not None and agency != f"did:tally:{read.basis.ledger.hex()}:{leaf.issuer}":
        report.note("origin", "issuer_mismatch")
    entry = origin.issuer_entry(report, certified, read, leaf.issuer)
    if entry is not None:
        report.attempt("authority", lambda: _authority(entry, leaf))
    if unaltered:
        report.note("signature", origin.batch_signature(certified, anchored))
    if proofs is None:
        report.note("record", "not_yet_registered")
    else:
        _entries(report, content, anchored, proofs, certified, read)
    standing.check(report, certified, read, leaf.issuer, content.digest(certified.ledger.suite), now_ms)


def _authority(entry: IssuerEntry, leaf: LogLeaf) -> None:
    """I4: any key of the agency will do, for the batch is signed by the seller under its lease."""
    if not any(r.document_type == INVOICE_TYPE and r.holds_at(leaf.height) for r in entry.rights):
        raise Invalid("issuer_not_authorised")


def _entries(
    report: Report, content: Content, anchored: Origin, proofs: InvoiceProofs, certified: Certified, read: Bundle
) -> None:
    """I6 to I8: lease, number, record."""
    entries = Entries(certified, content.invoice, proofs, read.basis.roots)
    report.attempt("authority", lambda: entries.lease(anchored))
    used = report.attempt("record", entries.used)
    record = report.attempt("record", lambda: entries.record(anchored.leaf, used))
    if record is None:
        return
    report.evidence["invoice"] = record_evidence(record)
    report.note("record", entries.amounts(record))
    report.note("status", "red_lettered" if taken_back(record) else None)
