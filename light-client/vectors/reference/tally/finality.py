"""The checks that bundles and deposits share: ledger and finality (ledger.md, "Finality")."""

from __future__ import annotations

from dataclasses import dataclass

from .bundle import Basis
from .certificate import Finalized
from .errors import Invalid, Undetermined
from .handoff import Ledger, TrustStore
from .verdict import Policy


@dataclass(frozen=True)
class Certified:
    """A header that counts, with the ledger as it is known after the hand-offs."""

    ledger: Ledger
    final: Finalized


def known_ledger(basis: Basis, others: set[bytes], trust: TrustStore, policy: Policy, now_ms: int) -> Ledger:
    """The pinned ledger that all parts speak of; `others` are the ledgers named outside headers.

    An unknown ledger comes first: so the vector `other-ledger` has it (FINDINGS.md).
    """
    ledger = trust.ledgers.get(basis.ledger)
    if ledger is None:
        raise Undetermined("ledger_unknown")
    if (basis.ledgers() | others) != {basis.ledger}:
        raise Invalid("ledger_mismatch")
    if now_ms - ledger.pinned_ms > policy.max_pin_age_ms:
        raise Undetermined("pin_too_old")
    return ledger


def certify(basis: Basis, ledger: Ledger, policy: Policy, now_ms: int) -> Certified:
    """Follows the hand-offs and decides whether the header counts and the roots are its own."""
    followed = ledger.follow(basis.handoffs)
    final = followed.accept(basis.head, basis.succession)
    if basis.roots.state_root(ledger.suite) != final.header.state_root:
        raise Invalid("state_root_mismatch")
    if final.header.time_ms > now_ms + policy.max_ahead_ms:
        raise Undetermined("future_header")
    return Certified(followed, final)
