"""Credentials under a header that counts (verdict.md 3.5)."""

from __future__ import annotations

from . import origin, standing
from .bundle import Bundle
from .credential import Credential, KeyIssuer, LedgerIssuer
from .document import Content
from .errors import Invalid, Undetermined
from .finality import Certified
from .record import IssuerEntry
from .verdict import Report


def judge(report: Report, content: Content, read: Bundle, certified: Certified, now_ms: int) -> None:
    """C1 to C9."""
    body = content.credential
    report.note("period", standing.period(body, now_ms))
    issuer = body.issuer
    if isinstance(issuer, KeyIssuer):
        if read.origin is not None:
            report.note("origin", "issuer_mismatch")
        else:
            bare_key(report, body, issuer)
        return
    if issuer.ledger != read.basis.ledger:
        report.note("origin", "ledger_mismatch")
        return
    if read.invoice is not None:
        report.note("format", "unexpected_part")
    unaltered = _origin(report, content, issuer, read, certified)
    entry = origin.issuer_entry(report, certified, read, issuer.name)
    if entry is not None:
        report.attempt("authority", lambda: _authority(body, issuer, entry, read, certified))
        if unaltered:
            report.note("signature", _signature(body, issuer, entry, certified))
            if read.origin is not None:
                report.note("signature", origin.batch_signature(certified, read.origin))
    standing.check(report, certified, read, issuer.name, content.digest(certified.ledger.suite), now_ms)


def bare_key(report: Report, body: Credential, issuer: KeyIssuer) -> None:
    """B4 and B5: a key may sign anything."""
    report.note("signature", None if body.signed_by(issuer.key) else "issuer_signature_invalid")
    report.note("authority", "bare_did_key")


def _origin(report: Report, content: Content, issuer: LedgerIssuer, read: Bundle, certified: Certified) -> bool:
    """Whether it is not another than was anchored; C4 and C5."""
    if read.origin is None:
        report.note("origin", "not_anchored")
        return True
    unaltered = origin.check(report, certified, content, read.origin)
    if unaltered and read.origin.leaf.issuer != issuer.name:
        report.note("origin", "issuer_mismatch")
    return unaltered


def _authority(
    body: Credential, issuer: LedgerIssuer, entry: IssuerEntry, read: Bundle, certified: Certified
) -> None:
    """C7: the right is judged at the anchor height, for the key of the credential and that of the batch."""
    anchored = None if read.origin is None else read.origin.leaf
    height = certified.final.header.height if anchored is None else anchored.height
    rights = [r for r in entry.rights if r.document_type == body.document_type and r.holds_at(height)]
    needed = {issuer.key_id} | ({anchored.key_id} if anchored is not None else set())
    if needed <= {right.key.key_id(certified.ledger.suite) for right in rights}:
        return
    if anchored is None and not certified.fresh:
        raise Undetermined("status_stale")
    raise Invalid("issuer_not_authorised")


def _signature(body: Credential, issuer: LedgerIssuer, entry: IssuerEntry, certified: Certified) -> str | None:
    """C8. A key that no right of the entry names signs for somebody else."""
    keys = {right.key.key_id(certified.ledger.suite): right.key for right in entry.rights}
    key = keys.get(issuer.key_id)
    return None if key is not None and body.signed_by(key) else "issuer_signature_invalid"
