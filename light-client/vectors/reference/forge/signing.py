"""Signing with test keys. Not constant in time, nonces derived from the message: never for a real key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from tally import ed25519, keys
from tally.keys import KeyKind, PublicKey
from tally.sm3 import sm3
from tally.weierstrass import P256, SM2_CURVE, Curve


@dataclass(frozen=True)
class Signer:
    """A key pair that follows from `name`."""

    kind: KeyKind
    name: str

    @property
    def seed(self) -> bytes:
        """32 bytes that stand for the secret."""
        return hashlib.sha256(f"{self.kind.label} {self.name}".encode()).digest()

    @property
    def public(self) -> PublicKey:
        """The public key."""
        return _public(self)

    def sign(self, message: bytes) -> bytes:
        """64 bytes, of the one form that is accepted."""
        if self.kind is KeyKind.ED25519:
            return self._ed25519(message)
        return self._p256(message) if self.kind is KeyKind.P256 else self._sm2(message)

    def scalar(self, curve: Curve) -> int:
        """The secret of an SM2 or P-256 key."""
        return int.from_bytes(self.seed, "big") % (curve.n - 2) + 1

    def _nonce(self, curve: Curve, message: bytes) -> int:
        return int.from_bytes(hashlib.sha512(self.seed + message).digest(), "big") % (curve.n - 1) + 1

    def _ed25519(self, message: bytes) -> bytes:
        """RFC 8032 §5.1.6."""
        scalar, prefix = _clamped(self.seed)
        r = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % ed25519.ORDER
        nonce = ed25519.encode_point(ed25519.base_times(r))
        k = int.from_bytes(hashlib.sha512(nonce + self.public.data + message).digest(), "little")
        return nonce + ((r + k * scalar) % ed25519.ORDER).to_bytes(32, "little")

    def crafted(self, message: bytes, r: int, torsion: str = "") -> bytes:
        """An Ed25519 signature with R = r·B, or r·B + a point of small order: some verifiers take it."""
        scalar, point = _clamped(self.seed)[0], ed25519.base_times(r)
        small = ed25519.decode_point(bytes.fromhex(torsion)) if torsion else None
        nonce = ed25519.encode_point(point if small is None else ed25519.add(point, small))
        k = int.from_bytes(hashlib.sha512(nonce + self.public.data + message).digest(), "little")
        return nonce + ((r + k * scalar) % ed25519.ORDER).to_bytes(32, "little")

    def _p256(self, message: bytes) -> bytes:
        """FIPS 186-5 §6.4.1, then the low s."""
        k, n = self._nonce(P256, message), P256.n
        r = _times(P256, k)[0] % n
        e = int.from_bytes(hashlib.sha256(message).digest(), "big")
        s = pow(k, -1, n) * (e + r * self.scalar(P256)) % n
        return r.to_bytes(32, "big") + min(s, n - s).to_bytes(32, "big")

    def _sm2(self, message: bytes) -> bytes:
        """GB/T 32918.2 §6.1."""
        k, n, d = self._nonce(SM2_CURVE, message), SM2_CURVE.n, self.scalar(SM2_CURVE)
        e = int.from_bytes(sm3(keys.identity(self.public) + message), "big")
        r = (e + _times(SM2_CURVE, k)[0]) % n
        s = pow(1 + d, -1, n) * (k - r * d) % n
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@lru_cache(maxsize=1024)
def _public(signer: Signer) -> PublicKey:
    if signer.kind is KeyKind.ED25519:
        data = ed25519.encode_point(ed25519.base_times(_clamped(signer.seed)[0]))
    else:
        curve = _curve(signer.kind)
        x, y = _times(curve, signer.scalar(curve))
        data = bytes([2 + (y & 1)]) + x.to_bytes(32, "big")
    return keys.of_wire(bytes([signer.kind]) + data)


def _clamped(seed: bytes) -> tuple[int, bytes]:
    """RFC 8032 §5.1.5."""
    digest = hashlib.sha512(seed).digest()
    return int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254, digest[32:]


def _curve(kind: KeyKind) -> Curve:
    return SM2_CURVE if kind is KeyKind.SM2 else P256


def _times(curve: Curve, scalar: int) -> tuple[int, int]:
    point = curve.combine(scalar, 0, (curve.gx, curve.gy))
    if point is None:
        raise ArithmeticError("a scalar from 1 to n - 1 gives no infinity")
    return point
