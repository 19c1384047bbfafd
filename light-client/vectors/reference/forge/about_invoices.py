"""Scenarios about invoices: lease, number, record (invoice.md, "On the ledger")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tally import cbor
from tally.hash import Suite
from tally.record import INVOICE_TYPE

from .papers import (
    RED,
    SEED,
    TEMPLATE,
    anchor_invoice,
    invoice_content,
    invoice_proofs,
    read_invoice,
    register_invoice,
)
from .scenario import Scenario, kind_of
from .signing import Signer
from .world import World, validators

LEDGER = "invoice.md, On the ledger"
FIRST = "26991000000000001001"


def ask(
    suite: Suite,
    name: str,
    clause: str,
    expect: str,
    content: bytes | None = None,
    anchor: dict[str, Any] | None = None,
    drop: tuple[int, ...] = (),
    rights: bool = True,
    by: str = "seller",
    **forged: Any,
) -> Scenario:
    """An invoice anchored at height 2 under a head at height 3; `forged` parts of its entries."""
    world = World(suite, [validators(suite, 0, 4)])
    agency, seller = Signer(kind_of(suite), "tax office"), Signer(kind_of(suite), "seller")
    world.issuer("tax", [(agency, INVOICE_TYPE, 1, None)] if rights else [])
    world.block()
    raw = invoice_content(TEMPLATE) if content is None else content
    read = read_invoice(raw)
    anchored = anchor_invoice(world, Signer(seller.kind, by), read, **(anchor or {}))
    register_invoice(world, read, seller, **forged)
    world.block()
    head = world.block()
    first = forged.get("first", FIRST)
    proofs: list[cbor.Value] = [1, world.ledger, world.certified(head), [], None, world.roots_raw(head.state)]
    proofs += [
        anchored.origin(world, head),
        world.prove_issuer(head, "tax"),
        world.prove_status(head, "tax", read.commitment(suite).commitment),
        invoice_proofs(world, head, read, seller, first),
    ]
    for place in drop:
        proofs[place] = None
    data = cbor.encode(["tally/bundle/1", [2, raw, SEED], proofs])
    return Scenario(name, clause, expect, data, world.trust(), head.header.time_ms)


Row = tuple[str, str, bytes | None, dict[str, Any], str]


def amounts(suite: Suite) -> Iterator[Scenario]:
    """What the record says of the amounts."""
    funder = Signer(kind_of(suite), "funder")
    red = invoice_content(TEMPLATE, kind="red", redLetter=RED)
    rows: tuple[Row, ...] = (
        ("blue", LEDGER, None, {}, "valid"),
        ("red", "invoice.md, A red document", red, {}, "valid"),
        ("red-with-a-blue-record", "invoice.md, A red document", red, {"kind": 1}, "amount_mismatch"),
        ("blue-with-a-red-record", "invoice.md, A red document", None, {"kind": 2}, "amount_mismatch"),
        ("another-gross", "verdicts.md 29", None, {"gross": 11301}, "amount_mismatch"),
        ("taken-back-in-full", "verdicts.md 34", None, {"red": 11300}, "red_lettered"),
        ("taken-back-in-part", "verdicts.md 34", None, {"red": 11299}, "valid"),
        ("claimed-in-full", LEDGER, None, {"remaining": 0}, "valid"),
        ("red-above-gross", "ledger.cddl record-entry", None, {"red": 11301, "remaining": 0}, "malformed"),
        ("pledged", LEDGER, None, {"funder": funder}, "valid"),
        *(
            (f"booking-{code:02d}", "verdict.md §2.6", None, {"booking": code, "period": 202609}, "valid")
            for code in range(2, 7)
        ),
        ("period-of-month-13", "ledger.cddl period", None, {"booking": 2, "period": 202613}, "malformed"),
    )
    for name, clause, content, forged, expect in rows:
        yield ask(suite, name, clause, expect, content, **dict(forged))


def leases(suite: Suite) -> Iterator[Scenario]:
    """Numbers and their lease. The number is 1025, the lease has 1001 to 1100, the anchor is at height 2."""
    rows: tuple[Row, ...] = (
        ("first-of-the-lease", LEDGER, None, {"first": "26991000000000001025"}, "valid"),
        ("below-the-lease", "verdicts.md 25", None, {"first": "26991000000000001026"}, "lease_mismatch"),
        ("last-of-the-lease", LEDGER, None, {"first": "26991000000000000926"}, "valid"),
        ("above-the-lease", "verdicts.md 25", None, {"first": "26991000000000000925"}, "lease_mismatch"),
        ("lease-from-the-anchor", "ledger.cddl lease-entry", None, {"begins": 2}, "valid"),
        ("lease-from-later", "ledger.cddl lease-entry", None, {"begins": 3}, "lease_mismatch"),
        ("lease-until-the-anchor", "ledger.cddl lease-entry", None, {"ends": 2}, "lease_mismatch"),
        ("lease-until-after", "ledger.cddl lease-entry", None, {"ends": 3}, "valid"),
        ("lease-of-another-seller", "verdicts.md 25", None, {"holder": bytes(32)}, "lease_mismatch"),
        ("record-of-another-seller", "invoice.md, last line", None, {"record_seller": bytes(32)}, "lease_mismatch"),
        ("lease-of-another-agency", "verdict.md I6.1", None, {"lease_agency": "other"}, "lease_mismatch"),
        ("number-unused", "verdicts.md 44", None, {"used": False}, "not_yet_registered"),
        ("number-of-another", "verdicts.md 28", None, {"commitment": bytes(32)}, "number_reused"),
        ("no-record", "verdict.md I8", None, {"record": False}, "amount_mismatch"),
    )
    for name, clause, _, forged, expect in rows:
        yield ask(suite, "invoice-" + name, clause, expect, **dict(forged))
    yield ask(suite, "invoice-signed-by-another", "verdict.md I6.1", "invoice_proof_invalid", by="stranger")


def parts(suite: Suite) -> Iterator[Scenario]:
    """Parts withheld, and an agency without the right."""
    yield ask(suite, "invoice-without-entries", "verdict.md I6", "not_yet_registered", drop=(9,))
    yield ask(suite, "invoice-without-origin", "verdicts.md 43", "not_anchored", drop=(6,))
    yield ask(suite, "invoice-without-registry", "verdicts.md 45", "registry_unchecked", drop=(7,))
    yield ask(suite, "invoice-without-status", "verdicts.md 46", "status_unchecked", drop=(8,))
    yield ask(suite, "agency-without-the-right", "verdicts.md 23", "issuer_not_authorised", rights=False)


def names(suite: Suite) -> Iterator[Scenario]:
    """DIDs that an invoice names."""
    seller, other = Signer(kind_of(suite), "seller"), Signer(kind_of(suite), "somebody else")
    for name, did, expect in (
        ("seller-names-its-key", seller.public.did, "valid"),
        ("seller-names-another-key", other.public.did, "lease_mismatch"),
        ("seller-names-a-site", "did:web:example.org", "lease_mismatch"),
    ):
        party = {**TEMPLATE["seller"], "did": did}
        yield ask(suite, name, "verdict.md I6.1", expect, invoice_content(TEMPLATE, seller=party))
    content = invoice_content(TEMPLATE, agency={"did": f"did:tally:{'5a' * 32}:tax"})
    yield ask(suite, "agency-of-another-ledger", "verdict.md I3", "issuer_mismatch", content)


def everything(suite: Suite) -> Iterator[Scenario]:
    """All scenarios of this file."""
    for group in (amounts, leases, parts, names):
        yield from group(suite)
