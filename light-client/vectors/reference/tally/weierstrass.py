"""Points of SM2's curve and of P-256, both y² = x³ − 3x + b over a prime with p ≡ 3 (mod 4).

Jacobian coordinates (X/Z², Y/Z³); infinity is None. For verifying only: nothing here is secret, so
nothing is made constant in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

Affine = tuple[int, int]
Jacobian = tuple[int, int, int] | None


@dataclass(frozen=True)
class Curve:
    """Field prime, coefficient b (a is −3), generator and its order, which is prime."""

    p: int
    b: int
    gx: int
    gy: int
    n: int

    def lift(self, compressed: bytes) -> Affine | None:
        """The point of 33 compressed bytes (SEC 1 §2.3.4; GB/T 32918.1 §4.2.9), or None."""
        if len(compressed) != 33 or compressed[0] not in (2, 3):
            return None
        x = int.from_bytes(compressed[1:], "big")
        if x >= self.p:
            return None
        square = (x * x * x - 3 * x + self.b) % self.p
        y = pow(square, (self.p + 1) // 4, self.p)
        if y * y % self.p != square:
            return None
        # y = 0 has no second root, and no point of odd prime order has it.
        return (x, y if y & 1 == compressed[0] & 1 else self.p - y)

    def double(self, point: Jacobian) -> Jacobian:
        """2·point."""
        if point is None:
            return None
        x, y, z = point
        p = self.p
        yy = y * y % p
        zz = z * z % p
        m = 3 * (x - zz) * (x + zz) % p
        s = 4 * x * yy % p
        x3 = (m * m - 2 * s) % p
        return (x3, (m * (s - x3) - 8 * yy * yy) % p, 2 * y * z % p)

    def add(self, left: Jacobian, right: Affine | None) -> Jacobian:
        """left + right, complete: equal, opposite and infinite points are told apart."""
        if right is None:
            return left
        if left is None:
            return (right[0], right[1], 1)
        x1, y1, z1 = left
        p = self.p
        zz = z1 * z1 % p
        h = (right[0] * zz - x1) % p
        r = (right[1] * zz * z1 - y1) % p
        if h == 0:
            return self.double(left) if r == 0 else None
        hh = h * h % p
        hhh = h * hh % p
        v = x1 * hh % p
        x3 = (r * r - hhh - 2 * v) % p
        return (x3, (r * (v - x3) - y1 * hhh) % p, z1 * h % p)

    def affine(self, point: Jacobian) -> Affine | None:
        """The point with Z = 1."""
        if point is None:
            return None
        inverse = pow(point[2], -1, self.p)
        square = inverse * inverse % self.p
        return (point[0] * square % self.p, point[1] * square * inverse % self.p)

    def combine(self, u: int, v: int, key: Affine) -> Affine | None:
        """u·G + v·key by Straus's trick: both scalars share the doublings."""
        table = _sums(self, key)
        total: Jacobian = None
        for bit in range(max(u.bit_length(), v.bit_length()) - 1, -1, -1):
            total = self.double(total)
            index = (u >> bit & 1) + 2 * (v >> bit & 1)
            if index:
                total = self.add(total, table[index])
        return self.affine(total)


@lru_cache(maxsize=256)
def _sums(curve: Curve, key: Affine) -> tuple[Affine | None, ...]:
    """Nothing, G, key, G + key."""
    generator = (curve.gx, curve.gy)
    both = curve.affine(curve.add((curve.gx, curve.gy, 1), key))
    return (None, generator, key, both)


P256 = Curve(
    p=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    gx=0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    gy=0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    n=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
)
"""FIPS 186-5 by way of SP 800-186 §3.2.1.3."""

SM2_CURVE = Curve(
    p=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF,
    b=0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93,
    gx=0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    gy=0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
    n=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
)
"""GB/T 32918.5-2017 §4.2."""


def _scalars(signature: bytes) -> tuple[int, int]:
    return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")


def verify_p256(key: Affine, digest: bytes, signature: bytes) -> bool:
    """ECDSA (FIPS 186-5 §6.4.2) with the low s only (docs/spec/ledger.md, "Signatures")."""
    n = P256.n
    r, s = _scalars(signature)
    if not (1 <= r < n and 1 <= s <= n // 2):
        return False
    inverse = pow(s, -1, n)
    point = P256.combine(int.from_bytes(digest, "big") * inverse % n, r * inverse % n, key)
    return point is not None and point[0] % n == r


def verify_sm2(key: Affine, digest: bytes, signature: bytes) -> bool:
    """SM2 (GB/T 32918.2 §7.1, B1–B7) where `digest` is e = SM3(Z_A ‖ M)."""
    n = SM2_CURVE.n
    r, s = _scalars(signature)
    if not (1 <= r < n and 1 <= s < n):
        return False
    t = (r + s) % n
    if t == 0:
        return False
    point = SM2_CURVE.combine(s, t, key)
    return point is not None and (int.from_bytes(digest, "big") + point[0]) % n == r
