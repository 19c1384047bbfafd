#!/usr/bin/env python3
"""Holds this reader against published examples and against itself; exit 1 on any difference."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from forge import trees
from tally import amount, cbor, invoice_rules, keys, state_batch
from tally.errors import Malformed, ProofError
from tally.hash import Suite
from tally.sm3 import sm3
from tally.strict_json import Number, canonical, parse

SCHEMAS = Path(__file__).resolve().parents[3] / "credentials-schemas" / "vectors"
Result = tuple[str, bool]
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

SM2_KEY = "010309f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
SM2_SIGNATURE = (
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)
ED25519_KEY = "023d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
ED25519_SIGNATURE = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
P256_KEY = "030360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
P256_R = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
P256_S = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"


def key(text: str) -> keys.PublicKey:
    """A key from hexadecimal."""
    return keys.of_wire(bytes.fromhex(text))


def algorithms() -> Iterator[Result]:
    """The examples of the standards themselves."""
    yield "GB/T 32905 A.1", sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    yield (
        "GB/T 32905 A.2",
        sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
    )
    yield "GB/T 32918.5 annex A", key(SM2_KEY).verify(b"message digest", bytes.fromhex(SM2_SIGNATURE))
    yield "RFC 8032 7.1 test 2", key(ED25519_KEY).verify(b"\x72", bytes.fromhex(ED25519_SIGNATURE))
    low = f"{P256_ORDER - int(P256_S, 16):064x}"
    yield "RFC 6979 A.2.5, low s", key(P256_KEY).verify(b"sample", bytes.fromhex(P256_R + low))
    yield "RFC 6979 A.2.5, high s refused", not key(P256_KEY).verify(b"sample", bytes.fromhex(P256_R + P256_S))


def refused_keys() -> Iterator[Result]:
    """Keys that are none."""
    for name, text in (
        ("Ed25519 neutral element", "02" + "01" + "00" * 31),
        ("Ed25519 y = p + 1", "02" + "ee" + "ff" * 30 + "7f"),
        ("Ed25519 x = 0 with sign", "02" + "01" + "00" * 30 + "80"),
        ("Ed25519 order 8", "02" + "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        ("SM2 x = p", "0102" + "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff"),
        ("P-256 uncompressed", "0304" + "00" * 64),
        ("unknown kind", "04" + "00" * 32),
    ):
        try:
            key(text)
            yield name, False
        except Malformed:
            yield name, True


def encodings() -> Iterator[Result]:
    """Second forms of CBOR."""
    for text in (
        "1817",
        "190018",
        "1a00000100",
        "5800",
        "9fff",
        "a0",
        "c000",
        "f90000",
        "f7",
        "6180",
        "3800",
        "0000",
        "",
    ):
        try:
            cbor.decode(bytes.fromhex(text))
            yield f"CBOR {text}", False
        except Malformed:
            yield f"CBOR {text}", True


def chinese() -> Iterator[Result]:
    """Check digits, words and canonical JSON of credentials-schemas/vectors."""
    words = json.loads((SCHEMAS / "cn/amount-in-words.json").read_text("utf-8"))
    for case in words["cases"]:
        yield f"words of {case['amount']}", amount.in_words(amount.fen(case["amount"])) == case["words"]
    for name, check in (("uscc", invoice_rules.is_uscc), ("resident-id", invoice_rules.is_resident)):
        numbers = json.loads((SCHEMAS / f"cn/{name}.json").read_text("utf-8"))
        yield f"{name} valid", all(map(check, numbers["valid"]))
        yield f"{name} invalid", not any(map(check, numbers["invalid"]))
    for path in sorted((SCHEMAS / "jcs").glob("*.input.json")):
        expected = path.with_name(path.name.replace("input", "output")).read_bytes()
        yield f"JCS {path.name}", canonical(parse(path.read_bytes(), 32)).encode() == expected.strip()
    number = parse(b"1e2", 1)
    yield "a number keeps its text", number == Number("1e2")


def batches(seed: int = 1) -> Iterator[Result]:
    """Proofs for many keys out of random trees; a changed value, step or digest is refused."""
    chance = random.Random(seed)
    for size in (0, 1, 2, 5, 40):
        suite = Suite.INTL
        tree = {chance.randbytes(32): cbor.encode(number) for number in range(size)}
        asked = sorted([*chance.sample(sorted(tree), size // 2), *(chance.randbytes(32) for _ in range(6))])
        values = [tree.get(one) for one in asked]
        made = trees.batch(suite, tree, asked)
        root = trees.root(suite, tree)
        yield f"batch of {size}", holds(suite, made, asked, values, root)
        for change, other in changed(made):
            yield f"batch of {size}, {change}", not holds(suite, other, asked, values, root)
        for place, value in enumerate(values):
            swapped = [*values[:place], None if value else b"\x00", *values[place + 1 :]]
            yield f"batch of {size}, value {place}", not holds(suite, made, asked, swapped, root)


def changed(made: cbor.Value) -> Iterator[tuple[str, cbor.Value]]:
    """One step or digest changed, dropped or added."""
    count, packed, listed = cbor.array(made, 3)
    steps, digests = cbor.octets(packed), cbor.array(listed)
    for place in range(8 * len(steps)):
        flipped = int.from_bytes(steps, "little") ^ 1 << place
        yield f"bit {place}", [count, flipped.to_bytes(len(steps), "little"), listed]
    for place in range(len(digests)):
        yield f"digest {place} dropped", [count, packed, digests[:place] + digests[place + 1 :]]
    yield "a digest more", [count, packed, [*digests, bytes(32)]]
    yield "a step more", [cbor.uint(count) + 1, packed, listed]


def holds(suite: Suite, made: Any, asked: list[bytes], values: list[bytes | None], root: bytes) -> bool:
    """Whether a batch is accepted."""
    try:
        state_batch.check(suite, state_batch.state_batch(made), asked, values, root)
    except (Malformed, ProofError):
        return False
    return True


def main() -> int:
    """Runs everything."""
    results = [*algorithms(), *refused_keys(), *encodings(), *chinese(), *batches()]
    wrong = [name for name, good in results if not good]
    for name in wrong:
        print(name)
    print(f"{len(results)} examples ran, {len(wrong)} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
