#!/usr/bin/env python3
"""Prints the verdict on vectors, bundles (.tally), bare credentials, deposits (.deposit) and conflicts (.conflict).

    verify.py VECTOR.json...
    verify.py FILE... --trust FILE.trust [--original FILE] [--now MS] [--max-age MS] [--json]

A vector brings its own input, trust, clock and policy. Each file is judged alone: nothing is learned from the others.
Exit code: 0 all good (or a conflict proven), 1 one is invalid (or not deposited), 2 none invalid but one
undetermined, 64 bad usage.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from tally import conflict, deposit
from tally.errors import Invalid, Malformed, Undetermined
from tally.trust_store import trust_store
from tally.verdict import Policy
from tally.verify import verify

DEFAULT = Policy()


@dataclass(frozen=True)
class Case:
    """One input with what the answer depends on."""

    file: Path
    trust: Path
    original: Path | None
    now_ms: int
    policy: Policy


def of_vector(path: Path) -> Case:
    """The case that a vector's JSON describes."""
    vector = json.loads(path.read_text("utf-8"))
    trust, now_ms = path.parent / vector.get("trust", "test.trust"), vector.get("now_ms", 0)
    policy = Policy(max_age_ms=vector.get("max_age_ms", DEFAULT.max_age_ms))
    if path.with_suffix(".deposit").exists():
        return Case(path.with_suffix(".deposit"), trust, path.parent / "original.txt", now_ms, policy)
    suffix = ".conflict" if path.with_suffix(".conflict").exists() else ".tally"
    return Case(path.with_suffix(suffix), trust, None, now_ms, policy)


def judge(case: Case) -> dict[str, Any]:
    """The verdict on one case."""
    trust = trust_store(case.trust.read_bytes())
    if case.file.suffix == ".conflict":
        return conflict.judge(case.file.read_bytes(), trust)
    if case.original is not None:
        return deposit.check(case.file.read_bytes(), case.original.read_bytes(), trust, case.policy, case.now_ms)
    return verify(case.file.read_bytes(), trust, case.policy, case.now_ms)


def show(path: Path, verdict: dict[str, Any]) -> None:
    """Headline, reason and checks as text."""
    headline = verdict["headline"]
    print(f"{path}: {headline['kind']}" + (f" ({headline['reason']})" if headline["reason"] else ""))
    for check in verdict.get("checks", []):
        print(f"    {check['check']:<10} {check['outcome']}" + (f": {check['reason']}" if check["reason"] else ""))


def exit_code(verdicts: list[dict[str, Any]]) -> int:
    """The worst answer, as docs/cli.md has it."""
    kinds = {verdict["headline"]["kind"] for verdict in verdicts}
    if kinds & {"invalid", "not_deposited"}:
        return 1
    return 2 if "undetermined" in kinds else 0


class Arguments(argparse.ArgumentParser):
    """A parser whose exit code for bad usage is that of docs/cli.md."""

    def error(self, message: str) -> NoReturn:
        """Says what is wrong and ends."""
        self.exit(64, f"verify.py: {message}\n")


def main() -> int:
    """Reads the command line and judges each file."""
    parser = Arguments(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--trust", type=Path)
    parser.add_argument("--original", type=Path)
    parser.add_argument("--now", type=int, default=time.time_ns() // 10**6)
    parser.add_argument("--max-age", type=int, default=DEFAULT.max_age_ms)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    verdicts = []
    try:
        for path in options.files:
            if path.suffix != ".json" and options.trust is None:
                parser.error(f"{path} is no vector: --trust is needed")
            given = Case(path, options.trust, options.original, options.now, Policy(max_age_ms=options.max_age))
            case = of_vector(path) if path.suffix == ".json" else given
            verdicts.append(judge(case))
            if options.json:
                print(json.dumps(verdicts[-1], ensure_ascii=False))
            else:
                show(path, verdicts[-1])
    except (OSError, KeyError, json.JSONDecodeError, Malformed, Invalid, Undetermined) as fault:
        print(f"verify.py: {fault!r}", file=sys.stderr)
        return 64
    return exit_code(verdicts)


if __name__ == "__main__":
    sys.exit(main())
