"""Public keys: wire form, key id, did:key and the one check of a signature.

docs/spec/document.md §1, docs/spec/ledger.md "Signatures".
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from . import cbor, ed25519
from .errors import Malformed
from .hash import Suite
from .sm3 import sm3
from .weierstrass import P256, SM2_CURVE, Curve, verify_p256, verify_sm2

USER_ID = b"1234567812345678"
"""GM/T 0009-2012 §10."""

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MAX_DID_KEY = 57


class KeyKind(IntEnum):
    """The first byte of a key on the wire."""

    SM2 = 1
    ED25519 = 2
    P256 = 3

    @property
    def length(self) -> int:
        """Bytes of the key after its kind."""
        return 32 if self is KeyKind.ED25519 else 33

    @property
    def codec(self) -> bytes:
        """The multicodec of did:key (§1.1)."""
        return {KeyKind.SM2: b"\x86\x24", KeyKind.ED25519: b"\xed\x01", KeyKind.P256: b"\x80\x24"}[self]

    @property
    def label(self) -> str:
        """As written in a verdict."""
        return {KeyKind.SM2: "sm2", KeyKind.ED25519: "ed25519", KeyKind.P256: "p256"}[self]

    @property
    def suite(self) -> Suite:
        """The suite whose ledgers use this kind."""
        return Suite.SM if self is KeyKind.SM2 else Suite.INTL


@dataclass(frozen=True)
class PublicKey:
    """A key of its kind's form. Made by `of_wire` and `of_did` its point has been checked, by `read` not yet."""

    kind: KeyKind
    data: bytes

    @property
    def wire(self) -> bytes:
        """kind ‖ key bytes (§1)."""
        return bytes([self.kind]) + self.data

    def key_id(self, suite: Suite) -> bytes:
        """H("tally/key/1", key)."""
        return suite.tagged("tally/key/1", self.wire)

    @property
    def multibase(self) -> str:
        """z ‖ base58btc( codec ‖ key bytes )."""
        return "z" + _base58(self.kind.codec + self.data)

    @property
    def did(self) -> str:
        """The key's one did:key."""
        return "did:key:" + self.multibase

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` (64 bytes) is this key's over `message`."""
        return len(signature) == 64 and _is_point(self) and _verify(self, message, signature)


@lru_cache(maxsize=4096)
def _verify(key: PublicKey, message: bytes, signature: bytes) -> bool:
    if key.kind is KeyKind.ED25519:
        point = ed25519.decode_point(key.data)
        return point is not None and ed25519.verify_ed25519(point, key.data, message, signature)
    if key.kind is KeyKind.P256:
        return verify_p256(_point(P256, key), hashlib.sha256(message).digest(), signature)
    return verify_sm2(_point(SM2_CURVE, key), sm3(identity(key) + message), signature)


def _is_point(key: PublicKey) -> bool:
    try:
        _checked(key.kind, key.data)
    except Malformed:
        return False
    return True


def _point(curve: Curve, key: PublicKey) -> tuple[int, int]:
    point = curve.lift(key.data)
    if point is None:
        raise Malformed("a key is not a point of its curve")
    return point


@lru_cache(maxsize=256)
def identity(key: PublicKey) -> bytes:
    """Z_A of GB/T 32918.2 §5.5: id length in bits, id, a, b, G and the key."""
    curve = SM2_CURVE
    numbers = (curve.p - 3, curve.b, curve.gx, curve.gy, *_point(curve, key))
    coordinates = b"".join(number.to_bytes(32, "big") for number in numbers)
    return sm3((8 * len(USER_ID)).to_bytes(2, "big") + USER_ID + coordinates)


@lru_cache(maxsize=1024)
def of_wire(data: bytes) -> PublicKey:
    """The key of its wire form; `Malformed` if it is none."""
    if not data or data[0] not in set(KeyKind):
        raise Malformed("an unknown kind of key")
    return _checked(KeyKind(data[0]), data[1:])


def read(value: cbor.Value) -> PublicKey:
    """`public-key` (ledger.cddl): its form only; by a key that is no point no signature holds (ledger.md)."""
    data = cbor.octets(value)
    if not data or data[0] not in set(KeyKind):
        raise Malformed("an unknown kind of key")
    kind = KeyKind(data[0])
    if len(data) != 1 + kind.length or (kind is not KeyKind.ED25519 and data[1] not in (2, 3)):
        raise Malformed("a key of another form")
    return PublicKey(kind, data[1:])


def _checked(kind: KeyKind, data: bytes) -> PublicKey:
    if len(data) != kind.length:
        raise Malformed("a key of another length")
    key = PublicKey(kind, data)
    if kind is KeyKind.ED25519:
        point = ed25519.decode_point(data)
        if point is None or ed25519.small_order(point):
            raise Malformed("not an Ed25519 key, or one of small order")
    else:
        _point(SM2_CURVE if kind is KeyKind.SM2 else P256, key)
    return key


def of_did(did: str) -> PublicKey:
    """The key of a did:key (§1.1); `Malformed` for any other text."""
    if len(did) > MAX_DID_KEY or not did.startswith("did:key:z"):
        raise Malformed("not a did:key")
    data = _from_base58(did[len("did:key:z") :])
    for kind in KeyKind:
        if data[:2] == kind.codec:
            key = _checked(kind, data[2:])
            if key.did == did:
                return key
    raise Malformed("not the one did:key of a key")


def _base58(data: bytes) -> str:
    number = int.from_bytes(data, "big")
    digits = ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE58[digit] + digits
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def _from_base58(text: str) -> bytes:
    number = 0
    for character in text:
        digit = _BASE58.find(character)
        if digit < 0:
            raise Malformed("not base58btc")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def uncompressed(key: PublicKey) -> bytes:
    """x ‖ y of an SM2 or P-256 key."""
    x, y = _point(SM2_CURVE if key.kind is KeyKind.SM2 else P256, key)
    return x.to_bytes(32, "big") + y.to_bytes(32, "big")
