#!/usr/bin/env python3
"""Runs every vector of light-client/vectors and compares all that each expects; exit 1 on any difference."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tally import cbor, compact, conflict, credential, deposit, invoice, keys, short_code
from tally.certificate import certified_header
from tally.errors import DocumentError, Malformed
from tally.hash import Suite
from tally.strict_json import Json, Number
from tally.trust_store import TrustStore, trust_store
from tally.verdict import Policy
from tally.verify import verify

VECTORS = Path(__file__).resolve().parents[1]
Fault = str


def differences(path: str, expected: Any, found: Any) -> Iterator[Fault]:
    """Each place where two JSON values differ; the types must agree, too."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in [*expected, *(name for name in found if name not in expected)]:
            if name not in expected or name not in found:
                yield f"{path}/{name}: only {'found' if name in found else 'expected'}"
            else:
                yield from differences(f"{path}/{name}", expected[name], found[name])
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, (left, right) in enumerate(zip(expected, found)):
            yield from differences(f"{path}/{index}", left, right)
    elif type(expected) is not type(found) or expected != found:
        yield f"{path}: expected {expected!r}, found {found!r}"


def headline(verdict: dict[str, Any]) -> str:
    """The one word that a vector's `expect` is."""
    return str(verdict["headline"]["reason"] or verdict["headline"]["kind"])


def asked(path: Path, vector: dict[str, Any]) -> tuple[TrustStore, Policy, int]:
    """By which trust store, under which policy and at what time a vector is judged."""
    trust = trust_store((path.parent / vector.get("trust", "test.trust")).read_bytes())
    return trust, Policy(max_age_ms=vector.get("max_age_ms", Policy.max_age_ms)), vector["now_ms"]


def check_bundle(path: Path, vector: dict[str, Any]) -> Iterator[Fault]:
    """`<name>.tally` beside `<name>.json`."""
    verdict = verify(path.with_suffix(".tally").read_bytes(), *asked(path, vector))
    yield from differences("expect", vector["expect"], headline(verdict))
    yield from differences("verdict", vector["verdict"], verdict)


def check_compact(path: Path, vector: dict[str, Any]) -> Iterator[Fault]:
    """A compact proof, as a bundle; or `<name>.code`, compared with the compact proof that `proof` names."""
    if "proof" not in vector:
        yield from check_bundle(path, vector)
        return
    verdict = verify(path.with_suffix(".code").read_bytes(), TrustStore({}), Policy(), 0)
    yield from differences("verdict", vector["verdict"], verdict)
    proof = compact.compact((path.parent / vector["proof"]).with_suffix(".tally").read_bytes())
    found: tuple[str, str | None] = "malformed", None
    try:
        found = short_code.compare(short_code.short_code(path.with_suffix(".code").read_text("ascii")), proof)
    except Malformed:
        pass
    yield from differences("expect", [vector["expect"], vector["path"]], list(found))


def check_deposit(path: Path, vector: dict[str, Any]) -> Iterator[Fault]:
    """`<name>.deposit` of `original.txt`."""
    data, file = path.with_suffix(".deposit").read_bytes(), (path.parent / "original.txt").read_bytes()
    verdict = deposit.check(data, file, *asked(path, vector))
    yield from differences("expect", vector["expect"], headline(verdict))
    yield from differences("verdict", vector["verdict"], verdict)


def check_conflict(path: Path, vector: dict[str, Any]) -> Iterator[Fault]:
    """`<name>.conflict` with `test.trust`, and alone."""
    data, trust = path.with_suffix(".conflict").read_bytes(), trust_store((path.parent / "test.trust").read_bytes())
    verdict = conflict.judge(data, trust)
    yield from differences("expect", vector["expect"], headline(verdict))
    yield from differences("verdict", vector["verdict"], verdict)
    yield from differences("alone", vector["alone"], conflict.judge(data, None))


def plain(value: Json) -> Any:
    """A value of ours as json.loads would give it."""
    if isinstance(value, Number):
        return json.loads(value.text)
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def describe_credential(text: str, key: str, valid: bool) -> dict[str, Any]:
    """What a credential's vector says of it; claims only of one that is valid."""
    read = credential.read(text)
    good = read.signed_by(keys.of_wire(bytes.fromhex(key)))
    answer: dict[str, Any] = {"expect": "valid" if good else "tampered"}
    answer["digests"] = {suite.name.lower(): read.digest(suite).hex() for suite in Suite}
    if valid:
        answer["issuer"] = read.did
        answer["claims"] = [[name, plain(value)] for name, value in read.claims.items()]
        answer["undisclosed"] = read.withheld
    return answer


def describe_invoice(content: str, seed: str) -> dict[str, Any]:
    """What an invoice's vector says of it."""
    read = invoice.read(content.encode(), bytes.fromhex(seed))
    hidden = sum(field.path not in invoice.PRINTED for field in read.fields)
    suites = {}
    for suite in Suite:
        made = read.commitment(suite)
        suites[suite.name.lower()] = {
            "printedSalt": made.printed_salt.hex(),
            "printed": made.printed.hex(),
            "fields": hidden,
            "root": made.root.hex(),
            "commitment": made.commitment.hex(),
            "secret": made.secret.hex(),
            "recordName": made.record_name.hex(),
        }
    return {"expect": "valid", "suites": suites}


def check_document(_path: Path, vector: dict[str, Any]) -> Iterator[Fault]:
    """A document on its own: no ledger, no clock."""
    given = {"source", "clause", "note", "credential", "invoice", "seed", "key"}
    expected = {name: value for name, value in vector.items() if name not in given}
    try:
        if "credential" in vector:
            found = describe_credential(vector["credential"], vector["key"], vector["expect"] == "valid")
        else:
            found = describe_invoice(vector["invoice"], vector["seed"])
    except DocumentError as fault:
        found = {"expect": "malformed", "code": fault.code}
    yield from differences("", expected, found)


def check_joined(path: Path) -> Iterator[Fault]:
    """`answer.cbor` with `original.salt` put in front is `deposited.deposit` (ledger.md)."""
    salt = bytes.fromhex((path.parent / "original.salt").read_text().strip())
    joined = b"\x83\x6ftally/deposit/1\x58\x20" + salt + path.read_bytes()
    if joined != (path.parent / "deposited.deposit").read_bytes():
        yield "answer and salt do not make deposited.deposit"


def check_made(folder: Path) -> Iterator[Fault]:
    """`one.cbor` and `other.cbor`, a node's answers, in their order behind the set are `one-round.conflict`."""
    trust = trust_store((folder / "test.trust").read_bytes())
    answers = [cbor.decode((folder / name).read_bytes()) for name in ("one.cbor", "other.cbor")]
    answers.sort(key=lambda answer: conflict.place(certified_header(answer)))
    (ledger,) = trust.ledgers.values()
    made = cbor.encode([conflict.PURPOSE, cbor.decode(ledger.genesis.validators.raw), *answers])
    if made != (folder / "one-round.conflict").read_bytes():
        yield "the two answers do not make one-round.conflict"


def check(path: Path) -> list[Fault]:
    """The differences of one vector."""
    if path.name == "answer.cbor":
        return list(check_joined(path))
    if path.suffix == ".cbor":
        return list(check_made(path.parent))
    vector = json.loads(path.read_text("utf-8"))
    kind = path.relative_to(VECTORS).parts[0]
    checks = {
        "bundle": check_bundle,
        "compact": check_compact,
        "conflict": check_conflict,
        "deposit": check_deposit,
        "document": check_document,
    }
    return list(checks[kind](path, vector))


def main() -> int:
    """Runs all vectors and says how many agree."""
    groups = ("bundle", "compact", "conflict", "deposit", "document")
    paths = sorted(
        path for group in groups for path in (VECTORS / group).rglob("*") if path.suffix in (".json", ".cbor")
    )
    wrong = 0
    for path in paths:
        faults = check(path)
        wrong += bool(faults)
        for fault in faults:
            print(f"{path.relative_to(VECTORS)} {fault}")
    print(f"{len(paths)} vectors ran, {len(paths) - wrong} agree, {wrong} do not")
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
