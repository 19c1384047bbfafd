"""The three entries of an invoice (ledger.cddl, "logs and state"; invoice.md, "On the ledger")."""

from __future__ import annotations

from dataclasses import dataclass

from . import cbor, keys
from .errors import Malformed
from .hash import Suite
from .header import issuer_id
from .keys import PublicKey
from .record import number, prefix
from .state import Namespace, key_hash

BOOKINGS = {
    1: "not_booked",
    2: "booked_deductible",
    3: "booked_non_deductible",
    4: "booked_personal_deductible",
    5: "booked_personal_non_deductible",
    6: "withdrawn",
}


@dataclass(frozen=True)
class UsedEntry:
    """`used-entry`: the commitment that used a number."""

    ledger: bytes
    commitment: bytes


@dataclass(frozen=True)
class LeaseEntry:
    """`lease-entry`: an agency's leave for a seller."""

    ledger: bytes
    agency: str
    seller_key: PublicKey
    seller: bytes
    first: str
    count: int
    begins: int
    ends: int

    def covers(self, digits: str) -> bool:
        """Whether `digits` is one of the leased numbers, which have their first five digits in common."""
        return digits[:5] == self.first[:5] and 0 <= int(digits[5:]) - int(self.first[5:]) < self.count


@dataclass(frozen=True)
class RecordEntry:
    """`record-entry`: an invoice's amounts, in fen."""

    ledger: bytes
    agency: str
    seller: bytes
    red_kind: bool
    gross: int
    remaining: int
    red: int
    funder: PublicKey | None
    booking: str
    period: int | None


def used_entry(value: cbor.Value) -> UsedEntry:
    """Reads the entry of a used number."""
    items = cbor.array(value, 5)
    return UsedEntry(prefix(items, Namespace.INVOICE, 1), cbor.digest(items[4]))


def lease_entry(value: cbor.Value) -> LeaseEntry:
    """Reads a lease."""
    items = cbor.array(value, 13)
    cbor.uint(items[9])
    cbor.uint(items[10])
    return LeaseEntry(
        prefix(items, Namespace.INVOICE, 3),
        issuer_id(items[4]),
        keys.read(items[5]),
        cbor.digest(items[6]),
        number(items[7]),
        cbor.uint(items[8]),
        cbor.uint(items[11]),
        cbor.uint(items[12]),
    )


def record_entry(value: cbor.Value) -> RecordEntry:
    """Reads a record: kind 1 has red + remaining ≤ gross, kind 2 has neither."""
    items = cbor.array(value, 15)
    red_kind = cbor.uint(items[6], 1, 2) == 2
    gross, remaining, red = (cbor.uint(item) for item in items[7:10])
    if red + remaining > (0 if red_kind else gross):
        raise Malformed("a record whose amounts do not add up")
    if items[10] is not None:
        keys.read(items[10])
    cbor.uint(items[11])
    return RecordEntry(
        prefix(items, Namespace.INVOICE, 2),
        issuer_id(items[4]),
        cbor.digest(items[5]),
        red_kind,
        gross,
        remaining,
        red,
        None if items[12] is None else keys.read(items[12]),
        BOOKINGS[cbor.uint(items[13], 1, 6)],
        None if items[14] is None else _period(items[14]),
    )


def _period(value: cbor.Value) -> int:
    """`period = 200001..999912`: year and month."""
    period = cbor.uint(value, 200001, 999912)
    if not 1 <= period % 100 <= 12:
        raise Malformed("not a month")
    return period


def used_key(suite: Suite, ledger: bytes, digits: str) -> bytes:
    """`used-key`, its first two bytes replaced by year mod 64 (6 bits) ‖ ⌊sequence / 10⁶⌋ mod 1024 (10 bits)."""
    plain = key_hash(suite, [1, ledger, 5, 1, digits.encode()])
    place = int(digits[:2]) % 64 << 10 | int(digits[5:]) // 10**6 % 1024
    return place.to_bytes(2, "big") + plain[2:]


def record_key(suite: Suite, ledger: bytes, name: bytes) -> bytes:
    """`record-key = [1, ledger, 5, 2, record name]`."""
    return key_hash(suite, [1, ledger, 5, 2, name])


def lease_key(suite: Suite, ledger: bytes, seller: bytes, first: str) -> bytes:
    """`lease-key = [1, ledger, 5, 3, seller key id, first number]`."""
    return key_hash(suite, [1, ledger, 5, 3, seller, first.encode()])
