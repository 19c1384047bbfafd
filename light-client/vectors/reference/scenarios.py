#!/usr/bin/env python3
"""Makes ledgers of its own and asks about what no vector asks: succession, leases, red letters, dated revocations,
landmarks, checkpoints, conflicts.

    scenarios.py [--out DIR]

With `--out` each is written as a vector (bundle, trust, clock, clause, the verdict of this reader). A clause "open: F1"
says that the specification does not settle the answer, or should not have it (FINDINGS.md). Exit code 1 if this
reader's headline is not the expected one.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from forge import about_checkpoints, about_conflicts, about_credentials, about_disclosures, about_finality
from forge import about_invoices, about_rules
from forge.scenario import Scenario
from tally import conflict
from tally.errors import Invalid, Malformed, Undetermined
from tally.hash import Suite
from tally.trust_store import trust_store
from tally.verdict import Policy
from tally.verify import verify

Verdict = dict[str, Any]
GROUPS = (
    *(about_finality, about_checkpoints, about_conflicts, about_credentials, about_disclosures, about_invoices),
    about_rules,
)


def scenarios(suite: Suite) -> Iterator[Scenario]:
    """All of them."""
    for group in GROUPS:
        yield from group.everything(suite)


def judge(one: Scenario) -> Verdict | None:
    """The verdict; none by a trust store of which a part does not hold."""
    try:
        trust = trust_store(one.trust)
    except (Malformed, Invalid, Undetermined):
        return None
    if conflict.is_conflict(one.data):
        return conflict.judge(one.data, trust)
    return verify(one.data, trust, Policy(), one.now_ms)


def answer(verdict: Verdict | None) -> tuple[str, str | None]:
    """The headline in one word, and the broken rule."""
    if verdict is None:
        return "not_used", None
    document = verdict.get("evidence", {}).get("document") or {}
    return str(verdict["headline"]["reason"] or verdict["headline"]["kind"]), document.get("broken_rule")


def write(folder: Path, one: Scenario, verdict: Verdict | None) -> None:
    """The scenario as a vector; its verdict is null where the trust store is not used."""
    folder.mkdir(parents=True, exist_ok=True)
    suffix = ".conflict" if conflict.is_conflict(one.data) else ".tally"
    (folder / "bundle").with_suffix(suffix).write_bytes(one.data)
    (folder / "test.trust").write_bytes(one.trust)
    vector = {"clause": one.clause, "expect": one.expect, "now_ms": one.now_ms, "verdict": verdict}
    (folder / "bundle.json").write_text(json.dumps(vector, ensure_ascii=False) + "\n", "utf-8")


def main() -> int:
    """Asks about each scenario in both suites."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path)
    out: Path | None = parser.parse_args().out
    ran = wrong = 0
    for suite in Suite:
        for one in scenarios(suite):
            verdict = judge(one)
            found, rule = answer(verdict)
            ran += 1
            if (found, rule) != (one.expect, one.rule) and not (one.rule is None and one.expect == found):
                wrong += 1
                expected = f"{one.expect} {one.rule or ''}"
                print(
                    f"{suite.name.lower()}/{one.name} ({one.clause}): expected {expected}, found {found} {rule or ''}"
                )
            if out is not None:
                write(out / suite.name.lower() / one.name, one, verdict)
    print(f"{ran} scenarios ran, {ran - wrong} as expected, {wrong} not")
    return 1 if wrong or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
