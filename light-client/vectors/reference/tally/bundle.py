"""Bundles (.tally) as they are on the way: decoded, nothing checked (ledger.cddl, "documents on the way")."""

from __future__ import annotations

from dataclasses import dataclass

from . import cbor, handoff, keys, merkle, record, state
from .certificate import CertifiedHeader, certified_header
from .errors import Malformed
from .handoff import Handoff, Succession
from .invoice_record import LeaseEntry, RecordEntry, UsedEntry, lease_entry, record_entry, used_entry
from .keys import PublicKey
from .record import EvidenceEntry, IssuerEntry, LogLeaf, StatusEntry
from .state import Roots, StateProof

MIB = 1024 * 1024
MAX_BUNDLE = 64 * MIB
MAX_DOCUMENT = 48 * MIB
MAX_DEPOSIT = 32 * MIB


@dataclass(frozen=True)
class CredentialText:
    """`[1, sd-jwt]`."""

    text: str


@dataclass(frozen=True)
class InvoiceBytes:
    """`[2, content, seed]`."""

    content: bytes
    seed: bytes


Document = CredentialText | InvoiceBytes


@dataclass(frozen=True)
class BatchSignature:
    """`batch-signature = [public-key, expiry, signature]`."""

    key: PublicKey
    expiry: int
    signature: bytes


@dataclass(frozen=True)
class Origin:
    """`origin`: the issuer's signature on a batch, and the way from the document to the log's root."""

    signature: BatchSignature
    in_batch: merkle.Inclusion
    leaf: LogLeaf
    in_log: merkle.Inclusion


@dataclass(frozen=True)
class InvoiceProofs:
    """`invoice-proofs`."""

    lease: StateProof[LeaseEntry]
    used: StateProof[UsedEntry]
    record: StateProof[RecordEntry]


@dataclass(frozen=True)
class Basis:
    """What bundles and deposits begin with: the header on which everything rests."""

    ledger: bytes
    head: CertifiedHeader
    handoffs: tuple[Handoff, ...]
    succession: Succession | None
    roots: Roots


@dataclass(frozen=True)
class Bundle:
    """A document with its proofs."""

    document: Document
    basis: Basis
    origin: Origin | None
    issuer: StateProof[IssuerEntry] | None
    status: StateProof[StatusEntry] | None
    invoice: InvoiceProofs | None


@dataclass(frozen=True)
class Deposit:
    """`deposit = ["tally/deposit/1", salt, deposit-proofs]`."""

    salt: bytes
    basis: Basis
    entry: StateProof[EvidenceEntry]
    agency: StateProof[IssuerEntry] | None


def _basis(items: list[cbor.Value]) -> Basis:
    version, ledger, head, steps, succession, roots = items
    cbor.exactly(version, 1)
    return Basis(
        cbor.digest(ledger),
        certified_header(head),
        handoff.handoffs(steps),
        None if succession is None else handoff.succession(succession),
        state.roots(roots),
    )


def _document(value: cbor.Value) -> Document:
    kind, rest = cbor.variant(value, 1, 2)
    if kind == 1:
        (text,) = cbor.array(rest, 1)
        return CredentialText(cbor.text(text, MAX_DOCUMENT))
    content, seed = cbor.array(rest, 2)
    return InvoiceBytes(_capped(cbor.octets(content), MAX_DOCUMENT), cbor.octets(seed, 32))


def _origin(value: cbor.Value) -> Origin:
    signature, in_batch, leaf, in_log = cbor.array(value, 4)
    key, expiry, octets = cbor.array(signature, 3)
    return Origin(
        BatchSignature(keys.read(key), cbor.uint(expiry), cbor.octets(octets, 64)),
        merkle.inclusion(in_batch),
        record.log_leaf(leaf),
        merkle.inclusion(in_log),
    )


def _invoice(value: cbor.Value) -> InvoiceProofs:
    lease, used, record_ = cbor.array(value, 3)
    return InvoiceProofs(
        state.state_proof(lease, lease_entry),
        state.state_proof(used, used_entry),
        state.state_proof(record_, record_entry),
    )


def _capped(data: bytes, most: int) -> bytes:
    if len(data) > most:
        raise Malformed("longer than a reader takes")
    return data


def bundle(data: bytes) -> Bundle:
    """Reads `bundle = ["tally/bundle/1", document, proofs]`."""
    purpose, document, proofs = cbor.array(cbor.decode(_capped(data, MAX_BUNDLE)), 3)
    cbor.exactly(purpose, "tally/bundle/1")
    items = cbor.array(proofs, 10)
    origin, issuer, status, invoice = items[6:]
    return Bundle(
        _document(document),
        _basis(items[:6]),
        None if origin is None else _origin(origin),
        None if issuer is None else state.state_proof(issuer, record.issuer_entry),
        None if status is None else state.state_proof(status, record.status_entry),
        None if invoice is None else _invoice(invoice),
    )


def deposit(data: bytes) -> Deposit:
    """Reads `deposit`."""
    purpose, salt, proofs = cbor.array(cbor.decode(_capped(data, MAX_DEPOSIT)), 3)
    cbor.exactly(purpose, "tally/deposit/1")
    items = cbor.array(proofs, 8)
    entry, agency = items[6:]
    return Deposit(
        cbor.octets(salt, 32),
        _basis(items[:6]),
        state.state_proof(entry, record.evidence_entry),
        None if agency is None else state.state_proof(agency, record.issuer_entry),
    )
