"""The checks that bundles and deposits share: ledger and finality (verdict.md L3 to L6)."""

from __future__ import annotations

from dataclasses import dataclass

from .bundle import Basis
from .certificate import Finalized, FinalizedCore
from .errors import Invalid, Undetermined
from .ledger import Ledger
from .trust_store import TrustStore
from .verdict import Policy


@dataclass(frozen=True)
class Certified:
    """A header that counts, with the ledger as it is known after the hand-offs; whether it is new enough."""

    ledger: Ledger
    final: Finalized
    fresh: bool


def known_ledger(basis: Basis, trust: TrustStore, policy: Policy, now_ms: int) -> Ledger:
    """The pinned ledger, with all hand-offs of the file followed."""
    return pinned(basis.ledger, trust, policy, now_ms).follow(basis.handoffs)


def pinned(name: bytes, trust: TrustStore, policy: Policy, now_ms: int) -> Ledger:
    """The ledger as the trust store has it, if it has heard of it lately enough."""
    ledger = trust.ledgers.get(name)
    if ledger is None:
        raise Undetermined("ledger_unknown")
    if now_ms - ledger.pinned_ms > policy.max_pin_age_ms:
        raise Undetermined("pin_too_old")
    return ledger


def certify(basis: Basis, ledger: Ledger, policy: Policy, now_ms: int) -> Certified:
    """Decides whether the header counts and the roots are its own."""
    final = ledger.accept(basis.head, basis.succession)
    if basis.roots.state_root(ledger.suite) != final.header.state_root:
        raise Invalid("state_root_mismatch")
    if ledger.contradicts(final.header):
        raise Invalid("conflicting_header")
    return Certified(ledger, final, staleness(final, policy, now_ms) is None)


def staleness(final: FinalizedCore, policy: Policy, now_ms: int) -> str | None:
    """Why the header is not new enough, if it is not."""
    if is_future(final, policy, now_ms):
        return "future_header"
    return "status_stale" if now_ms - final.header.time_ms > policy.max_age_ms else None


def is_future(final: FinalizedCore, policy: Policy, now_ms: int) -> bool:
    """Whether the header is further ahead than clocks may differ."""
    return final.header.time_ms > now_ms + policy.max_ahead_ms
