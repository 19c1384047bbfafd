"""Selective disclosure: RFC 9901 §7.1 with the refusals of document.md §2.3."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import DocumentError, Malformed
from .hash import Suite
from .strict_json import Json, base64url, parse, unpadded

NEVER_DISCLOSABLE = {"iss", "nbf", "exp", "iat", "cnf", "vct", "vct#integrity", "aka_vcts", "status"}
RESERVED = {"_sd", "_sd_alg", "..."}
MAX_LEVELS = 16
"""Of a claim's value with all disclosures put in, itself the first."""


@dataclass(frozen=True)
class Disclosure:
    """`[salt, name, value]`, or `[salt, value]` where `name` is None; `place` in the presentation."""

    name: str | None
    value: Json
    place: int


@dataclass(frozen=True)
class Disclosed:
    """The claims with all disclosures put in, and the number of digests that lead to nothing."""

    claims: dict[str, Json]
    withheld: int


def read(text: str, place: int) -> Disclosure:
    """Reads one disclosure."""
    value = decode(text, 1 + MAX_LEVELS)
    if not isinstance(value, list) or len(value) not in (2, 3) or not isinstance(value[0], str):
        raise DocumentError("malformed_disclosure")
    if len(value) == 2:
        return Disclosure(None, value[1], place)
    name = value[1]
    if not isinstance(name, str):
        raise DocumentError("malformed_disclosure")
    return Disclosure(name, value[2], place)


def decode(text: str, levels: int) -> Json:
    """The JSON in base64url."""
    try:
        data = base64url(text)
    except Malformed:
        raise DocumentError("base64") from None
    try:
        return parse(data, levels)
    except Malformed:
        raise DocumentError("json") from None


def disclose(clear: dict[str, Json], texts: list[str], suite: Suite) -> Disclosed:
    """Puts the disclosures `texts` into the claims `clear`; digests by the hash that `_sd_alg` names."""
    by_digest: dict[str, Disclosure] = {}
    for place, text in enumerate(texts):
        found = read(text, place)
        digest = unpadded(suite.digest(text.encode("ascii")))
        if digest in by_digest:
            raise DocumentError("duplicate_digest")
        by_digest[digest] = found
    walk = _Walk(by_digest)
    complete = walk.object(clear, level=0)
    disclosed = [name for name in complete if name in NEVER_DISCLOSABLE and name not in clear]
    if disclosed:
        raise DocumentError("never_disclosable", disclosed[0])
    if len(walk.seen & by_digest.keys()) != len(by_digest):
        raise DocumentError("unreferenced_disclosure")
    return Disclosed(complete, len(walk.seen) - len(by_digest))


def check_level(level: int) -> None:
    """Refuses a level below the deepest: also a chain of disclosures, each inside the other."""
    if level > MAX_LEVELS:
        raise DocumentError("too_deep")


class _Walk:
    """One pass over a payload; `seen` are the digests that were met anywhere."""

    def __init__(self, by_digest: dict[str, Disclosure]) -> None:
        self.by_digest = by_digest
        self.seen: set[str] = set()

    def value(self, value: Json, level: int) -> Json:
        """A value on level `level` of its claim, if it is an object or array."""
        if isinstance(value, dict):
            return self.object(value, level)
        if isinstance(value, list):
            return self.array(value, level)
        return value

    def object(self, value: dict[str, Json], level: int) -> dict[str, Json]:
        check_level(level)
        result: dict[str, Json] = {}
        for name, member in value.items():
            if name == "_sd":
                continue
            if name in RESERVED:
                raise DocumentError("reserved_name", name)
            result[name] = self.value(member, level + 1)
        digests = value.get("_sd", [])
        if not isinstance(digests, list):
            raise DocumentError("malformed_digest")
        # Members come in the order of the presentation, not of `_sd` (document.md §2.3).
        found = [disclosed for disclosed in map(self.lookup, digests) if disclosed is not None]
        for disclosed in sorted(found, key=lambda one: one.place):
            self.member(result, disclosed, level)
        return result

    def member(self, result: dict[str, Json], found: Disclosure, level: int) -> None:
        if found.name is None:
            raise DocumentError("malformed_disclosure")
        if found.name in RESERVED:
            raise DocumentError("reserved_name", found.name)
        if found.name in result:
            raise DocumentError("claim_taken", found.name)
        result[found.name] = self.value(found.value, level + 1)

    def array(self, items: list[Json], level: int) -> list[Json]:
        check_level(level)
        result: list[Json] = []
        for item in items:
            if not (isinstance(item, dict) and item.keys() == {"..."}):
                result.append(self.value(item, level + 1))
                continue
            found = self.lookup(item["..."])
            if found is not None:
                if found.name is not None:
                    raise DocumentError("malformed_disclosure")
                result.append(self.value(found.value, level + 1))
        return result

    def lookup(self, digest: Json) -> Disclosure | None:
        """The disclosure of a digest, which may stand at one place only."""
        if not isinstance(digest, str):
            raise DocumentError("malformed_digest")
        try:
            length = len(base64url(digest))
        except Malformed:
            length = 0
        if length != 32:
            raise DocumentError("malformed_digest")
        if digest in self.seen:
            raise DocumentError("duplicate_digest")
        self.seen.add(digest)
        return self.by_digest.get(digest)
