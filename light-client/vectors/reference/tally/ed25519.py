"""Ed25519 verification (RFC 8032 §5.1.7), strict: canonical encodings, no small-order key."""

from __future__ import annotations

import hashlib

_P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
"""L of RFC 8032 §5.1: the order of the base point."""
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)

Point = tuple[int, int, int, int]
"""Extended coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z (RFC 8032 §5.1.4)."""

_NEUTRAL: Point = (0, 1, 1, 0)


def add(left: Point, right: Point) -> Point:
    """left + right (§5.1.4), complete."""
    a = (left[1] - left[0]) * (right[1] - right[0]) % _P
    b = (left[1] + left[0]) * (right[1] + right[0]) % _P
    c = 2 * left[3] * right[3] * _D % _P
    d = 2 * left[2] * right[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _equal(left: Point, right: Point) -> bool:
    return (left[0] * right[2] - right[0] * left[2]) % _P == 0 and (left[1] * right[2] - right[1] * left[2]) % _P == 0


def decode_point(encoded: bytes) -> Point | None:
    """The point of 32 bytes (§5.1.3), or None: not on the curve, or not the canonical form."""
    if len(encoded) != 32:
        return None
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        return None
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if v * x * x % _P == -u % _P:
        x = x * _ROOT % _P
    if v * x * x % _P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return (x, y, 1, x * y % _P)


def small_order(point: Point) -> bool:
    """Whether 8·point is the neutral element."""
    for _ in range(3):
        point = add(point, point)
    return _equal(point, _NEUTRAL)


def _base() -> Point:
    point = decode_point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))
    if point is None:
        raise ArithmeticError("the base point of RFC 8032 §5.1 is on the curve")
    return point


_BASE = _base()


def _combine(u: int, left: Point, v: int, right: Point) -> Point:
    """u·left + v·right, the scalars sharing the doublings."""
    table = (_NEUTRAL, left, right, add(left, right))
    total = _NEUTRAL
    for bit in range(max(u.bit_length(), v.bit_length()) - 1, -1, -1):
        total = add(total, total)
        index = (u >> bit & 1) + 2 * (v >> bit & 1)
        if index:
            total = add(total, table[index])
    return total


def base_times(scalar: int) -> Point:
    """scalar·B."""
    return _combine(scalar, _BASE, 0, _BASE)


def encode_point(point: Point) -> bytes:
    """The canonical 32 bytes of a point (§5.1.2)."""
    inverse = pow(point[2], -1, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def verify_ed25519(key: Point, encoded_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether [S]B = R + [k]A, without the cofactor, R canonical and not of small order."""
    nonce = decode_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if nonce is None or s >= ORDER or small_order(nonce):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + encoded_key + message).digest(), "little") % ORDER
    negative: Point = (-key[0] % _P, key[1], key[2], -key[3] % _P)
    return _equal(_combine(s, _BASE, k, negative), nonce)
