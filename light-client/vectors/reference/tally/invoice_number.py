"""The 20 digits of an invoice number: rule TI-08 (invoice.md, "Regions")."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[0-9]{20}\Z")
_REGIONS = {
    *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
    *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65"),
    *("91", "92", "93", "94", "95", "99"),
}


def is_number(digits: str) -> bool:
    """Whether it is a number: 20 digits, a region that there is, a sequence that is not 0."""
    return _NUMBER.match(digits) is not None and digits[2:4] in _REGIONS and int(digits[5:]) != 0
