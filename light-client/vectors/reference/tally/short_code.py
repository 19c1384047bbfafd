"""The short code: figures, bound, and the way to their proof (ledger.md, "A short code")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import cbor
from .compact import Compact
from .errors import Malformed
from .figures import Figures, figures

MAX_TEXT = 1_000
MAX_PAYLOAD = 420

_TEXT = re.compile(r"https://[a-z0-9.:-]+/v#([0-9]+)\Z")
_DIGITS = {3: 1, 5: 2, 8: 3, 10: 4, 13: 5, 15: 6, 17: 7}
"""How many bytes a group of so many digits has."""


@dataclass(frozen=True)
class ShortCode:
    """`short-code`."""

    ledger: bytes
    figures: Figures


def short_code(text: str) -> ShortCode:
    """Reads the text of a code."""
    found = _TEXT.match(text)
    if len(text) > MAX_TEXT or found is None:
        raise Malformed("not the text of a short code")
    payload = _payload(found[1])
    if len(payload) > MAX_PAYLOAD:
        raise Malformed("longer than a reader takes")
    version, ledger, shown = cbor.array(cbor.decode(payload), 3)
    cbor.exactly(version, 1)
    return ShortCode(cbor.octets(ledger, 4), figures(shown))


def _payload(digits: str) -> bytes:
    data = b""
    for at in range(0, len(digits), 17):
        group = digits[at : at + 17]
        length = _DIGITS.get(len(group))
        if length is None or int(group) >= 256**length:
            raise Malformed("digits that are no bytes")
        data += int(group).to_bytes(length, "big")
    return data


def compare(code: ShortCode, proof: Compact) -> tuple[str, str | None]:
    """`same`, or the first that differs, and its path."""
    if code.ledger != proof.ledger[:4]:
        return "another_ledger", None
    here, there = dict(code.figures.fields), dict(proof.figures.fields)
    for path in ("/number", *sorted(here | there)):
        if here.get(path) != there.get(path):
            return "another_figure", path
    if (code.figures.salt, code.figures.root) != (proof.figures.salt, proof.figures.root):
        return "another_commitment", None
    return "same", None
