"""Validator sets, the genesis and headers (ledger.cddl, "founding and deciding")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import cbor, keys
from .errors import Malformed
from .hash import Suite
from .keys import PublicKey

MAX_VALIDATORS = 100
_ISSUER_ID = re.compile(r"[a-z0-9-]{1,64}\Z")
_DOCUMENT_TYPE = re.compile(r"[!-~]{1,128}\Z")


def issuer_id(value: cbor.Value) -> str:
    """`issuer-id`: 1..64 of a-z 0-9 -."""
    name = cbor.text(value)
    if not _ISSUER_ID.match(name):
        raise Malformed("not the name of an issuer")
    return name


def document_type(value: cbor.Value) -> str:
    """`document-type`: graphic ASCII."""
    name = cbor.text(value)
    if not _DOCUMENT_TYPE.match(name):
        raise Malformed("not a document type")
    return name


def suite_of(value: cbor.Value) -> Suite:
    """`suite = 1 / 2`."""
    return Suite(cbor.uint(value, 1, 2))


@dataclass(frozen=True)
class Validator:
    """`validator = [agency, key]`."""

    agency: str
    key: PublicKey


@dataclass(frozen=True)
class ValidatorSet:
    """`validator-set = [1, epoch, [1*100 validator]]`, ascending by agency, keys distinct."""

    epoch: int
    validators: tuple[Validator, ...]
    raw: bytes

    @property
    def quorum(self) -> int:
        """q = ⌊2n/3⌋ + 1 (ledger.md, "Finality")."""
        return 2 * len(self.validators) // 3 + 1

    def hash(self, suite: Suite) -> bytes:
        """H("tally/validator-set/1", validator-set)."""
        return suite.tagged("tally/validator-set/1", self.raw)


def _validator(value: cbor.Value) -> Validator:
    agency, key = cbor.array(value, 2)
    return Validator(issuer_id(agency), keys.read(key))


def validator_set(value: cbor.Value) -> ValidatorSet:
    """Reads a set; a set that breaks its own rules is malformed wherever it stands."""
    version, epoch, listed = cbor.array(value, 3)
    cbor.exactly(version, 1)
    validators = tuple(_validator(item) for item in cbor.listed(listed, MAX_VALIDATORS))
    agencies = [validator.agency for validator in validators]
    if not validators:
        raise Malformed("a set of no validators")
    if any(left >= right for left, right in zip(agencies, agencies[1:])):
        raise Malformed("agencies are not strictly ascending")
    if len({validator.key for validator in validators}) != len(validators):
        raise Malformed("one key for two validators")
    return ValidatorSet(cbor.uint(epoch), validators, cbor.encode(value))


@dataclass(frozen=True)
class Genesis:
    """`genesis = [1, suite, name, purpose, time-ms, members, validator-set]`."""

    suite: Suite
    name: str
    demo: bool
    time_ms: int
    validators: ValidatorSet
    ledger: bytes


def genesis(value: cbor.Value) -> Genesis:
    """Reads a ledger's first record; its hash is the ledger's id."""
    version, suite, name, purpose, time_ms, members, first = cbor.array(value, 7)
    cbor.exactly(version, 1)
    algorithms = suite_of(suite)
    for member in cbor.listed(members, MAX_VALIDATORS):
        _validator(member)
    validators = validator_set(first)
    if validators.epoch != 0:
        raise Malformed("the first epoch is 0")
    return Genesis(
        suite=algorithms,
        name=cbor.text(name, 128),
        demo=cbor.uint(purpose, 0, 1) == 1,
        time_ms=cbor.uint(time_ms),
        validators=validators,
        ledger=algorithms.tagged("tally/genesis/1", cbor.encode(value)),
    )


@dataclass(frozen=True)
class Core:
    """`core`, with the hash of the header of which it is the first part."""

    suite: Suite
    ledger: bytes
    height: int
    epoch: int
    time_ms: int
    log_size: int
    log_root: bytes
    set_hash: bytes
    hash: bytes


@dataclass(frozen=True)
class Header(Core):
    """`header = [core, rest]`."""

    previous: bytes
    body_root: bytes
    state_root: bytes
    history_root: bytes
    next_set_hash: bytes | None
    raw: cbor.Value


def core(
    suite: Suite,
    ledger: bytes,
    height: int,
    epoch: int,
    time_ms: int,
    log_size: int,
    log_root: bytes,
    set_hash: bytes,
    rest_hash: bytes,
) -> Core:
    """The first part of a header of whose second only the hash is known."""
    raw = cbor.encode([1, int(suite), ledger, height, epoch, time_ms, log_size, log_root, set_hash])
    hashed = suite.tagged("tally/header/1", raw, rest_hash)
    return Core(suite, ledger, height, epoch, time_ms, log_size, log_root, set_hash, hashed)


def header(value: cbor.Value) -> Header:
    """Reads a header; its hash is H("tally/header/1", core, H("tally/header-rest/1", rest))."""
    core, rest = cbor.array(value, 2)
    version, suite_number, ledger, height, epoch, time_ms, log_size, log_root, set_hash = cbor.array(core, 9)
    previous, body_root, state_root, history_root, next_set_hash = cbor.array(rest, 5)
    cbor.exactly(version, 1)
    suite = suite_of(suite_number)
    rest_hash = suite.tagged("tally/header-rest/1", cbor.encode(rest))
    return Header(
        suite=suite,
        ledger=cbor.digest(ledger),
        height=cbor.uint(height),
        epoch=cbor.uint(epoch),
        time_ms=cbor.uint(time_ms),
        log_size=cbor.uint(log_size),
        log_root=cbor.digest(log_root),
        set_hash=cbor.digest(set_hash),
        previous=cbor.digest(previous),
        body_root=cbor.digest(body_root),
        state_root=cbor.digest(state_root),
        history_root=cbor.digest(history_root),
        next_set_hash=None if next_set_hash is None else cbor.digest(next_set_hash),
        hash=suite.tagged("tally/header/1", cbor.encode(core), rest_hash),
        raw=value,
    )
