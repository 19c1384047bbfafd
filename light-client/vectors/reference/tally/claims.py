"""What the claims of a known credential type must look like (document.md §2.6)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .errors import DocumentError
from .hygiene import is_hidden
from .invoice_rules import is_resident
from .strict_json import Json

_PORTRAIT = re.compile(r"data:image/(?:jpeg|png);base64,([A-Za-z0-9+/]+={0,2})\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
MAX_PORTRAIT = 87_500


@dataclass(frozen=True)
class Kind:
    """What a claim holds: the code if it does not, and the test of its text; a flag has none."""

    code: str
    holds: Callable[[str], bool] | None
    is_open: bool = False

    def opened(self) -> Kind:
        """The same, of a claim that nobody may withhold."""
        return Kind(self.code, self.holds, True)


def _is_date(text: str) -> bool:
    if not _DATE.match(text):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_portrait(text: str) -> bool:
    found = _PORTRAIT.match(text)
    return found is not None and len(found[1]) <= MAX_PORTRAIT and len(found[1]) % 4 == 0


def _text(most: int) -> Kind:
    return Kind("claim-text", lambda text: 1 <= len(text) <= most and not any(map(is_hidden, text)))


def _one_of(codes: Iterable[str]) -> Kind:
    known = frozenset(codes)
    return Kind("claim-code", known.__contains__)


FLAG = Kind("claim-type", None)
DATE = Kind("claim-date", _is_date)
RESIDENT = Kind("claim-document-number", is_resident)
PORTRAIT = Kind("claim-portrait", _is_portrait)
OPERATIONS = ("low-voltage", "high-voltage", "power-cable", "relay-protection", "electrical-test", "explosion-proof")

TYPES: dict[str, dict[str, Kind]] = {
    "urn:tallystick:vct:resident-identity:1": {
        "name": _text(100),
        "portrait": PORTRAIT,
        "birth_date": DATE,
        "document_number": RESIDENT,
        "address": _text(300),
        "issuing_authority": _text(200),
        "valid_from": DATE,
        "valid_until": DATE,
        "age_over_18": FLAG,
    },
    "urn:tallystick:vct:electrician-certificate:1": {
        "name": _text(100),
        "document_number": RESIDENT,
        "certificate_number": _text(40),
        "operation": _one_of(OPERATIONS).opened(),
        "issuing_authority": _text(200).opened(),
        "valid_from": DATE.opened(),
        "valid_until": DATE.opened(),
        "review_due": DATE,
    },
    "urn:tallystick:vct:degree:1": {
        "name": _text(100),
        "birth_date": DATE,
        "document_number": RESIDENT,
        "institution": _text(200),
        "degree_level": _one_of(("bachelor", "master", "doctor")),
        "discipline": _text(100),
        "major": _text(100),
        "certificate_number": _text(40),
        "conferred_on": DATE,
    },
}


def check(document_type: str, claims: dict[str, Json]) -> None:
    """Checks what is there; what is withheld is not missed, unless open. Unknown types are left alone."""
    known = TYPES.get(document_type)
    if known is None:
        return
    for name, value in claims.items():
        _check_one(known, name, value)
    for name, kind in known.items():
        if kind.is_open and name not in claims:
            raise DocumentError("claim-missing", name)
    born, number = claims.get("birth_date"), claims.get("document_number")
    if isinstance(born, str) and isinstance(number, str) and born.replace("-", "") != number[6:14]:
        raise DocumentError("claim-birth-date", "birth_date")
    begins, ends = claims.get("valid_from"), claims.get("valid_until")
    if isinstance(begins, str) and isinstance(ends, str) and ends < begins:
        raise DocumentError("claim-validity", "valid_until")


def _check_one(known: dict[str, Kind], name: str, value: Json) -> None:
    kind = known.get(name)
    if kind is None:
        raise DocumentError("claim-unknown", name)
    if kind.holds is None:
        if not isinstance(value, bool):
            raise DocumentError("claim-type", name)
    elif not isinstance(value, str):
        raise DocumentError("claim-type", name)
    elif not kind.holds(value):
        raise DocumentError(kind.code, name)
