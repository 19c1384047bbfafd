"""Scenarios about what a credential must look like (document.md §2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tally import cbor
from tally.hash import Suite
from tally.strict_json import unpadded

from .papers import ALGORITHMS, TYPE, RawJson, json_bytes, token
from .scenario import Scenario, Stage, kind_of
from .signing import Signer

DIGEST = "A" * 43
JWK_LIKE = {"kty": "OKP", "crv": "Ed25519"}
Case = tuple[str, str | None, str]
"""Name, code (`None`: accepted), text."""


class Desk:
    """Writes credentials, good and bad."""

    def __init__(self, stage: Stage) -> None:
        self.signer = Signer(kind_of(stage.suite), "clerk")
        self.suite = self.signer.kind.suite
        self.did = f"did:tally:{stage.world.ledger.hex()}:office"
        self.kid = f"{self.did}#{self.signer.public.key_id(stage.suite).hex()}"
        self.algorithm = ALGORITHMS[self.signer.kind]

    def disclosure(self, *items: Any) -> str:
        """`[salt, name, value]` or `[salt, value]`."""
        return unpadded(json_bytes(list(items)))

    def digest(self, text: str) -> str:
        """The digest that leads to a disclosure."""
        return unpadded(self.suite.digest(text.encode()))

    def write(self, payload: dict[str, Any], *disclosures: str, header: dict[str, Any] | None = None) -> str:
        """A signed credential; `None` takes a member away."""
        content: dict[str, Any] = {"iss": self.did, "vct": TYPE, "iat": 1790000000}
        content["_sd_alg"] = "sm3" if self.suite is Suite.SM else "sha-256"
        content.update(payload)
        named = {"alg": self.algorithm, "kid": self.kid, "typ": "dc+sd-jwt", **(header or {})}
        parts = [{k: v for k, v in part.items() if v is not None} for part in (named, content)]
        return "~".join([token(self.signer, parts[0], parts[1]), *disclosures, ""])

    def hidden(self, *items: Any, **payload: Any) -> str:
        """A credential with one disclosure of its top level."""
        made = self.disclosure(*items)
        return self.write({"_sd": [self.digest(made)], **payload}, made)


def digests(desk: Desk) -> Iterator[Case]:
    """The codes of §2.3."""
    name = desk.disclosure("salt", "name", "李明")
    lead = desk.digest(name)
    inner = desk.disclosure("salt", "town", "x")
    outer = desk.disclosure("salt", "address", {"_sd": [desk.digest(inner)]})
    element = desk.disclosure("salt", "x")
    yield "disclosed", None, desk.write({"_sd": [lead]}, name)
    yield "withheld", None, desk.write({"_sd": [lead]})
    yield "disclosed-inside-another", None, desk.write({"_sd": [desk.digest(outer)]}, outer, inner)
    yield "inner-before-outer", None, desk.write({"_sd": [desk.digest(outer)]}, inner, outer)
    yield "inner-without-outer", "unreferenced_disclosure", desk.write({"_sd": [desk.digest(outer)]}, inner)
    yield "element", None, desk.write({"list": ["a", {"...": desk.digest(element)}]}, element)
    yield "digest-twice", "duplicate_digest", desk.write({"_sd": [lead, lead]}, name)
    yield "decoy-twice", "duplicate_digest", desk.write({"_sd": [DIGEST], "o": {"_sd": [DIGEST]}})
    yield "disclosure-twice", "duplicate_digest", desk.write({"_sd": [lead]}, name, name)
    yield "nothing-leads-there", "unreferenced_disclosure", desk.write({}, name)
    yield "digest-in-cnf-is-none", "member_out_of_range", desk.write({"cnf": {"_sd": [lead]}}, name)
    yield "digest-in-status-is-none", "unreferenced_disclosure", desk.write({"status": {"_sd": [lead]}}, name)
    yield "claim-in-the-clear-too", "claim_taken", desk.write({"_sd": [lead], "name": "x"}, name)
    other = desk.disclosure("other", "name", "x")
    yield "claim-disclosed-twice", "claim_taken", desk.write({"_sd": [lead, desk.digest(other)]}, name, other)
    for claim in ("iss", "nbf", "exp", "iat", "cnf", "vct", "vct#integrity", "aka_vcts", "status"):
        code = "member_absent" if claim in ("iss", "iat", "vct") else "never_disclosable"
        yield f"hidden-{claim.replace('#', '-')}", code, desk.hidden("salt", claim, "x", **{claim: None})
    yield "hidden-iss-in-the-clear-too", "never_disclosable", desk.hidden("salt", "iss", "x")
    yield "aka-vcts-in-the-clear", None, desk.write({"aka_vcts": ["urn:tallystick:vct:degree:1"]})
    for claim in ("_sd", "_sd_alg", "..."):
        yield (
            f"claim-called-{claim.strip('_').replace('...', 'dots')}",
            "reserved_name",
            desk.hidden("salt", claim, "x"),
        )
    inside = desk.disclosure("salt", "o", {"iss": "x"})
    yield "inner-claim-called-iss", None, desk.write({"_sd": [desk.digest(inside)]}, inside)
    yield "inner-sd-alg", "reserved_name", desk.write({"o": {"_sd_alg": "sha-256"}})
    yield "dots-in-an-object", "reserved_name", desk.write({"o": {"...": DIGEST}})
    yield "dots-with-another-member", "reserved_name", desk.write({"list": [{"...": DIGEST, "a": "b"}]})
    yield "dots-not-a-digest", "malformed_digest", desk.write({"list": [{"...": "short"}]})
    yield "sd-not-an-array", "malformed_digest", desk.write({"_sd": DIGEST})
    yield "sd-empty", None, desk.write({"_sd": []})
    yield "sd-of-another-length", "malformed_digest", desk.write({"_sd": ["AAAA"]})
    yield "sd-with-stray-bits", "malformed_digest", desk.write({"_sd": ["A" * 42 + "B"]})
    yield "member-for-an-element", "malformed_disclosure", desk.write({"list": [{"...": lead}]}, name)
    yield "element-for-a-member", "malformed_disclosure", desk.write({"_sd": [desk.digest(element)]}, element)
    for shape, items in (("one-item", ["s"]), ("four-items", ["s", "n", "v", "v"]), ("salt-a-number", [1, "n", "v"])):
        yield f"disclosure-of-{shape}", "malformed_disclosure", desk.hidden(*items)
    yield "name-a-number", "malformed_disclosure", desk.hidden("salt", 1, "v")
    yield "salt-empty", None, desk.hidden("", "name", "v")
    padded = name + "="
    yield "disclosure-padded", "base64", desk.write({"_sd": [desk.digest(padded)]}, padded)


def forms(desk: Desk) -> Iterator[Case]:
    """Header, payload and outer form, §2.1 and §2.2."""
    yield "plain", None, desk.write({})
    for name, code, header in (
        ("header-more", "unknown_header", {"x5c": "a"}),
        ("header-crit", "unknown_header", {"crit": ["a"]}),
        ("header-type", "wrong_type", {"typ": "vc+sd-jwt"}),
        ("header-type-missing", "member_absent", {"typ": None}),
        ("header-type-a-number", "member_out_of_range", {"typ": 1}),
        ("algorithm-none", "unknown_algorithm", {"alg": "none"}),
        ("algorithm-unknown", "unknown_algorithm", {"alg": "ES384"}),
        ("kid-of-another-did", "key_id_mismatch", {"kid": "did:tally:x#" + "0" * 64}),
        ("kid-upper-case", "key_id_mismatch", {"kid": desk.kid[:-1] + "A"}),
        ("kid-multibase", "key_id_mismatch", {"kid": f"{desk.did}#{desk.signer.public.multibase}"}),
    ):
        yield name, code, desk.write({}, header=header)
    for name, code, payload in (
        ("no-issuer", "member_absent", {"iss": None}),
        ("no-type", "member_absent", {"vct": None}),
        ("no-time", "member_absent", {"iat": None}),
        ("type-with-space", "member_out_of_range", {"vct": "urn:a b"}),
        ("type-of-129", "member_out_of_range", {"vct": "a" * 129}),
        ("time-as-text", "member_out_of_range", {"iat": "1790000000"}),
        ("time-below-zero", "member_out_of_range", {"iat": -1}),
        ("time-too-great", "member_out_of_range", {"exp": 253402300800}),
        (
            "holder-with-secret", "holder_key",
            {"cnf": {"jwk": {**JWK_LIKE, "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "d": "a"}}},
        ),
        (
            "holder-more",
            "member_out_of_range",
            {"cnf": {"jwk": {**JWK_LIKE, "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}, "kid": "a"}},
        ),
        (
            "holder-of-small-order",
            "holder_key",
            {"cnf": {"jwk": {**JWK_LIKE, "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}},
        ),
        ("sd-alg-other", "sd_alg_mismatch", {"_sd_alg": "sha-512"}),
        ("issuer-upper-case", "key_id_mismatch", {"iss": desk.did.upper()}),
    ):
        yield name, code, desk.write(payload)
    yield "type-of-128", None, desk.write({"vct": "a" * 128})
    yield "time-greatest", None, desk.write({"exp": 253402300799})
    good_jwk = {**JWK_LIKE, "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    yield "holder", None, desk.write({"cnf": {"jwk": good_jwk}})
    yield "status-of-any-shape", None, desk.write({"status": {"status_list": {"idx": 1, "uri": "a"}}})
    if desk.suite is Suite.INTL:
        yield "sd-alg-missing", None, desk.write({"_sd_alg": None})
    else:
        yield "sd-alg-missing", "sd_alg_mismatch", desk.write({"_sd_alg": None})
    good = desk.write({})
    jwt = good.removesuffix("~")
    yield "no-tilde", "malformed_token", jwt
    yield "key-binding", "key_binding", good + jwt
    yield "signature-short", "base64", jwt[:-4] + "~"
    yield "signature-padded", "base64", jwt + "==~"
    yield "space-in-front", "base64", " " + good
    yield "two-parts", "malformed_token", jwt.rpartition(".")[0] + "~"
    yield "four-parts", "base64", jwt.replace(".", "..", 1) + "~"
    yield "empty-disclosure", "json", good + "~"


def json_depth(levels: int) -> Any:
    """Arrays in arrays."""
    return RawJson("[" * levels + "]" * levels)


def depths(desk: Desk) -> Iterator[Case]:
    """16 levels, disclosures put in; the payload is one only where it is read as JSON. Limits of number and length."""
    for levels, code in ((15, None), (16, "json")):
        value: Any = "x"
        for _ in range(levels):
            value = {"a": value}
        yield f"claim-of-{levels}-levels", code, desk.write({"claim": value})
    for links, code in ((16, None), (17, "too_deep"), (500, "too_deep")):
        chain: list[str] = []
        for _ in range(links):
            claim: Any = {"_sd": [desk.digest(chain[-1])]} if chain else "x"
            chain.append(desk.disclosure("s", "a", claim))
        yield f"chain-of-{links}", code, desk.write({"o": {"_sd": [desk.digest(chain[-1])]}}, *chain)
    yield "status-too-deep", "json", desk.write({"status": json_depth(40)})
    yield "json-too-deep", "json", desk.write({"claim": json_depth(5000)})
    for count, code in ((512, None), (513, "too_many_disclosures")):
        made = [desk.disclosure("s", f"n{n}", "v") for n in range(count)]
        yield f"disclosures-{count}", code, desk.write({"_sd": [desk.digest(text) for text in made]}, *made)
    yield "longer-than-256-kib", "too_long", desk.write({"claim": "x" * 200 * 1024})


def everything(suite: Suite) -> Iterator[Scenario]:
    """All scenarios of this file: the content is looked at, nothing else is proved."""
    stage = Stage(suite)
    head = stage.world.block()
    stage.text = "~"
    proofs = [*stage.proofs(head)[:6], None, None, None, None]
    trust, now, desk = stage.world.trust(), head.header.time_ms, Desk(stage)
    for group in (digests, forms, depths):
        for name, code, text in group(desk):
            data = cbor.encode(["tally/bundle/1", [1, text], list(proofs)])
            expect = "not_anchored" if code is None else "document_malformed"
            yield Scenario("form-" + name, "document.md §2.5", expect, data, trust, now, code)
