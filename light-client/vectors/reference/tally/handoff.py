"""Hand-offs, checkpoints and successions as they are on the way: decoded, nothing checked (ledger.md, "Finality")."""

from __future__ import annotations

from dataclasses import dataclass

from . import cbor, merkle
from .certificate import CertifiedHeader, certified_header
from .header import Header, ValidatorSet, header, validator_set

MAX_HANDOFFS = 10_000


@dataclass(frozen=True)
class Handoff:
    """`handoff = [last, next-set]`: an epoch's last header, and the set that follows."""

    last: CertifiedHeader
    next_set: ValidatorSet


@dataclass(frozen=True)
class Checkpoint:
    """`checkpoint = ["tally/checkpoint/1", last, next-set]`: a hand-off that is believed without a certificate."""

    last: Header
    next_set: ValidatorSet


@dataclass(frozen=True)
class Succession:
    """`succession = [newest, inclusion]`: an older header is a leaf of a newest one's history."""

    newest: CertifiedHeader
    inclusion: merkle.Inclusion


def handoff(value: cbor.Value) -> Handoff:
    """Reads a hand-off."""
    last, next_set = cbor.array(value, 2)
    return Handoff(certified_header(last), validator_set(next_set))


def handoffs(value: cbor.Value) -> tuple[Handoff, ...]:
    """Reads a list of hand-offs."""
    return tuple(handoff(item) for item in cbor.listed(value, MAX_HANDOFFS))


def checkpoint(value: cbor.Value) -> Checkpoint:
    """Reads a checkpoint."""
    purpose, last, next_set = cbor.array(value, 3)
    cbor.exactly(purpose, "tally/checkpoint/1")
    return Checkpoint(header(last), validator_set(next_set))


def succession(value: cbor.Value) -> Succession:
    """Reads a succession."""
    newest, path = cbor.array(value, 2)
    return Succession(certified_header(newest), merkle.inclusion(path))


def names(last: Header, next_set: ValidatorSet) -> bool:
    """Whether a last header names this set, of the very next epoch."""
    return next_set.epoch == last.epoch + 1 and last.next_set_hash == next_set.hash(last.suite)
