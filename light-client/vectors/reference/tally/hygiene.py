"""Text that is fit for print: rule TI-03 (invoice.md)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from .errors import DocumentError
from .strict_json import Json

_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_BLANK = {
    0x034F,
    0x115F,
    0x1160,
    0x17B4,
    0x17B5,
    0x2800,
    0x3164,
    0xFFA0,
    *range(0x180B, 0x1810),
    *range(0xFE00, 0xFE10),
}
_BLANK |= set(range(0xE0100, 0xE01F0))
"""The specification lists no invisible characters: these are blank or default-ignorable (FINDINGS.md)."""


def check(value: Json, place: str = "") -> None:
    """Checks every text of a document, members' names included."""
    if isinstance(value, str):
        _check_text(value, place)
    elif isinstance(value, dict):
        for name, member in value.items():
            _check_text(name, place)
            check(member, f"{place}/{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            check(item, f"{place}/{index}")


def _check_text(text: str, place: str) -> None:
    if text.isascii() and text.isprintable():
        return
    if any(unicodedata.category(c) in _CATEGORIES or ord(c) in _BLANK for c in text) or not quick_nfc(text):
        raise DocumentError("TI-03", place)


def quick_nfc(text: str) -> bool:
    """Whether the quick check of UAX #15 §9 answers Yes: Maybe is refused."""
    previous = 0
    for character in text:
        combining = unicodedata.combining(character)
        if combining and combining < previous:
            return False
        if character in _joining() or unicodedata.normalize("NFC", character) != character:
            return False
        previous = combining
    return True


@lru_cache(maxsize=1)
def _joining() -> frozenset[str]:
    """Characters with NFC_QC = Maybe: they are the second half of a primary composite."""
    second: set[str] = {chr(code) for code in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))}
    for code in range(0x110000):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            left, right = (chr(int(part, 16)) for part in parts)
            if unicodedata.normalize("NFC", left + right) == chr(code):
                second.add(right)
    return frozenset(second)
