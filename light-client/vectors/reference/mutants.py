#!/usr/bin/env python3
"""Changes every field of the good vectors, one at a time, and lists the mutants that are still good.

    mutants.py [--out DIR] [--stride N]

After the fields come single bits: one in every N-th byte (29 by default; 1 takes minutes). With `--out` each mutant is written as a vector (input, and what this reader says of it), so that another
implementation can be asked about the same bytes. Exit code 1 if a mutant is accepted that `ALLOWED` does not explain.
"""

from __future__ import annotations

import argparse
import copy
import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tally import cbor, conflict, deposit
from tally.trust_store import TrustStore, trust_store
from tally.verdict import Policy
from tally.verify import verify

VECTORS = Path(__file__).resolve().parents[1]
SUITES = ("intl", "sm")
BUNDLES = ("identity", "invoice", "revoked")
COMPACTS = ("blue", "red")
DEPOSITS = ("deposited", "not-deposited")
CONFLICTS = ("one-round", "past-the-end")
SUFFIXES = {"deposit": ".deposit", "conflict": ".conflict"}

ALLOWED = {
    ("revoked", "null /2/6"): "revoked already; what is missing besides ranks lower",
    ("revoked", "null 6 of /2"): "the same, written otherwise",
    ("revoked", "null /2/7"): "the same for the registry",
    ("revoked", "null 7 of /2"): "the same, written otherwise",
    ("/deposited", "null /2/7"): "the agency's proof may be left out, its name with it",
    ("/deposited", "null 7 of /2"): "the same, written otherwise",
}
"""Mutants that may keep the answer, by the end of the vector's name and the change, and why."""


@dataclass(frozen=True)
class Subject:
    """A good vector, with all that its verdict depends on."""

    name: str
    data: bytes
    original: bytes | None
    trust: TrustStore
    now_ms: int

    @property
    def suffix(self) -> str:
        """By what the kind of file is told."""
        return SUFFIXES.get(self.name.split("/")[0], ".tally")

    def verdict(self) -> dict[str, Any]:
        """This reader's verdict."""
        if self.suffix == ".conflict":
            return conflict.judge(self.data, self.trust)
        if self.original is None:
            return verify(self.data, self.trust, Policy(), self.now_ms)
        return deposit.check(self.data, self.original, self.trust, Policy(), self.now_ms)

    def answer(self) -> str:
        """The headline in one word."""
        headline = self.verdict()["headline"]
        return str(headline["reason"] or headline["kind"])


@dataclass(frozen=True)
class Mutant:
    """A changed file and what was changed, as `operation path`."""

    change: str
    data: bytes


def subjects() -> Iterator[Subject]:
    """The vectors that are mutated."""
    for suite in SUITES:
        kinds = (("bundle", BUNDLES), ("compact", COMPACTS), ("deposit", DEPOSITS), ("conflict", CONFLICTS))
        for folder, names in kinds:
            here = VECTORS / folder / suite
            trust = trust_store((here / "test.trust").read_bytes())
            original = (here / "original.txt").read_bytes() if folder == "deposit" else None
            for name in names:
                now_ms = json.loads((here / f"{name}.json").read_text("utf-8")).get("now_ms", 0)
                data = (here / (name + SUFFIXES.get(folder, ".tally"))).read_bytes()
                yield Subject(f"{folder}/{suite}/{name}", data, original, trust, now_ms)


def changes(value: cbor.Value) -> Iterator[tuple[str, cbor.Value]]:
    """Other values for one place of the tree."""
    if value is None:
        yield from (("fill", []), ("zero", 0), ("digest", bytes(32)))
    elif isinstance(value, bool):
        yield "not", not value
    elif isinstance(value, int):
        yield from ((f"{step:+d}", value + step) for step in (-1, 1) if value + step >= 0)
        yield from (("zero", 0), ("null", None), ("huge", 2**64 - 1))
    elif isinstance(value, bytes):
        if value:
            yield "first bit", bytes([value[0] ^ 1]) + value[1:]
            yield "last bit", value[:-1] + bytes([value[-1] ^ 0x80])
            yield "shorter", value[:-1]
        yield from (("longer", value + b"\0"), ("null", None), ("empty", b""))
    elif isinstance(value, str):
        yield from (("longer", value + "x"), ("shorter", value[:-1]), ("empty", ""), ("null", None))
        yield "first", chr(ord(value[0]) ^ 1) + value[1:]
        yield from (("space", value + " "), ("line feed", value + "\n"))
    else:
        yield "null", None
        yield "empty", []
        yield "one more", [*value, None]
        for index, item in enumerate(value):
            yield f"drop {index} of", value[:index] + value[index + 1 :]
            yield f"double {index} of", [*value[:index], item, *value[index:]]
            yield f"null {index} of", [*value[:index], None, *value[index + 1 :]]
            if index and value[index - 1] != item:
                yield f"swap {index} of", [*value[: index - 1], item, value[index - 1], *value[index + 1 :]]


def everywhere(value: cbor.Value, path: str = "") -> Iterator[tuple[str, cbor.Value]]:
    """Each change at each place of a tree, the tree around it as it was."""
    for operation, other in changes(value):
        if cbor.encode(other) != cbor.encode(value):
            yield f"{operation} {path or '.'}", other
    if isinstance(value, list):
        for index, item in enumerate(value):
            for operation, other in everywhere(item, f"{path}/{index}"):
                tree = copy.copy(value)
                tree[index] = other
                yield operation, tree


def explained(subject: Subject, change: str) -> bool:
    """Whether a mutant may keep the answer."""
    return any(subject.name.endswith(end) and change == known for end, known in ALLOWED)


def mutants(data: bytes, stride: int) -> Iterator[Mutant]:
    """Changes of the structure, then of single bytes."""
    for change, tree in everywhere(cbor.decode(data)):
        yield Mutant(change, cbor.encode(tree))
    for place in range(0, len(data), stride):
        flipped = data[place] ^ 1 << place % 8
        yield Mutant(f"bit {place % 8} of byte {place}", data[:place] + bytes([flipped]) + data[place + 1 :])
    for length in range(0, len(data), 97):
        yield Mutant(f"first {length} bytes", data[:length])


def write(out: Path, subject: Subject, number: int, mutant: Mutant, verdict: dict[str, Any]) -> None:
    """One mutant as a vector."""
    folder = out / subject.name
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("test.trust", "original.txt"):
        if (VECTORS / subject.name).with_name(name).exists():
            shutil.copy((VECTORS / subject.name).with_name(name), folder.parent)
    (folder / f"{number:05d}{subject.suffix}").write_bytes(mutant.data)
    vector = {"change": mutant.change, "now_ms": subject.now_ms, "verdict": verdict}
    (folder / f"{number:05d}.json").write_text(json.dumps(vector, ensure_ascii=False) + "\n", "utf-8")


def main() -> int:
    """Runs all mutants, lists those that keep the answer, and counts the answers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--stride", type=int, default=29)
    options = parser.parse_args()
    out: Path | None = options.out
    kept = 0
    for subject in subjects():
        good, answers = subject.answer(), Counter[str]()
        for number, mutant in enumerate(mutants(subject.data, options.stride)):
            changed = replace(subject, data=mutant.data)
            answer = changed.answer()
            answers[answer] += 1
            if out is not None:
                write(out, subject, number, mutant, changed.verdict())
            if answer == good and not explained(subject, mutant.change):
                kept += 1
                print(f"{subject.name}: still {good}: {mutant.change}")
        print(f"{subject.name}: {answers.total()} mutants:", dict(answers.most_common()))
    return 1 if kept else 0


if __name__ == "__main__":
    sys.exit(main())
