"""Texts only, fit for print: rules TI-01 and TI-03 (invoice.md).

The tables of NFC are those of this Python, which may be older than the Unicode version that invoice.md names.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from .errors import DocumentError
from .strict_json import Json, Number

_HIDDEN = (
    *((0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F)),
    *((0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFDD0, 0xFDEF), (0xFE00, 0xFE0F)),
    *((0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A)),
    *((0xE0000, 0xE00FF), (0xE01F0, 0xE0FFF)),
)


def is_hidden(character: str) -> bool:
    """Whether it is one of the hidden characters of invoice.md."""
    code = ord(character)
    control = code < 0x20 or 0x7F <= code < 0xA0
    return control or code & 0xFFFE == 0xFFFE or any(low <= code <= high for low, high in _HIDDEN)


def check(value: Json, place: str = "") -> None:
    """Checks every value of a document, members' names included: TI-01 and TI-03."""
    if value is None or isinstance(value, Number):
        raise DocumentError("TI-01", place)
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
    if any(map(is_hidden, text)) or not quick_nfc(text):
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
