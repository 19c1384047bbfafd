"""Scenarios about credentials: origin, right, signature, standing (docs/verdicts.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tally.hash import Suite
from tally.keys import KeyKind
from tally.record import INVOICE_TYPE

from .papers import TYPE, digest_of, make_credential
from .scenario import INVOICE, ISSUER, ORIGIN, STATUS, Scenario, Stage, kind_of
from .signing import Signer

VERDICTS = "verdicts.md"
KNOWN = "urn:tallystick:vct:resident-identity:1"
ELECTRICIAN = "urn:tallystick:vct:electrician-certificate:1"
RESIDENT = {"document_number": "11010519491231002X"}


def staged(suite: Suite, rights: Any = None, anchor: dict[str, Any] | None = None, **options: Any) -> Stage:
    """A stage whose credential is anchored at height 2."""
    stage = Stage(suite)
    if rights is not None:
        stage.world.issuer("office", rights)
    stage.credential(**options)
    stage.anchor(**(anchor or {}))
    return stage


def ask(stage: Stage, name: str, clause: str, expect: str, **changed: Any) -> Scenario:
    """Asks under a head at height 3, some proofs changed."""
    stage.world.block()
    head = stage.world.block()
    proofs = stage.proofs(head, issuer=changed.pop("issuer", "office"))
    now = changed.pop("now", head.header.time_ms)
    for place, value in changed.items():
        proofs[{"origin": ORIGIN, "issuer_proof": ISSUER, "status": STATUS, "invoice": INVOICE}[place]] = value
    return stage.scenario(name, clause, expect, proofs, now)


def rights(suite: Suite) -> Iterator[Scenario]:
    """Who had the right, when, with which key. The anchor is at height 2."""
    clerk, other = Signer(kind_of(suite), "clerk"), Signer(kind_of(suite), "colleague")
    for name, clause, given, expect in (
        ("right-from-the-anchor", "design §2", [(clerk, TYPE, 2, None)], "valid"),
        ("right-from-later", "design §2", [(clerk, TYPE, 3, None)], "issuer_not_authorised"),
        ("right-until-after", "design §2", [(clerk, TYPE, 1, 3)], "valid"),
        ("right-until-the-anchor", "design §2 [from, to)", [(clerk, TYPE, 1, 2)], "issuer_not_authorised"),
        ("right-to-another-type", VERDICTS + " 23", [(clerk, "urn:other", 1, None)], "issuer_not_authorised"),
        ("right-of-another-key", "verdict.md C8", [(other, TYPE, 1, None)], "issuer_not_authorised"),
        ("no-right-at-all", "verdict.md C8", [], "issuer_not_authorised"),
        ("right-given-twice", "verdict.md §3.5", [(clerk, TYPE, 1, 2), (clerk, TYPE, 2, None)], "valid"),
        ("right-from-above-to", "verdict.md §3.5", [(clerk, TYPE, 5, 2), (clerk, TYPE, 1, None)], "valid"),
    ):
        yield ask(staged(suite, given), name, clause, expect)
    both = [(clerk, TYPE, 1, None), (other, TYPE, 1, None)]
    yield ask(staged(suite, both, {"by": other}), "batch-by-a-colleague-with-the-right", "verdict.md C7", "valid")
    one = [(clerk, TYPE, 1, None)]
    yield ask(staged(suite, one, {"by": other}), "batch-by-a-stranger", VERDICTS + " 23", "issuer_not_authorised")
    lent = [(clerk, INVOICE_TYPE, 1, None), (other, TYPE, 1, None)]
    stage = staged(suite, lent, {"by": other})
    yield ask(stage, "signed-by-a-key-without-the-right", "verdict.md C7", "issuer_not_authorised")
    stage = staged(suite)
    stage.world.issuer("school", [(Signer(kind_of(suite), "teacher"), TYPE, 1, None)])
    yield ask(stage, "unregistered-issuer", VERDICTS + " 22", "registry_proof_invalid", issuer="school")
    stage = Stage(suite)
    stage.credential(issuer="nobody")
    stage.anchor(issuer="nobody")
    yield ask(stage, "issuer-not-in-the-register", VERDICTS + " 22", "issuer_unknown", issuer="nobody")
    stage = staged(suite)
    yield ask(stage, "registry-withheld", VERDICTS + " 45", "registry_unchecked", issuer_proof=None)


def kinds(suite: Suite) -> Iterator[Scenario]:
    """Documents are signed by any kind of key, whatever the ledger's suite (design §3)."""
    for kind in KeyKind:
        signer = Signer(kind, "clerk of any kind")
        stage = staged(suite, [(signer, TYPE, 1, None)], {"by": signer}, signer=signer, hidden={"a": "b"})
        yield ask(stage, f"signed-by-{kind.label}", "design §3", "valid")


def origins(suite: Suite) -> Iterator[Scenario]:
    """Batches that are another's, of another type, or younger than the header."""
    clerk = Signer(kind_of(suite), "clerk")
    for name, clause, forged, expect in (
        ("batch-of-another-type", VERDICTS + " 21", {"kind": "urn:other"}, "type_mismatch"),
        ("batch-of-the-invoice-module", "verdict.md O1", {"module": 2}, "type_mismatch"),
        ("leaf-above-the-head", "verdict.md O1", {"height": 9}, "origin_mismatch"),
        ("leaf-after-the-head", "verdict.md O1", {"time": 1_790_000_009_000}, "origin_mismatch"),
        ("anchored-after-the-signature-expired", "verdict.md O2", {"expiry": 1}, "batch_signature_invalid"),
        ("anchored-when-the-signature-expires", "verdict.md O2", {"expiry": 2}, "valid"),
    ):
        yield ask(staged(suite, anchor=dict(forged)), name, clause, expect)
    stage = staged(suite, anchor={"issuer": "school"})
    stage.world.issuer("school", [(clerk, TYPE, 1, None)])
    yield ask(stage, "batch-of-another-issuer", VERDICTS + " 20", "issuer_mismatch")
    stage = staged(suite, did=f"did:tally:{'5a' * 32}:office")
    yield ask(stage, "issuer-of-another-ledger", VERDICTS + " 3", "ledger_mismatch")
    signer = Signer(kind_of(suite), "bare")
    stage = staged(suite, signer=signer, did=signer.public.did)
    yield ask(stage, "bare-key-on-a-ledger", VERDICTS + " 20", "issuer_mismatch")
    yield ask(staged(suite), "invoice-part-with-a-credential", VERDICTS + " 2", "malformed", invoice=[])


def standings(suite: Suite) -> Iterator[Scenario]:
    """Entries of the status tree. The head is at height 3 and 3 s after the genesis."""
    head_ms = 1_790_000_003_000
    for name, clause, standing, effective, at, expect in (
        ("suspended", VERDICTS + " 33", 2, head_ms, (3, head_ms), "suspended"),
        ("reinstated", "design §5", 3, head_ms, (3, head_ms), "valid"),
        ("to-be-revoked", "verdict.md §3.7", 1, head_ms + 1, (3, head_ms), "valid"),
        ("revoked-above-the-head", "verdict.md §3.7", 1, head_ms, (4, head_ms), "revoked"),
        ("revoked-after-the-head", "verdict.md §3.7", 1, head_ms, (3, head_ms + 1), "revoked"),
        ("to-be-reinstated", "verdict.md §3.7", 3, head_ms + 1, (3, head_ms), "suspended"),
    ):
        stage = staged(suite)
        digest = digest_of(stage.world, stage.text)
        stage.world.status("office", digest, standing, effective, at)
        yield ask(stage, name, clause, expect)
    stage = staged(suite)
    stage.world.status("office", digest_of(stage.world, stage.text), 1, head_ms + 1, (3, head_ms))
    yield ask(stage, "revoked-since-the-head", "verdict.md §3.7", "revoked", now=head_ms + 1)
    stage = staged(suite)
    stage.world.status("office", digest_of(stage.world, stage.text), 1, head_ms, (3, head_ms))
    yield ask(stage, "revoked-by-a-block-that-is-ahead", "verdict.md §3.7", "revoked", now=head_ms - 1)


def periods(suite: Suite) -> Iterator[Scenario]:
    """`nbf` and `exp`, that second excluded."""
    head_s = 1_790_000_003
    rows: tuple[tuple[str, str, dict[str, Any], str], ...] = (
        ("expires-now", "document.md §2.2", {"exp": head_s}, "expired"),
        ("expires-next-second", "document.md §2.2", {"exp": head_s + 1}, "valid"),
        ("valid-from-now", "document.md §2.2", {"nbf": head_s}, "valid"),
        ("valid-from-next-second", "document.md §2.2", {"nbf": head_s + 1}, "not_yet_valid"),
        ("period-empty", "document.md §2.2", {"nbf": head_s, "exp": head_s}, "document_malformed"),
        ("issued-in-the-future", "document.md §2.2", {"iat": head_s + 10**6}, "valid"),
    )
    for name, clause, payload, expect in rows:
        yield ask(staged(suite, **payload), name, clause, expect)


def contents(suite: Suite) -> Iterator[Scenario]:
    """Claims as they are shown, and claims that a known type does not have."""
    nested = {"address": {"country": "CN", "town": ["a", "b"]}, "adult": True, "empty": {}, "nothing": None}
    yield ask(staged(suite, claims=nested), "claims-of-all-shapes", "verdict.md §2.1", "valid")
    yield ask(staged(suite, claims={"n": 7, "o": {"n": 7}}), "claim-of-a-number", "verdict.md §2.1", "valid")
    hidden = {"name": "李明", "age_over_18": True}
    for name, rule, claims in (
        ("known-type", None, {}),
        ("known-type-unknown-claim", "claim-unknown", {"shoe_size": "43"}),
        ("known-type-wrong-type", "claim-type", {"address": True}),
        ("known-type-wrong-form", "claim-date", {"birth_date": "1990-1-1"}),
        ("known-type-unreal-date", "claim-date", {"birth_date": "1990-02-30"}),
        ("known-type-wrong-check-digit", "claim-document-number", {"document_number": "110105194912310021"}),
        ("known-type-another-birth-date", "claim-birth-date", {"birth_date": "1949-12-30", **RESIDENT}),
        ("known-type-birth-date", None, {"birth_date": "1949-12-31", **RESIDENT}),
        ("known-type-ends-first", "claim-validity", {"valid_from": "2026-01-02", "valid_until": "2026-01-01"}),
        ("known-type-ends-on-the-day", None, {"valid_from": "2026-01-02", "valid_until": "2026-01-02"}),
        ("known-type-address-of-301", "claim-text", {"address": "1" * 301}),
        ("known-type-hidden-character", "claim-text", {"address": "1\u00ad"}),
        ("known-type-not-composed", None, {"address": "e\u0301"}),
        ("known-type-portrait", None, {"portrait": "data:image/png;base64,AAA="}),
        ("known-type-portrait-of-another-form", "claim-portrait", {"portrait": "data:image/gif;base64,AAAA"}),
    ):
        yield _of_type(suite, name, KNOWN, rule, {"address": "1", **claims}, hidden)
    opened = {"operation": "power-cable", "issuing_authority": "局", "valid_from": "2026-01-01"}
    for name, rule, claims in (
        ("electrician", None, {"valid_until": "2029-01-01"}),
        ("electrician-open-claim-withheld", "claim-missing", {}),
        ("electrician-unknown-operation", "claim-code", {"operation": "wiring", "valid_until": "2029-01-01"}),
    ):
        yield _of_type(suite, name, ELECTRICIAN, rule, {**opened, **claims}, {"name": "李明"})


def _of_type(
    suite: Suite, name: str, vct: str, rule: str | None, claims: dict[str, Any], hidden: dict[str, Any]
) -> Scenario:
    given = [(Signer(kind_of(suite), "clerk"), vct, 1, None)]
    stage = staged(suite, given, {"kind": vct}, vct=vct, claims=claims, hidden=hidden)
    expect = "valid" if rule is None else "document_malformed"
    return replace(ask(stage, name, "document.md §2.6", expect), rule=rule)


def bare(suite: Suite) -> Iterator[Scenario]:
    """Credentials without a bundle."""
    stage = Stage(suite)
    signer = Signer(kind_of(suite), "bare")
    text = make_credential(stage.world, signer, did=signer.public.did)
    forged = make_credential(stage.world, Signer(signer.kind, "forger"), did=signer.public.did)
    forged = text.split(".")[0] + "." + text.split(".")[1] + "." + forged.split(".")[2]
    own = make_credential(stage.world, stage.clerk)
    for name, clause, data, expect in (
        ("bare-key-bare", VERDICTS + " 37", text, "bare_did_key"),
        ("bare-key-forged", VERDICTS + " 27", forged, "issuer_signature_invalid"),
        ("ledger-credential-bare", "verdict.md B3", own, "not_anchored"),
        ("bare-with-a-line-feed", "verdict.md §3.1", text + "\n", "bare_did_key"),
        ("bare-after-a-space", "verdict.md §3.1", " " + text, "malformed"),
    ):
        yield Scenario(name, clause, expect, data.encode(), stage.world.trust(), 1_790_000_003_000)


def everything(suite: Suite) -> Iterator[Scenario]:
    """All scenarios of this file."""
    for group in (rights, kinds, origins, standings, periods, contents, bare):
        yield from group(suite)
