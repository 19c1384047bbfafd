"""Strict JSON (RFC 8259) and its canonical form (RFC 8785, JCS) for values without numbers."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import NoReturn

from .errors import Malformed


@dataclass(frozen=True)
class Number:
    """A number as it is written: no float is ever made of it."""

    text: str


class NotText(Malformed):
    """Not UTF-8, or a lone surrogate."""


class DuplicateMember(Malformed):
    """A member twice in one object."""


class TooLarge(Malformed):
    """More levels or values than a reader takes."""


Json = dict[str, "Json"] | list["Json"] | str | Number | bool | None


def parse(data: bytes, levels: int) -> Json:
    """The value of `data`: UTF-8, no member twice, no lone surrogate, no bytes after it, not deeper than `levels`."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise NotText("JSON that is not UTF-8") from None
    try:
        value: Json = json.loads(
            text, object_pairs_hook=_members, parse_int=Number, parse_float=Number, parse_constant=_constant
        )
        too_deep = depth(value) > levels
    except json.JSONDecodeError:
        raise Malformed("not JSON") from None
    except RecursionError:
        too_deep = True
    if too_deep:
        raise TooLarge("nested too deeply")
    _no_surrogates(value)
    return value


def _members(pairs: list[tuple[str, Json]]) -> Json:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise DuplicateMember("a member twice")
    return members


def _constant(name: str) -> NoReturn:
    raise Malformed(f"{name} is not JSON")


def _no_surrogates(value: Json) -> None:
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise NotText("a lone surrogate")
    elif isinstance(value, dict):
        for name, member in value.items():
            _no_surrogates(name)
            _no_surrogates(member)
    elif isinstance(value, list):
        for item in value:
            _no_surrogates(item)


def depth(value: Json) -> int:
    """Levels of objects and arrays: 0 for a string, 1 for `{}`."""
    if isinstance(value, dict):
        return 1 + max((depth(member) for member in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((depth(item) for item in value), default=0)
    return 0


def count(value: Json) -> int:
    """Values of every kind, the value itself included."""
    if isinstance(value, dict):
        return 1 + sum(map(count, value.values()))
    return 1 + sum(map(count, value)) if isinstance(value, list) else 1


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in text) + '"'


def utf16(name: str) -> bytes:
    """The order of members: by UTF-16 code units (RFC 8785 §3.2.3)."""
    return name.encode("utf-16-be")


def canonical(value: Json) -> str:
    """The canonical text (RFC 8785 §3.2) of a value; numbers keep their own text."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.text
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    return "{" + ",".join(f"{_quoted(name)}:{canonical(value[name])}" for name in sorted(value, key=utf16)) + "}"


_BASE64URL = re.compile(r"[A-Za-z0-9_-]*\Z")


def base64url(text: str) -> bytes:
    """Strict base64url: no padding, unused bits zero (document.md §1)."""
    if not _BASE64URL.match(text) or len(text) % 4 == 1:
        raise Malformed("not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if unpadded(data) != text:
        raise Malformed("stray bits in base64url")
    return data


def unpadded(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
