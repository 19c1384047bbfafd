"""What the claims of a known credential type must look like (document.md §2.3, last paragraph)."""

from __future__ import annotations

from . import schema
from .errors import DocumentError
from .strict_json import Json

_CODES = {"additionalProperties": "claim-unknown"}
"""The specification gives this one code as an example; the others are made up here (FINDINGS.md)."""


def check(document_type: str, claims: dict[str, Json]) -> None:
    """Checks what is disclosed; what is withheld is not missed. Unknown types are left alone."""
    known = schema.all_schemas().get(document_type)
    if known is None:
        return
    for name, value in claims.items():
        try:
            schema.check_member(known, name, value)
        except schema.ShapeError as fault:
            raise DocumentError(_CODES.get(fault.keyword, "claim-" + fault.keyword), fault.place) from None
