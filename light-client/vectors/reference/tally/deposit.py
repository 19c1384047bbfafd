"""Deposited files (ledger.md, "The proof of a deposit")."""

from __future__ import annotations

from . import bundle, finality, state
from .bundle import Deposit
from .errors import Invalid, ProofError, Undetermined
from .finality import Certified
from .hash import Suite
from .record import EvidenceEntry, Name, evidence_key, issuer_key
from .state import Namespace
from .trust_store import TrustStore
from .verdict import Json, Policy, freshness, headline, ledger_evidence

MAX_FILE = 2**30


def check(data: bytes, file: bytes, trust: TrustStore, policy: Policy, now_ms: int) -> Json:
    """Decides whether `file` is deposited: decode → ledger → finality → digest → entry → agency."""
    answer: Json = {
        "headline": None,
        "digest": None,
        "deposit": None,
        "ledger": None,
        "validators": [],
        "freshness": None,
    }
    answer["headline"] = headline(lambda: _decide(answer, data, file, trust, policy, now_ms))
    return answer


def _decide(answer: Json, data: bytes, file: bytes, trust: TrustStore, policy: Policy, now_ms: int) -> str:
    """D1 to D8 of verdict.md §5."""
    deposit = bundle.deposit(data)
    if len(file) > MAX_FILE:
        raise Undetermined("file_too_long")
    ledger = finality.known_ledger(deposit.basis, trust, policy, now_ms)
    certified = finality.certify(deposit.basis, ledger, policy, now_ms)
    suite, header = ledger.suite, certified.final.header
    answer["ledger"] = ledger_evidence(ledger, certified.final)
    answer["validators"] = _validators(certified, suite)
    answer["freshness"] = freshness(certified.final, policy, now_ms)
    if finality.is_future(certified.final, policy, now_ms):
        raise Undetermined("future_header")
    digest = suite.tagged("tally/evidence/1", deposit.salt, file)
    answer["digest"] = digest.hex()
    entry = _entry(deposit, suite, digest)
    if entry is None:
        if deposit.agency is not None:
            raise Invalid("unexpected_part")
        if answer["freshness"]["age_ms"] > policy.max_age_ms:
            raise Undetermined("absence_stale")
        return "not_deposited"
    if entry.ledger != header.ledger or entry.height > header.height or entry.time_ms > header.time_ms:
        raise Invalid("entry_mismatch")
    name = _agency(deposit, suite, entry.agency)
    answer["deposit"] = {
        "agency": entry.agency,
        "name": None if name is None else {"zh": name.zh, "en": name.en},
        "recorded_height": entry.height,
        "recorded_ms": entry.time_ms,
    }
    return "deposited"


def _entry(deposit: Deposit, suite: Suite, digest: bytes) -> EvidenceEntry | None:
    """A proof that does not hold for this digest is one of another file."""
    key = evidence_key(suite, deposit.basis.ledger, digest)
    try:
        return state.check(suite, deposit.entry, key, deposit.basis.roots.of(Namespace.EVIDENCE))
    except ProofError:
        raise Invalid("file_mismatch") from None


def _agency(deposit: Deposit, suite: Suite, agency: str) -> Name | None:
    if deposit.agency is None:
        return None
    key = issuer_key(suite, deposit.basis.ledger, agency)
    try:
        entry = state.check(suite, deposit.agency, key, deposit.basis.roots.of(Namespace.REGISTRY))
    except ProofError:
        raise Invalid("agency_proof_invalid") from None
    if entry is not None and entry.ledger != deposit.basis.ledger:
        raise Invalid("entry_mismatch")
    return None if entry is None else entry.name


def _validators(certified: Certified, suite: Suite) -> list[Json]:
    """Who was to sign the header, and who did."""
    return [
        {
            "agency": validator.agency,
            "key": validator.key.did,
            "key_id": validator.key.key_id(suite).hex(),
            "signed": place in certified.final.signers,
        }
        for place, validator in enumerate(certified.final.validators.validators)
    ]
