"""Suites and the tagged hash H (docs/spec/ledger.md, "Hash")."""

from __future__ import annotations

import hashlib
from enum import IntEnum

from .sm3 import sm3


class Suite(IntEnum):
    """`suite = 1 / 2` (ledger.cddl): the algorithms of one ledger."""

    SM = 1
    INTL = 2

    def digest(self, message: bytes) -> bytes:
        """The suite's plain hash."""
        return sm3(message) if self is Suite.SM else hashlib.sha256(message).digest()

    def tagged(self, tag: str, *fields: bytes) -> bytes:
        """H(tag, f1, f2, …) = hash( len8(tag) ‖ tag ‖ len32be(f1) ‖ f1 ‖ … )."""
        label = tag.encode("ascii")
        parts = [bytes([len(label)]), label]
        for field in fields:
            parts += [len(field).to_bytes(4, "big"), field]
        return self.digest(b"".join(parts))
