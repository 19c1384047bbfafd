"""Compact proofs (verdict.md 3.8)."""

from __future__ import annotations

from . import finality, origin
from .certificate import FinalizedCore
from .compact import Compact, compact
from .errors import Invalid, Malformed, Undetermined
from .figures import Figures
from .ledger import Ledger
from .record import INVOICE_TYPE, LogLeaf
from .short_code import short_code
from .trust_store import TrustStore
from .verdict import Json, Policy, Report, anchor_evidence, freshness, ledger_evidence, shown_fields


def judge(report: Report, data: bytes, trust: TrustStore, policy: Policy, now_ms: int) -> None:
    """K1 to K7."""
    try:
        read = compact(data)
    except Malformed:
        report.note("format", "malformed")
        return
    report.note("format")
    report.note("content")
    report.evidence["document"] = _document(read.figures, None)
    ledger = report.attempt("ledger", lambda: finality.pinned(read.ledger, trust, policy, now_ms))
    if ledger is None:
        return
    leaf = read.leaf(ledger.suite)
    final = _final(report, read, leaf, ledger)
    if final is None:
        return
    report.evidence["ledger"] = ledger_evidence(ledger, final)
    report.freshness = freshness(final, policy, now_ms)
    report.note("freshness", finality.staleness(final, policy, now_ms))
    _established(report, read, leaf, ledger)


def judge_code(report: Report, data: bytes) -> None:
    """S1 to S3: what a short code says."""
    try:
        read = short_code(data.decode("ascii").rstrip("\n"))
    except (Malformed, UnicodeDecodeError):
        report.note("format", "malformed")
        return
    report.note("format")
    report.note("content")
    report.evidence["document"] = _document(read.figures, None)
    report.note("origin", "not_anchored")


def _final(report: Report, read: Compact, leaf: LogLeaf, ledger: Ledger) -> FinalizedCore | None:
    """K4."""
    try:
        if read.head.epoch not in ledger.sets:
            raise Undetermined("epoch_unknown")
        core = read.core(leaf, ledger.suite, ledger.sets[read.head.epoch])
        final = ledger.accept_core(core, read.head.certificate)
    except (Invalid, Undetermined) as fault:
        if fault.reason == "certificate_signature" and _signed(read, leaf, ledger) is not None:
            report.note("origin", "document_altered")
        else:
            report.note("finality", fault.reason)
        return None
    report.note("finality")
    return final


def _established(report: Report, read: Compact, leaf: LogLeaf, ledger: Ledger) -> None:
    """K6, K7."""
    batch = read.batch
    report.evidence["document"] = _document(read.figures, read.figures.commitment(ledger.suite).hex())
    report.evidence["anchor"] = anchor_evidence(leaf, batch.in_log.index, batch.signature.key.kind)
    report.note("origin")
    report.note("signature", _signed(read, leaf, ledger))
    report.note("authority", "registry_unchecked")
    report.note("status", "status_unchecked")


def _signed(read: Compact, leaf: LogLeaf, ledger: Ledger) -> str | None:
    return origin.signed_batch(ledger.suite, leaf, read.batch.signature)


def _document(figures: Figures, digest: str | None) -> Json:
    return {
        "document_type": INVOICE_TYPE,
        "digest": digest,
        "fields": shown_fields(figures.fields),
        "undisclosed": 1,
        "broken_rule": None,
        "claimed_issuer": None,
    }
