"""Two certified headers that cannot be of one history (ledger.md, "A conflict"; verdict.md §6)."""

from __future__ import annotations

from dataclasses import dataclass

from . import cbor
from .certificate import CertifiedHeader, Finalized, certified_header, check
from .errors import Invalid, Malformed, Undetermined
from .header import Validator, ValidatorSet, validator_set
from .trust_store import TrustStore
from .verdict import Json, headline

PURPOSE = "tally/conflict/1"
MAX_CONFLICT = 32 * 1024


@dataclass(frozen=True)
class Conflict:
    """`conflict = ["tally/conflict/1", validator-set, first, second]`, in their order."""

    validators: ValidatorSet
    first: CertifiedHeader
    second: CertifiedHeader


def is_conflict(data: bytes) -> bool:
    """Whether a file begins as a conflict does."""
    return data[2 : 2 + len(PURPOSE)] == PURPOSE.encode()


def place(certified: CertifiedHeader) -> tuple[int, int, bytes]:
    """By what the two headers ascend."""
    return certified.header.height, certified.certificate.round, certified.header.hash


def conflict(data: bytes) -> Conflict:
    """Reads `conflict` (C1)."""
    if len(data) > MAX_CONFLICT:
        raise Malformed("longer than a reader takes")
    purpose, validators, first, second = cbor.array(cbor.decode(data), 4)
    cbor.exactly(purpose, PURPOSE)
    read = Conflict(validator_set(validators), certified_header(first), certified_header(second))
    if place(read.first) > place(read.second):
        raise Malformed("headers that do not ascend")
    return read


def judge(data: bytes, trust: TrustStore | None) -> Json:
    """What two headers prove, and of whom; the first check that does not hold is the answer."""
    answer: Json = {"headline": None, "conflict": None, "pinned": None}
    answer["headline"] = headline(lambda: _decide(answer, data, trust))
    return answer


def _decide(answer: Json, data: bytes, trust: TrustStore | None) -> str:
    """C1 to C4."""
    read = conflict(data)
    contradiction = _contradiction(read)
    first, second = check(read.first, read.validators), check(read.second, read.validators)
    fault = _fault(contradiction, first, second)
    answer["conflict"] = _evidence(fault, read)
    answer["pinned"] = _pinned(read, trust)
    return str(fault["kind"])


def _contradiction(read: Conflict) -> str:
    """C2: how the headers exclude each other."""
    first, second = read.first.header, read.second.header
    if first.ledger != second.ledger or first.suite is not second.suite:
        raise Invalid("ledger_mismatch")
    if first.hash == second.hash:
        raise Invalid("same_header")
    found = _excluded(read)
    if first.set_hash != second.set_hash and (found is not None or first.epoch == second.epoch):
        raise Invalid("different_sets")
    if second.height > first.height and second.epoch < first.epoch:
        raise Invalid("different_sets")
    if found is None:
        raise Invalid("one_history")
    return found


def _excluded(read: Conflict) -> str | None:
    """The first row of the table in ledger.md that applies; none if they may be of one history."""
    first, second = read.first.header, read.second.header
    if first.height == second.height:
        return "equivocation" if read.first.certificate.round == read.second.certificate.round else "same_height"
    if first.next_set_hash is not None and first.epoch == second.epoch:
        return "past_end"
    if second.height == first.height + 1 and second.previous != first.hash:
        return "other_previous"
    return None


def _fault(contradiction: str, first: Finalized, second: Finalized) -> Json:
    """Who signed both: culprits of an equivocation, of a fork no more than suspects."""
    suite, listed = first.header.suite, first.validators.validators
    both = [listed[place] for place in first.signers if place in second.signers]
    signers = [_validator(one, one.key.key_id(suite)) for one in both]
    if contradiction == "equivocation":
        return {"kind": "equivocation", "culprits": signers}
    return {"kind": "fork", "contradiction": contradiction, "suspects": signers}


def _validator(one: Validator, key_id: bytes) -> Json:
    return {"agency": one.agency, "key": one.key.did, "key_id": key_id.hex()}


def _evidence(fault: Json, read: Conflict) -> Json:
    head, validators = read.first.header, read.validators
    return {
        "fault": fault,
        "ledger": head.ledger.hex(),
        "epoch": validators.epoch,
        "set_hash": head.set_hash.hex(),
        "validators": len(validators.validators),
        "faulty_at_least": 2 * validators.quorum - len(validators.validators),
        "headers": [_header(read.first), _header(read.second)],
    }


def _header(certified: CertifiedHeader) -> Json:
    head = certified.header
    return {
        "height": head.height,
        "round": certified.certificate.round,
        "header_hash": head.hash.hex(),
        "time_ms": head.time_ms,
    }


def _pinned(read: Conflict, trust: TrustStore | None) -> Json:
    """C4: whose keys these are. Neither the end of an epoch nor the age of a pin matters."""
    if trust is None:
        raise Undetermined("no_trust_store")
    ledger = trust.ledgers.get(read.first.header.ledger)
    if ledger is None:
        raise Undetermined("ledger_unknown")
    known = ledger.sets.get(read.validators.epoch)
    if known is None:
        raise Undetermined("epoch_unknown")
    if known.raw != read.validators.raw:
        raise Invalid("other_set")
    return {"name": ledger.genesis.name, "demo": ledger.genesis.demo}
