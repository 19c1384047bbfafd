"""What a client knows of ledgers, read back and checked again (ledger.md, "Finality")."""

from __future__ import annotations

from dataclasses import dataclass, replace

from . import cbor
from .certificate import CertifiedHeader, certified_header
from .errors import Malformed
from .handoff import checkpoint, handoffs
from .header import genesis
from .ledger import Ledger, pin

MAX_LEDGERS = 1_000
MAX_STORE = 16 * 1024 * 1024


@dataclass(frozen=True)
class TrustStore:
    """`trust-store`: the ledgers that a client knows, by their ids."""

    ledgers: dict[bytes, Ledger]


def trust_store(data: bytes) -> TrustStore:
    """Reads a trust store and checks what it says to have learned since each pin."""
    if len(data) > MAX_STORE:
        raise Malformed("longer than a reader takes")
    purpose, profile, listed = cbor.array(cbor.decode(data), 3)
    cbor.exactly(purpose, "tally/trust/1")
    takes_demo = cbor.uint(profile, 0, 1) == 1
    ledgers: dict[bytes, Ledger] = {}
    for item in cbor.listed(listed, MAX_LEDGERS):
        ledger = _trusted_ledger(item)
        if ledger.genesis.demo and not takes_demo:
            raise Malformed("a demonstration ledger in a production store")
        if ledgers and ledger.genesis.ledger <= max(ledgers):
            raise Malformed("ledgers do not ascend")
        ledgers[ledger.genesis.ledger] = ledger
    return TrustStore(ledgers)


def _trusted_ledger(value: cbor.Value) -> Ledger:
    """`trusted-ledger`: of three items, or of four with a checkpoint."""
    items = cbor.array(value)
    if len(items) not in (3, 4):
        raise Malformed("neither with nor without a checkpoint")
    first, *pinned, listed, newest = items
    ledger, steps = pin(genesis(first), checkpoint(pinned[0]) if pinned else None), handoffs(listed)
    if any(ledger.is_before_checkpoint(step) for step in steps):
        raise Malformed("a hand-off before the checkpoint, which is never stored")
    ledger = ledger.follow_on(steps)
    return ledger if newest is None else _with_newest(ledger, certified_header(newest))


def _with_newest(ledger: Ledger, newest: CertifiedHeader) -> Ledger:
    """The ledger with the newest header that was verified; one whose epoch has ended is not kept."""
    if newest.header.epoch != ledger.epoch:
        raise Malformed("a newest header that is not of the newest epoch")
    return replace(ledger, newest=ledger.certify(newest).header)
