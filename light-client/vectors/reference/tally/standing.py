"""Status and period: does the document stand (verdict.md 3.7, C1)."""

from __future__ import annotations

from . import state
from .bundle import Bundle
from .credential import Credential
from .errors import Invalid, ProofError, Undetermined
from .finality import Certified
from .record import StatusEntry, status_key
from .state import Namespace
from .verdict import Report, status_evidence


def check(
    report: Report, certified: Certified, read: Bundle, issuer: str, digest: bytes, now_ms: int
) -> None:
    """Looks the document up among those not in good standing."""
    try:
        entry = _entry(certified, read, issuer, digest)
    except (Invalid, Undetermined) as fault:
        report.note("status", fault.reason)
        return
    if entry is None:
        report.note("status")
        return
    report.evidence["status"] = status_evidence(entry)
    report.note("status", in_force(entry, now_ms, certified.final.header.time_ms))


def _entry(certified: Certified, read: Bundle, issuer: str, digest: bytes) -> StatusEntry | None:
    suite, ledger = certified.ledger.suite, certified.ledger.genesis.ledger
    if read.status is None:
        raise Undetermined("status_unchecked")
    key = status_key(suite, ledger, issuer, digest)
    try:
        entry = state.check(suite, read.status, key, read.basis.roots.of(Namespace.STATUS))
    except ProofError:
        raise Invalid("status_proof_invalid") from None
    if entry is not None and entry.ledger != ledger:
        raise Invalid("ledger_mismatch")
    return entry


def in_force(entry: StatusEntry, now_ms: int, header_ms: int) -> str | None:
    """The reason of a standing that has taken effect.

    What is in effect by the block's own time is so whatever a clock that is behind says; and until a reinstatement
    takes effect, what it ends goes on (verdict.md §3.7).
    """
    started = entry.effective_ms <= max(now_ms, header_ms)
    if entry.standing == "reinstated":
        return None if started else "suspended"
    return entry.standing if started else None


def period(body: Credential, now_ms: int) -> str | None:
    """`exp` and `nbf`, that second excluded (document.md §2.2)."""
    if body.expires is not None and now_ms // 1000 >= body.expires:
        return "expired"
    if body.not_before is not None and now_ms // 1000 < body.not_before:
        return "not_yet_valid"
    return None
