"""Credentials: SD-JWT VCs of the type dc+sd-jwt (document.md §2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import claims, disclosure, keys
from .errors import DocumentError, Malformed
from .hash import Suite
from .keys import KeyKind, PublicKey
from .strict_json import Json, Number, base64url, unpadded

MAX_BYTES = 256 * 1024
MAX_DISCLOSURES = 512
MAX_LEVELS = 16
MAX_TIME = 253402300799

_ALGORITHMS = {"SGD_SM3_SM2": KeyKind.SM2, "ES256": KeyKind.P256, "EdDSA": KeyKind.ED25519}
_SD_ALG = {"sm3": Suite.SM, "sha-256": Suite.INTL}
_TALLY_DID = re.compile(r"did:tally:([0-9a-f]{64}):([a-z0-9-]{1,64})\Z")
_KEY_ID = re.compile(r"[0-9a-f]{64}\Z")
_VCT = re.compile(r"[!-~]{1,128}\Z")
_TIME = re.compile(r"(0|[1-9][0-9]{0,11})\Z")
_REGISTERED = {"_sd_alg", "cnf", "exp", "iat", "iss", "nbf", "status", "vct"}


@dataclass(frozen=True)
class LedgerIssuer:
    """`did:tally:<ledger>:<name>`, and the id of the key that the credential names."""

    ledger: bytes
    name: str
    key_id: bytes


@dataclass(frozen=True)
class KeyIssuer:
    """A bare `did:key`."""

    key: PublicKey


@dataclass(frozen=True)
class Credential:
    """A credential that keeps the rules of form; whether its signature holds is another question."""

    jwt: str
    kind: KeyKind
    did: str
    issuer: LedgerIssuer | KeyIssuer
    document_type: str
    not_before: int | None
    expires: int | None
    claims: dict[str, Json]
    withheld: int

    def digest(self, suite: Suite) -> bytes:
        """H("tally/credential/1", jwt) (§2.4)."""
        return suite.tagged("tally/credential/1", self.jwt.encode("ascii"))

    def signed_by(self, key: PublicKey) -> bool:
        """Whether the JWT's signature is `key`'s, of the kind that `alg` names."""
        signed, _, signature = self.jwt.rpartition(".")
        return key.kind is self.kind and key.verify(signed.encode("ascii"), base64url(signature))


def read(text: str) -> Credential:
    """Reads a credential; `DocumentError` names the first rule that it breaks, in the order of document.md §2.5."""
    jwt, disclosures = _split(text)
    header, payload = _jwt(jwt)
    kind = _kind(header)
    did, kid = _text(payload, "iss"), _text(header, "kid")
    issuer = _issuer(did, kid)
    if isinstance(issuer, KeyIssuer) and issuer.key.kind is not kind:
        raise DocumentError("algorithm_mismatch")
    document_type = _text(payload, "vct")
    if not _VCT.match(document_type):
        raise DocumentError("member_out_of_range", "vct")
    if _time(payload, "iat") is None:
        raise DocumentError("member_absent", "iat")
    not_before, expires = _period(payload)
    if "cnf" in payload:
        _holder(payload["cnf"])
    suite = _sd_suite(payload, kind)
    about = {name: value for name, value in payload.items() if name not in _REGISTERED}
    shown = disclosure.disclose(about, disclosures, suite)
    claims.check(document_type, shown.claims)
    return Credential(jwt, kind, did, issuer, document_type, not_before, expires, shown.claims, shown.withheld)


def _split(text: str) -> tuple[str, list[str]]:
    if len(text.encode("utf-8")) > MAX_BYTES:
        raise DocumentError("too_long")
    jwt, *disclosures = text.split("~")
    if not disclosures:
        raise DocumentError("malformed_token")
    if disclosures.pop():
        raise DocumentError("key_binding")
    if len(disclosures) > MAX_DISCLOSURES:
        raise DocumentError("too_many_disclosures")
    return jwt, disclosures


def _jwt(jwt: str) -> tuple[dict[str, Json], dict[str, Json]]:
    """Header and payload, after the signature's form; a fourth part makes the payload's base64url a wrong one."""
    signed, dot, signature = jwt.rpartition(".")
    header, second, payload = signed.partition(".")
    if not dot or not second:
        raise DocumentError("malformed_token")
    try:
        length = len(base64url(signature))
    except Malformed:
        length = 0
    if length != 64:
        raise DocumentError("base64", "signature")
    parts = disclosure.decode(header, MAX_LEVELS), disclosure.decode(payload, MAX_LEVELS)
    if not isinstance(parts[0], dict):
        raise DocumentError("malformed_token")
    _kind(parts[0])
    _text(parts[0], "kid")
    if not isinstance(parts[1], dict):
        raise DocumentError("malformed_token")
    return parts[0], parts[1]


def _kind(header: dict[str, Json]) -> KeyKind:
    """§2.1: exactly `alg`, `kid`, `typ`."""
    if not header.keys() <= {"alg", "kid", "typ"}:
        raise DocumentError("unknown_header")
    algorithm = _text(header, "alg")
    if algorithm not in _ALGORITHMS:
        raise DocumentError("unknown_algorithm")
    if _text(header, "typ") != "dc+sd-jwt":
        raise DocumentError("wrong_type")
    return _ALGORITHMS[algorithm]


def _sd_suite(payload: dict[str, Json], kind: KeyKind) -> Suite:
    name = _text(payload, "_sd_alg") if "_sd_alg" in payload else "sha-256"
    if _SD_ALG.get(name) is not kind.suite:
        raise DocumentError("sd_alg_mismatch")
    return kind.suite


def _text(payload: dict[str, Json], name: str) -> str:
    if name not in payload:
        raise DocumentError("member_absent", name)
    value = payload[name]
    if not isinstance(value, str):
        raise DocumentError("member_out_of_range", name)
    return value


def _time(payload: dict[str, Json], name: str) -> int | None:
    if name not in payload:
        return None
    value = payload[name]
    if not isinstance(value, Number) or not _TIME.match(value.text) or int(value.text) > MAX_TIME:
        raise DocumentError("member_out_of_range", name)
    return int(value.text)


def _period(payload: dict[str, Json]) -> tuple[int | None, int | None]:
    """`nbf` < `exp`."""
    not_before, expires = _time(payload, "nbf"), _time(payload, "exp")
    if not_before is not None and expires is not None and not_before >= expires:
        raise DocumentError("validity_inverted")
    return not_before, expires


def _issuer(did: str, kid: str) -> LedgerIssuer | KeyIssuer:
    """`kid` is `iss` # key id for `did:tally`, `iss` # the multibase text for `did:key`."""
    url, mark, fragment = kid.partition("#")
    if not mark or url != did:
        raise DocumentError("key_id_mismatch")
    if did.startswith("did:key:"):
        try:
            key = keys.of_did(did)
        except Malformed:
            raise DocumentError("issuer") from None
        if fragment != key.multibase:
            raise DocumentError("key_id_mismatch")
        return KeyIssuer(key)
    tally = _TALLY_DID.match(did)
    if tally is None:
        raise DocumentError("issuer")
    if not _KEY_ID.match(fragment):
        raise DocumentError("key_id_mismatch")
    return LedgerIssuer(bytes.fromhex(tally[1]), tally[2], bytes.fromhex(fragment))


_CURVES = {"SM2-P-256": KeyKind.SM2, "P-256": KeyKind.P256}


def _holder(value: Json) -> None:
    """`cnf` = {"jwk": …} with exactly the members of §1.2 and a point of its curve."""
    if not isinstance(value, dict) or value.keys() != {"jwk"}:
        raise DocumentError("member_out_of_range", "cnf")
    try:
        if not isinstance(value["jwk"], dict):
            raise Malformed("not a holder's key")
        of_jwk(value["jwk"])
    except Malformed:
        raise DocumentError("holder_key") from None


def of_jwk(jwk: dict[str, Json]) -> PublicKey:
    """The key of a JSON Web Key (§1.2)."""
    if any(not isinstance(member, str) for member in jwk.values()):
        raise Malformed("not a JWK of ours")
    texts = {name: str(member) for name, member in jwk.items()}
    x = base64url(texts.get("x", ""))
    if texts == {"crv": "Ed25519", "kty": "OKP", "x": unpadded(x)}:
        return keys.of_wire(bytes([KeyKind.ED25519]) + x)
    y = base64url(texts.get("y", ""))
    kind = _CURVES.get(texts.get("crv", ""))
    expected = {"crv": texts.get("crv"), "kty": "EC", "x": unpadded(x), "y": unpadded(y)}
    if kind is None or texts != expected or len(x) != 32 or len(y) != 32:
        raise Malformed("not a JWK of ours")
    key = keys.of_wire(bytes([kind, 2 + (y[-1] & 1)]) + x)
    if keys.uncompressed(key) != x + y:
        raise Malformed("y is not the curve's")
    return key
