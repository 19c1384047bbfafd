#!/usr/bin/env python3
"""Asks the product about what `scenarios.py --out DIR` or `mutants.py --out DIR` wrote, and lists where it differs.

    compare.py DIR --tallystick PROGRAM [--headline]

Every file is asked about alone, by its own trust store and clock. `--headline` compares kind and reason only, for the
rest of a verdict is not specified in every case. Exit code 1 on any difference.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from check_vectors import differences


def ask(program: Path, vector: Path, now_ms: int) -> dict[str, Any]:
    """The product's verdict on the file beside `vector`."""
    moment = datetime.fromtimestamp(now_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{now_ms % 1000:03d}Z"
    trust = next(folder / "test.trust" for folder in vector.parents if (folder / "test.trust").exists())
    shared = ["--trust", str(trust), "--now", moment, "--format", "json"]
    deposit = vector.with_suffix(".deposit")
    if vector.with_suffix(".conflict").exists():
        command = [str(program), "evidence", "check", str(vector.with_suffix(".conflict"))]
        command += ["--trust", str(trust), "--format", "json"]
    elif deposit.exists():
        original = str(trust.parent / "original.txt")
        command = [str(program), "evidence", "check", original, "--proof", str(deposit), *shared]
    else:
        command = [str(program), "verify", str(vector.with_suffix(".tally")), *shared]
    ran = subprocess.run(command, capture_output=True, check=False)
    if not ran.stdout:
        return {"headline": {"kind": f"exit code {ran.returncode}", "reason": ran.stderr.decode(errors="replace")}}
    answer: dict[str, Any] = json.loads(ran.stdout)
    answer = answer.get("documents", [answer])[0]
    verdict: dict[str, Any] = answer.get("verdict", answer)
    return verdict


def compared(ours: dict[str, Any] | None, theirs: dict[str, Any], headline: bool) -> list[str]:
    """The differences; a trust store that this reader does not use must end the product with no verdict."""
    if ours is None:
        kind = theirs["headline"]["kind"]
        return [] if kind.startswith("exit code") else [f": expected no verdict, found {theirs['headline']!r}"]
    if headline:
        ours, theirs = ours["headline"], theirs["headline"]
    return list(differences("", ours, theirs))


def main() -> int:
    """Compares every vector below a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tallystick", type=Path, required=True)
    parser.add_argument("--headline", action="store_true")
    options = parser.parse_args()
    counts = Counter[str]()
    for path in sorted(options.folder.rglob("*.json")):
        vector = json.loads(path.read_text("utf-8"))
        theirs = ask(options.tallystick, path, vector["now_ms"])
        found = compared(vector["verdict"], theirs, options.headline)
        counts["differ" if found else "agree"] += 1
        if found:
            about = vector.get("clause", vector.get("change", ""))
            print(f"{path.relative_to(options.folder)} ({about})")
            print("".join(f"    {fault}\n" for fault in found[:6]), end="")
    print(dict(counts))
    return 1 if counts["differ"] or not counts else 0


if __name__ == "__main__":
    sys.exit(main())
