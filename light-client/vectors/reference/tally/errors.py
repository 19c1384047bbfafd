"""The three ways in which a check can end other than well."""

from __future__ import annotations


class Malformed(ValueError):
    """Bytes are not the canonical encoding of what they should be (docs/spec/README.md)."""


class DocumentError(ValueError):
    """A document breaks a rule of its kind; `code` names the rule (docs/spec/document.md §2.3, invoice.md)."""

    def __init__(self, code: str, place: str = "") -> None:
        super().__init__(f"{code} {place}".rstrip())
        self.code = code
        self.place = place


class ProofError(ValueError):
    """A proof does not lead to the root it is held against (docs/spec/ledger.md)."""


class Invalid(ValueError):
    """A check failed: `reason` is a code of docs/verdicts.md ruled Invalid."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Undetermined(ValueError):
    """A check could not be made: `reason` is a code of docs/verdicts.md ruled Undetermined."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
