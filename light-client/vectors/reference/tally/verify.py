"""The verdict on a bundle or a bare credential: all checks, in the order of verdict.md §3."""

from __future__ import annotations

from . import bundle, compact, credential, document, finality, judge_compact, judge_credential, judge_invoice
from .bundle import Bundle
from .credential import KeyIssuer
from .document import Content
from .errors import DocumentError, Malformed
from .finality import Certified
from .judge_credential import bare_key
from .trust_store import TrustStore
from .verdict import Json, Policy, Report, freshness, ledger_evidence


def verify(data: bytes, trust: TrustStore, policy: Policy, now_ms: int) -> Json:
    """The verdict on the bytes of a file."""
    report = Report()
    if compact.is_compact(data):
        judge_compact.judge(report, data, trust, policy, now_ms)
        return report.verdict()
    if data.startswith(b"https://"):
        judge_compact.judge_code(report, data)
        return report.verdict()
    if data.startswith(b"eyJ"):
        _bare(report, data)
        return report.verdict()
    try:
        read = bundle.bundle(data)
    except Malformed:
        report.note("format", "malformed")
        return report.verdict()
    report.note("format")
    _bundle(report, read, trust, policy, now_ms)
    return report.verdict()


def _bare(report: Report, data: bytes) -> None:
    """A bare SD-JWT (3.1): only the signature of a bare key can be checked."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        report.note("format", "malformed")
        return
    report.note("format")
    content = _content(report, lambda: Content(credential.read(text.rstrip("\n"))))
    if content is None:
        return
    body = content.credential
    if isinstance(body.issuer, KeyIssuer):
        bare_key(report, body, body.issuer)
    else:
        report.note("origin", "not_anchored")


def _content(report: Report, read: document.Reader) -> Content | None:
    try:
        content = read()
    except DocumentError as fault:
        report.note("content", "document_malformed")
        report.evidence["document"] = document.broken(fault.code)
        return None
    report.note("content")
    report.evidence["document"] = content.evidence()
    return content


def _bundle(report: Report, read: Bundle, trust: TrustStore, policy: Policy, now_ms: int) -> None:
    """Content first, for it needs no ledger; the rest only under a header that counts (3.2)."""
    content = _content(report, lambda: document.read(read.document))
    certified = _certified(report, read, trust, policy, now_ms)
    if certified is None or content is None:
        return
    report.evidence["document"] = {**content.evidence(), "digest": content.digest(certified.ledger.suite).hex()}
    if content.is_credential:
        judge_credential.judge(report, content, read, certified, now_ms)
    else:
        judge_invoice.judge(report, content, read, certified, now_ms)


def _certified(report: Report, read: Bundle, trust: TrustStore, policy: Policy, now_ms: int) -> Certified | None:
    basis = read.basis
    ledger = report.attempt("ledger", lambda: finality.known_ledger(basis, trust, policy, now_ms))
    if ledger is None:
        return None
    certified = report.attempt("finality", lambda: finality.certify(basis, ledger, policy, now_ms))
    if certified is not None:
        report.evidence["ledger"] = ledger_evidence(ledger, certified.final)
        report.freshness = freshness(certified.final, policy, now_ms)
        report.note("freshness", finality.staleness(certified.final, policy, now_ms))
    return certified
