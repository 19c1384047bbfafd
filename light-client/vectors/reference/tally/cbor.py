"""Deterministic CBOR (RFC 8949 §4.2.1) without maps, tags and floats (docs/spec/README.md).

The reader accepts canonical bytes only, so that reading and writing again gives the same bytes.
"""

from __future__ import annotations

from .errors import Malformed

Value = int | bytes | str | list["Value"] | bool | None

MAX_NESTING = 32
"""So that reading cannot run out of stack; no structure of ours is deeper than 12."""

_SIMPLE: dict[int, bool | None] = {20: False, 21: True, 22: None}


def decode(data: bytes) -> Value:
    """The one value that `data` encodes; `Malformed` for trailing bytes or any second form."""
    reader = _Reader(data)
    try:
        value = reader.value(0)
    except IndexError:
        raise Malformed("cut short") from None
    if reader.position != len(data):
        raise Malformed("bytes after the value")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def value(self, depth: int) -> Value:
        if depth > MAX_NESTING:
            raise Malformed("nested too deeply")
        initial = self.data[self.position]
        self.position += 1
        major, extra = initial >> 5, initial & 31
        if major == 7:
            if extra not in _SIMPLE:
                raise Malformed("a float or an unknown simple value")
            return _SIMPLE[extra]
        argument = self.argument(extra)
        if major == 0:
            return argument
        if major == 1:
            return -1 - argument
        if major == 2:
            return self.take(argument)
        if major == 3:
            return self.text(argument)
        if major == 4:
            # Each item has a byte at least: a false count cannot make us reserve memory.
            if argument > len(self.data) - self.position:
                raise Malformed("an array longer than the input")
            return [self.value(depth + 1) for _ in range(argument)]
        raise Malformed("a map or tag")

    def argument(self, extra: int) -> int:
        if extra < 24:
            return extra
        if extra > 27:
            raise Malformed("an indefinite or reserved length")
        width = 1 << (extra - 24)
        number = int.from_bytes(self.take(width), "big")
        shortest = 24 if width == 1 else 1 << (4 * width)
        if number < shortest:
            raise Malformed("not the shortest form of a number")
        return number

    def text(self, length: int) -> str:
        try:
            return self.take(length).decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("text is not UTF-8") from None

    def take(self, length: int) -> bytes:
        piece = self.data[self.position : self.position + length]
        if len(piece) != length:
            raise Malformed("cut short")
        self.position += length
        return piece


def encode(value: Value) -> bytes:
    """The canonical bytes of `value`."""
    if value is None:
        return b"\xf6"
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        text = value.encode("utf-8")
        return _head(3, len(text)) + text
    return _head(4, len(value)) + b"".join(encode(item) for item in value)


def _head(major: int, argument: int) -> bytes:
    if argument < 24:
        return bytes([major << 5 | argument])
    for extra, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << (8 * width):
            return bytes([major << 5 | extra]) + argument.to_bytes(width, "big")
    raise ValueError("a number above 64 bits")


# Readers of one item: each gives the item with its type established, or `Malformed`.


def array(value: Value, length: int | None = None) -> list[Value]:
    """An array, of exactly `length` items if given."""
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise Malformed("an array is due")
    return value


def listed(value: Value, most: int) -> list[Value]:
    """A list of at most so many items (docs/spec/README.md, "Limits")."""
    items = array(value)
    if len(items) > most:
        raise Malformed("a list of too many items")
    return items


def variant(value: Value, low: int, high: int) -> tuple[int, list[Value]]:
    """An array that begins with the number of its kind, from `low` to `high`; and its other items."""
    items = array(value)
    if not items:
        raise Malformed("a kind is due")
    return uint(items[0], low, high), items[1:]


def uint(value: Value, low: int = 0, high: int = 2**64 - 1) -> int:
    """An unsigned number from `low` to `high`; booleans are none."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Malformed("a number is due, or is out of range")
    return value


def integer(value: Value, most: int) -> int:
    """A number from -`most` to `most`."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > most:
        raise Malformed("a number is due, or is out of range")
    return value


def octets(value: Value, length: int | None = None) -> bytes:
    """A byte string, of exactly `length` bytes if given."""
    if not isinstance(value, bytes) or (length is not None and len(value) != length):
        raise Malformed("bytes are due")
    return value


def digest(value: Value) -> bytes:
    """`digest = bytes .size 32` (ledger.cddl)."""
    return octets(value, 32)


def text(value: Value, most: int = 2**64 - 1) -> str:
    """A text string of at most so many bytes."""
    if not isinstance(value, str) or len(value.encode("utf-8")) > most:
        raise Malformed("text is due, or is too long")
    return value


def exactly(value: Value, expected: int | str) -> None:
    """A version, purpose or kind that admits one value only."""
    if type(value) is not type(expected) or value != expected:
        raise Malformed(f"{expected!r} is due")
