"""Credentials: SD-JWT VCs of the type dc+sd-jwt (document.md §2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import claims, disclosure, keys
from .errors import DocumentError, Malformed
from .hash import Suite
from .keys import KeyKind, PublicKey
from .strict_json import Json, Number, base64url, depth, parse, unpadded

MAX_BYTES = 256 * 1024
MAX_DISCLOSURES = 512
MAX_TIME = 253402300799

_ALGORITHMS = {"SGD_SM3_SM2": KeyKind.SM2, "ES256": KeyKind.P256, "EdDSA": KeyKind.ED25519}
_SD_ALG = {"sm3": Suite.SM, "sha-256": Suite.INTL}
_TALLY_DID = re.compile(r"did:tally:([0-9a-f]{64}):([a-z0-9-]{1,64})\Z")
_KEY_ID = re.compile(r"[0-9a-f]{64}\Z")
_VCT = re.compile(r"[!-~]{1,128}\Z")
_TIME = re.compile(r"(0|[1-9][0-9]{0,11})\Z")
_REGISTERED = disclosure.NEVER_DISCLOSABLE


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
    """Reads a credential; `DocumentError` names the first rule that it breaks."""
    if len(text.encode("utf-8")) > MAX_BYTES:
        raise DocumentError("too_long")
    jwt, *disclosures = text.split("~")
    if not disclosures:
        raise DocumentError("malformed_sd_jwt")
    if disclosures.pop():
        raise DocumentError("key_binding")
    if len(disclosures) > MAX_DISCLOSURES:
        raise DocumentError("too_many_disclosures")
    try:
        header, payload = _jwt(jwt)
    except Malformed:
        raise DocumentError("malformed_jwt") from None
    kind = _kind(header)
    suite = _sd_suite(payload, kind)
    shown = disclosure.disclose(payload, disclosures, suite)
    for name in disclosure.NOT_SEARCHED & shown.payload.keys():
        disclosure.check_level(1 + depth(shown.payload[name]))
    did = _text(payload, "iss")
    document_type = _document_type(payload)
    not_before, expires = _period(payload)
    if "cnf" in payload:
        _holder(payload["cnf"])
    content = {name: value for name, value in shown.payload.items() if name not in _REGISTERED}
    claims.check(document_type, content)
    return Credential(
        jwt, kind, did, _issuer(did, header["kid"], kind), document_type, not_before, expires, content, shown.withheld
    )


def _jwt(jwt: str) -> tuple[dict[str, Json], dict[str, Json]]:
    """Header and payload; the signature's length is checked here, too."""
    parts = jwt.split(".")
    if len(parts) != 3:
        raise Malformed("a JWT has three parts")
    header, payload = parse(base64url(parts[0])), parse(base64url(parts[1]))
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise Malformed("not a JSON object")
    if len(base64url(parts[2])) != 64:
        raise Malformed("a signature has 64 bytes")
    return header, payload


def _kind(header: dict[str, Json]) -> KeyKind:
    """§2.1: exactly `alg`, `kid`, `typ`."""
    if header.keys() != {"alg", "kid", "typ"} or header["typ"] != "dc+sd-jwt":
        raise DocumentError("malformed_header")
    algorithm = header["alg"]
    if not isinstance(algorithm, str) or algorithm not in _ALGORITHMS:
        raise DocumentError("unknown_algorithm")
    return _ALGORITHMS[algorithm]


def _sd_suite(payload: dict[str, Json], kind: KeyKind) -> Suite:
    name = payload.get("_sd_alg", "sha-256")
    if not isinstance(name, str) or _SD_ALG.get(name) is not kind.suite:
        raise DocumentError("sd_alg_mismatch")
    return kind.suite


def _text(payload: dict[str, Json], name: str) -> str:
    value = payload.get(name)
    if not isinstance(value, str):
        raise DocumentError("malformed_payload", name)
    return value


def _document_type(payload: dict[str, Json]) -> str:
    name = _text(payload, "vct")
    if not _VCT.match(name):
        raise DocumentError("malformed_payload", "vct")
    return name


def _time(payload: dict[str, Json], name: str) -> int | None:
    if name not in payload:
        return None
    value = payload[name]
    if not isinstance(value, Number) or not _TIME.match(value.text) or int(value.text) > MAX_TIME:
        raise DocumentError("malformed_payload", name)
    return int(value.text)


def _period(payload: dict[str, Json]) -> tuple[int | None, int | None]:
    """`iat` must be there; `nbf` < `exp`."""
    if _time(payload, "iat") is None:
        raise DocumentError("malformed_payload", "iat")
    not_before, expires = _time(payload, "nbf"), _time(payload, "exp")
    if not_before is not None and expires is not None and not_before >= expires:
        raise DocumentError("malformed_payload", "exp")
    return not_before, expires


def _issuer(did: str, kid: Json, kind: KeyKind) -> LedgerIssuer | KeyIssuer:
    """`kid` is `iss` # key id, or `iss` # the multibase text."""
    if not isinstance(kid, str) or not kid.startswith(did + "#"):
        raise DocumentError("malformed_header", "kid")
    fragment = kid[len(did) + 1 :]
    tally = _TALLY_DID.match(did)
    if tally:
        if not _KEY_ID.match(fragment):
            raise DocumentError("malformed_header", "kid")
        return LedgerIssuer(bytes.fromhex(tally[1]), tally[2], bytes.fromhex(fragment))
    try:
        key = keys.of_did(did)
    except Malformed:
        raise DocumentError("malformed_payload", "iss") from None
    if fragment != key.multibase or key.kind is not kind:
        raise DocumentError("malformed_header", "kid")
    return KeyIssuer(key)


_CURVES = {"SM2-P-256": KeyKind.SM2, "P-256": KeyKind.P256}


def _holder(value: Json) -> None:
    """`cnf` = {"jwk": …} with exactly the members of §1.2 and a point of its curve."""
    try:
        if not isinstance(value, dict) or value.keys() != {"jwk"} or not isinstance(value["jwk"], dict):
            raise Malformed("not a holder's key")
        of_jwk(value["jwk"])
    except Malformed:
        raise DocumentError("malformed_payload", "cnf") from None


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
