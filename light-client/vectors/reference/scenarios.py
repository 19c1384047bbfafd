#!/usr/bin/env python3
"""Makes ledgers of its own and asks about what no vector asks: succession, leases, red letters, dated revocations.

    scenarios.py [--out DIR]

With `--out` each is written as a vector (bundle, trust, clock, clause, the verdict of this reader). A clause "open"
says that the specification does not settle the answer (FINDINGS.md). Exit code 1 if this reader's headline is not
the expected one.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from forge import about_credentials, about_disclosures, about_finality, about_invoices, about_rules
from forge.scenario import Scenario
from tally.hash import Suite
from tally.trust_store import trust_store
from tally.verdict import Policy
from tally.verify import verify


def scenarios(suite: Suite) -> Iterator[Scenario]:
    """All of them."""
    for group in (about_finality, about_credentials, about_disclosures, about_invoices, about_rules):
        yield from group.everything(suite)


def main() -> int:
    """Asks about each scenario in both suites."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path)
    out: Path | None = parser.parse_args().out
    ran = wrong = 0
    for suite in Suite:
        for one in scenarios(suite):
            verdict = verify(one.data, trust_store(one.trust), Policy(), one.now_ms)
            found = verdict["headline"]["reason"] or verdict["headline"]["kind"]
            rule = (verdict["evidence"]["document"] or {}).get("broken_rule")
            ran += 1
            if (found, rule) != (one.expect, one.rule) and not (one.rule is None and one.expect == found):
                wrong += 1
                expected = f"{one.expect} {one.rule or ''}"
                print(
                    f"{suite.name.lower()}/{one.name} ({one.clause}): expected {expected}, found {found} {rule or ''}"
                )
            if out is not None:
                folder = out / suite.name.lower() / one.name
                folder.mkdir(parents=True, exist_ok=True)
                (folder / "bundle.tally").write_bytes(one.data)
                (folder / "test.trust").write_bytes(one.trust)
                vector = {"clause": one.clause, "expect": one.expect, "now_ms": one.now_ms, "verdict": verdict}
                (folder / "bundle.json").write_text(json.dumps(vector, ensure_ascii=False) + "\n", "utf-8")
    print(f"{ran} scenarios ran, {ran - wrong} as expected, {wrong} not")
    return 1 if wrong or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
