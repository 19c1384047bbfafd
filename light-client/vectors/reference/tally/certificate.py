"""Finality certificates (ledger.md, "Finality")."""

from __future__ import annotations

from dataclasses import dataclass

from . import cbor
from .errors import Invalid
from .hash import Suite
from .header import MAX_VALIDATORS, Core, Header, ValidatorSet, header

MAX_ROUND = 2**32 - 1


@dataclass(frozen=True)
class Signature:
    """One signature of a certificate, by the signer's place in the set."""

    signer: int
    signature: bytes


@dataclass(frozen=True)
class Certificate:
    """`certificate = [round, [1*100 [signer, signature]]]`."""

    round: int
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class CertifiedHeader:
    """`certified-header = [header, certificate]`, as read: nothing is checked yet."""

    header: Header
    certificate: Certificate


@dataclass(frozen=True)
class FinalizedCore:
    """The first part of a header that a quorum of `validators` signed; made by `check_core` only."""

    header: Core
    validators: ValidatorSet
    signers: tuple[int, ...]


@dataclass(frozen=True)
class Finalized(FinalizedCore):
    """A header that a quorum of `validators` signed; made by `check` only."""

    header: Header


def _signature(value: cbor.Value) -> Signature:
    signer, signature = cbor.array(value, 2)
    return Signature(cbor.uint(signer, high=255), cbor.octets(signature, 64))


def certified_header(value: cbor.Value) -> CertifiedHeader:
    """Reads a header with its certificate."""
    head, certificate = cbor.array(value, 2)
    round_, listed = cbor.array(certificate, 2)
    signatures = tuple(_signature(item) for item in cbor.listed(listed, MAX_VALIDATORS))
    return CertifiedHeader(header(head), Certificate(cbor.uint(round_, high=MAX_ROUND), signatures))


def check(certified: CertifiedHeader, validators: ValidatorSet) -> Finalized:
    """Checks a header's certificate against the set of its epoch, as `check_core`."""
    found = check_core(certified.header, certified.certificate, validators)
    return Finalized(certified.header, validators, found.signers)


def check_core(head: Core, certificate: Certificate, validators: ValidatorSet) -> FinalizedCore:
    """Checks a certificate against the set of the header's epoch, hashes before signatures.

    Exactly q signatures, strictly ascending by place, each over the signer's own `precommit` bytes.
    """
    signatures = certificate.signatures
    suite = head.suite
    if head.epoch != validators.epoch:
        raise Invalid("certificate_epoch")
    if head.set_hash != validators.hash(suite):
        raise Invalid("certificate_set")
    if len(signatures) != validators.quorum:
        raise Invalid("certificate_quorum")
    places = [signature.signer for signature in signatures]
    if any(left >= right for left, right in zip(places, places[1:])):
        raise Invalid("certificate_signers")
    for place in places:
        if place >= len(validators.validators):
            raise Invalid("certificate_unknown_signer")
        if validators.validators[place].key.kind.suite is not suite:
            raise Invalid("certificate_suite")
    for signature in signatures:
        _check_signature(head, certificate.round, validators, signature)
    return FinalizedCore(head, validators, tuple(places))


def _check_signature(head: Core, round_: int, validators: ValidatorSet, signature: Signature) -> None:
    key = validators.validators[signature.signer].key
    precommit: cbor.Value = [
        "tally/precommit/1",
        head.ledger,
        head.height,
        round_,
        head.hash,
        key.key_id(head.suite),
    ]
    if not key.verify(cbor.encode(precommit), signature.signature):
        raise Invalid("certificate_signature")
