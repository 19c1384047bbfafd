"""What a ledger keeps: log leaves, entries of the state trees and the keys they are under (ledger.cddl)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from . import cbor, invoice_number, keys
from .errors import Malformed
from .hash import Suite
from .header import document_type, issuer_id
from .keys import PublicKey
from .state import Namespace, key_hash

INVOICE_TYPE = "tallystick/invoice/1"
MAX_RIGHTS = 1_000
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def number(value: cbor.Value) -> str:
    """`number`: an invoice number that keeps TI-08."""
    digits = cbor.text(value)
    if not invoice_number.is_number(digits):
        raise Malformed("not an invoice number")
    return digits


@dataclass(frozen=True)
class LogLeaf:
    """`log-leaf`: one anchored batch."""

    ledger: bytes
    height: int
    time_ms: int
    module: int
    issuer: str
    key_id: bytes
    document_type: str
    count: int
    batch_root: bytes
    raw: bytes


def log_leaf(value: cbor.Value) -> LogLeaf:
    """Reads a leaf of the anchor log."""
    version, ledger, height, time_ms, module, issuer, key_id, kind, count, root = cbor.array(value, 10)
    cbor.exactly(version, 1)
    return LogLeaf(
        cbor.digest(ledger),
        cbor.uint(height),
        cbor.uint(time_ms),
        cbor.uint(module, 1, 2),
        issuer_id(issuer),
        cbor.digest(key_id),
        document_type(kind),
        cbor.uint(count),
        cbor.digest(root),
        cbor.encode(value),
    )


@dataclass(frozen=True)
class Name:
    """`display-name = [zh, en]`."""

    zh: str
    en: str


@dataclass(frozen=True)
class Right:
    """`right = [public-key, document-type, from, to / null]`."""

    key: PublicKey
    document_type: str
    first: int
    end: int | None

    def holds_at(self, height: int) -> bool:
        """Whether `height` is in [from, to)."""
        return self.first <= height and (self.end is None or height < self.end)


@dataclass(frozen=True)
class IssuerEntry:
    """`issuer-entry`."""

    ledger: bytes
    name: Name
    rights: tuple[Right, ...]


def prefix(items: list[cbor.Value], namespace: Namespace, kind: int) -> bytes:
    """The ledger of an entry: every key preimage and value begins 1, ledger, namespace, kind."""
    cbor.exactly(items[0], 1)
    cbor.exactly(items[2], int(namespace))
    cbor.exactly(items[3], kind)
    return cbor.digest(items[1])


def _right(value: cbor.Value) -> Right:
    key, kind, first, end = cbor.array(value, 4)
    return Right(keys.read(key), document_type(kind), cbor.uint(first), None if end is None else cbor.uint(end))


def issuer_entry(value: cbor.Value) -> IssuerEntry:
    """Reads an issuer's entry in the registry."""
    items = cbor.array(value, 6)
    ledger = prefix(items, Namespace.REGISTRY, 1)
    zh, en = cbor.array(items[4], 2)
    rights = tuple(_right(item) for item in cbor.listed(items[5], MAX_RIGHTS))
    return IssuerEntry(ledger, Name(cbor.text(zh, 256), cbor.text(en, 256)), rights)


STANDINGS = {1: "revoked", 2: "suspended", 3: "reinstated"}
REASONS = (
    "unspecified",
    "issued_in_error",
    "superseded",
    "key_compromised",
    "no_longer_entitled",
    "legal_order",
)
ROLES = {1: "issuer", 2: "successor", 3: "governance"}


@dataclass(frozen=True)
class StatusEntry:
    """`status-entry`."""

    ledger: bytes
    standing: str
    reason: str
    basis: str
    role: str
    by: str
    height: int
    time_ms: int
    effective_ms: int


def legal_basis(value: cbor.Value) -> str:
    """`legal-basis`: up to 200 characters and 600 bytes, not white space alone, none control or invisible."""
    basis = cbor.text(value, 600)
    plain = not _INVISIBLE.search(basis) and all(unicodedata.category(c) != "Cc" for c in basis)
    if not plain or not basis.strip() or len(basis) > 200:
        raise Malformed("not a legal basis")
    return basis


def status_entry(value: cbor.Value) -> StatusEntry:
    """Reads the entry of a document that is, or was, not in good standing."""
    items = cbor.array(value, 12)
    return StatusEntry(
        prefix(items, Namespace.STATUS, 1),
        STANDINGS[cbor.uint(items[4], 1, 3)],
        REASONS[cbor.uint(items[5], 0, 5)],
        legal_basis(items[6]),
        ROLES[cbor.uint(items[7], 1, 3)],
        issuer_id(items[8]),
        cbor.uint(items[9]),
        cbor.uint(items[10]),
        cbor.uint(items[11]),
    )


@dataclass(frozen=True)
class EvidenceEntry:
    """`evidence-entry`: who deposited a digest, and when."""

    ledger: bytes
    agency: str
    height: int
    time_ms: int


def evidence_entry(value: cbor.Value) -> EvidenceEntry:
    """Reads the entry of a deposited digest."""
    items = cbor.array(value, 7)
    ledger = prefix(items, Namespace.EVIDENCE, 1)
    return EvidenceEntry(ledger, issuer_id(items[4]), cbor.uint(items[5]), cbor.uint(items[6]))


# Key hashes. The names in a key are byte strings, also where they are text elsewhere.


def issuer_key(suite: Suite, ledger: bytes, issuer: str) -> bytes:
    """`issuer-key = [1, ledger, 2, 1, name]`."""
    return key_hash(suite, [1, ledger, 2, 1, issuer.encode()])


def status_key(suite: Suite, ledger: bytes, issuer: str, digest: bytes) -> bytes:
    """`status-key = [1, ledger, 4, 1, name, digest]`."""
    return key_hash(suite, [1, ledger, 4, 1, issuer.encode(), digest])


def evidence_key(suite: Suite, ledger: bytes, digest: bytes) -> bytes:
    """`evidence-key = [1, ledger, 6, 1, digest]`."""
    return key_hash(suite, [1, ledger, 6, 1, digest])
