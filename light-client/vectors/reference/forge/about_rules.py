"""Scenarios about what an invoice must look like: one edit of a good one, and the rule it breaks (invoice.md)."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from tally import amount, cbor
from tally.hash import Suite
from tally.strict_json import canonical

from .papers import RED, SEED, TEMPLATE, invoice_content
from .scenario import Scenario, Stage

Edit = dict[str, Any]
"""New values by JSON Pointer; `DROP` takes a member away."""

DROP = object()
LINE: dict[str, Any] = TEMPLATE["lines"][0]


def line(number: int = 1, **members: Any) -> dict[str, Any]:
    """A line, its amounts computed unless given."""
    made = {**LINE, "lineNo": str(number), **members}
    made = {name: value for name, value in made.items() if value is not DROP}
    if "quantity" in made and "netAmount" not in members:
        made["netAmount"] = money(amount.product(made["quantity"], made["unitPrice"]))
    if "vatAmount" not in members:
        net = amount.fen(made["netAmount"]) - amount.fen(made.get("deduction", "0.00"))
        made["vatAmount"] = money(amount.tax(net, made["vatRate"]))
    return made


def money(fen: int) -> str:
    """Fen as TI-05 wants them."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def lines(*given: dict[str, Any]) -> Edit:
    """The edit that gives an invoice these lines, and totals that fit."""
    net = sum(amount.fen(one["netAmount"]) for one in given)
    tax = sum(amount.fen(one["vatAmount"]) for one in given)
    groups: dict[tuple[str, str], list[int]] = {}
    for one in given:
        group = groups.setdefault((one["vatCategory"], one["vatRate"]), [0, 0])
        group[0] += amount.fen(one["netAmount"])
        group[1] += amount.fen(one["vatAmount"])
    rows = [
        {"vatCategory": category, "vatRate": rate, "taxable": money(sums[0]), "tax": money(sums[1])}
        for (category, rate), sums in groups.items()
    ]
    totals = {
        "net": money(net),
        "tax": money(tax),
        "gross": money(net + tax),
        "grossInWords": amount.in_words(net + tax),
    }
    return {"/lines": list(given), "/totals": totals, "/vatBreakdown": rows}


def edited(edit: Edit) -> bytes:
    """The canonical bytes of the good invoice with an edit."""
    content = copy.deepcopy(TEMPLATE)
    for path, value in edit.items():
        *parents, name = path.split("/")[1:]
        here: Any = content
        for parent in parents:
            here = here[int(parent)] if isinstance(here, list) else here[parent]
        if value is DROP:
            del here[name]
        else:
            here[name] = value
    return canonical(content).encode()


GOOD = edited({})
FORM: tuple[tuple[str, str | None, Edit], ...] = (
    ("unknown-member", "TI-02", {"/colour": "red"}),
    ("unknown-member-of-a-line", "TI-02", {"/lines/0/colour": "red"}),
    ("no-currency", "TI-02", {"/currency": DROP}),
    ("unknown-kind-of-invoice", "TI-02", {"/docType": "85"}),
    ("remark-of-230", None, {"/remark": "注" * 230}),
    ("remark-of-231", "TI-02", {"/remark": "注" * 231}),
    ("remark-of-230-beyond-the-plane", None, {"/remark": "𠀀" * 230}),
    ("remark-empty", "TI-02", {"/remark": ""}),
    ("natural-as-text", "TI-02", {"/buyer/natural": "true"}),
    ("journey-on-no-ticket", "TI-02", {"/specific": {"rail": {"train": "G1"}}}),
    ("red-letter-on-a-blue", "TI-02", {"/redLetter": RED}),
    ("red-without-red-letter", "TI-26", {"/kind": "red"}),
    ("due-on-no-day-and-another-total", "TI-30", {"/paymentDue": "2026-13-01", "/totals/net": "100.01"}),
    ("unit-of-another-code", "TI-02", {"/lines/0/unit": "吨", "/lines/0/unitCode": "KGM"}),
    ("unit-code-of-a-piece", None, {"/lines/0/unit": "件", "/lines/0/unitCode": "H87"}),
    ("unit-code-without-unit", None, {"/lines/0/unitCode": "XYZ"}),
    ("array-for-text", "TI-02", {"/remark": ["a"]}),
    ("zero-width-space", "TI-03", {"/remark": "a\u200bb"}),
    ("right-to-left-override", "TI-03", {"/remark": "a\u202eb"}),
    ("control-character", "TI-03", {"/remark": "a\u0007b"}),
    ("line-feed", "TI-03", {"/remark": "a\nb"}),
    ("not-composed", "TI-03", {"/remark": "e\u0301"}),
    ("mark-that-could-join", "TI-03", {"/remark": "一\u0301"}),
    ("variation-selector", "TI-03", {"/remark": "一\ufe00"}),
    ("compatibility-ideograph", "TI-03", {"/remark": "\uf900"}),
    ("private-use", None, {"/remark": "\ue000"}),
    ("soft-hyphen", "TI-03", {"/remark": "a\u00adb"}),
    ("line-separator", "TI-03", {"/remark": "a\u2028b"}),
    ("noncharacter", "TI-03", {"/remark": "a\U0002ffff"}),
    ("language-tag", "TI-03", {"/remark": "a\U000e0041"}),
    ("ideographic-variation", None, {"/remark": "葛\U000e0100"}),
    ("blank-braille", None, {"/remark": "a\u2800"}),
    ("arabic-number-sign", None, {"/remark": "\u06001"}),
    ("money-one-digit", "TI-05", {"/totals/net": "100.0"}),
    ("money-minus-zero", "TI-05", {"/totals/net": "-0.00"}),
    ("money-leading-zero", "TI-05", {"/totals/net": "0100.00"}),
    ("money-plus", "TI-05", {"/totals/net": "+100.00"}),
    ("money-full-width", "TI-05", {"/totals/net": "１00.00"}),
    ("quantity-trailing-zero", "TI-06", {"/lines/0/quantity": "2.0"}),
    ("quantity-minus-zero", "TI-06", {"/lines/0/quantity": "-0"}),
    ("quantity-fourteen-places", "TI-06", {"/lines/0/quantity": "1.00000000000001"}),
    ("quantity-exponent", "TI-06", {"/lines/0/quantity": "2e0"}),
    ("rate-not-in-the-table", "TI-07", {"/lines/0/vatRate": "0.07"}),
    ("number-of-19", "TI-08", {"/number": "2699100000000000102"}),
    ("number-of-no-region", "TI-08", {"/number": "26661000000000001025"}),
    ("number-without-sequence", "TI-08", {"/number": "26991000000000000000"}),
    ("number-of-hong-kong", "TI-08", {"/number": "26811000000000001025"}),
    ("day-that-is-none", "TI-09", {"/issuedAt": "2026-02-30T00:00:00+08:00"}),
    ("hour-24", "TI-09", {"/issuedAt": "2026-09-21T24:00:00+08:00"}),
    ("leap-second", "TI-09", {"/issuedAt": "2026-09-21T23:59:60+08:00"}),
    ("another-zone", "TI-09", {"/issuedAt": "2026-09-21T14:13:20+09:00"}),
    ("another-year", "TI-09", {"/issuedAt": "2025-09-21T14:13:20+08:00"}),
    ("another-century", "TI-09", {"/issuedAt": "2126-09-21T14:13:20+08:00"}),
    ("due-on-no-day", "TI-09", {"/paymentDue": "2026-13-01"}),
    ("seller-check-digit", "TI-10", {"/seller/id": "91990106MA0DEM0047"}),
    ("buyer-without-id", "TI-10", {"/buyer/id": DROP}),
    ("natural-buyer-without-id", None, {"/buyer/id": DROP, "/buyer/natural": True}),
    ("natural-buyer-as-a-company", "TI-10", {"/buyer/natural": True}),
    ("natural-buyer-resident", None, {"/buyer/natural": True, "/buyer/id": "11010519491231002X"}),
    ("company-as-resident", "TI-10", {"/buyer/id": "11010519491231002X"}),
    ("buyer-of-15", None, {"/buyer/id": "110105ABCDEFGH1"}),
    ("buyer-is-seller", "TI-11", {"/buyer/id": "91990106MA0DEM0046"}),
    ("special-to-15", "TI-12", {"/docType": "81", "/buyer/id": "110105ABCDEFGH1"}),
    ("did-of-no-form", "TI-13", {"/seller/did": "haizhou"}),
    ("did-of-another-method", None, {"/seller/did": "did:web:example.org"}),
    ("first-line-is-2", "TI-20", {"/lines/0/lineNo": "2"}),
    ("no-lines", "TI-20", {"/lines": []}),
    ("quantity-without-price", "TI-21", {"/lines/0/unitPrice": DROP}),
    ("tax-class-of-18", "TI-27", {"/lines/0/taxClassCode": "109012201000000000"}),
    ("name-without-class", "TI-27", {"/lines/0/itemName": "深沟球轴承"}),
)
ARITHMETIC: tuple[tuple[str, str | None, Edit], ...] = (
    ("price-below-zero", "TI-21", lines(line(quantity="-2", unitPrice="-50"))),
    ("half-a-fen-up", None, lines(line(), line(2, quantity="2.5", unitPrice="0.01", netAmount="0.03"))),
    ("half-a-fen-down", "TI-22", lines(line(), line(2, quantity="2.5", unitPrice="0.01", netAmount="0.02"))),
    ("line-net", "TI-22", lines(line(netAmount="100.01"))),
    ("line-tax", "TI-23", lines(line(vatAmount="13.01"))),
    ("line-without-quantity", None, lines(line(quantity=DROP, unitPrice=DROP))),
    ("deduction-without-remark", "TI-24", lines(line(deduction="40.00"))),
    ("deduction", None, {**lines(line(deduction="40.00")), "/remark": "差额征税：40.00"}),
    ("deduction-above-net", "TI-24", {**lines(line(deduction="100.01")), "/remark": "差额征税：100.01"}),
    ("standard-at-zero", "TI-25", lines(line(vatRate="0"))),
    ("zero-rated-at-13", "TI-25", lines(line(vatCategory="Z"))),
    ("zero-rated", None, lines(line(vatCategory="Z", vatRate="0"))),
    ("exempt-without-reason", "TI-25", lines(line(vatCategory="E", vatRate="0"))),
    ("exempt", None, lines(line(vatCategory="E", vatRate="0", exemptionReason="免税"))),
    ("standard-with-reason", "TI-25", lines(line(exemptionReason="免税"))),
    ("negative-line", "TI-26", lines(line(), line(2, quantity="-1", unitPrice="1"))),
    ("line-of-zero", None, lines(line(), line(2, quantity="0"))),
    ("discount", None, lines(line(), line(2, quantity="-1", unitPrice="1", discountOf="1"))),
    ("discount-of-all", None, lines(line(), line(2, quantity="-2", discountOf="1"), line(3))),
    ("discount-above-its-line", "TI-26", lines(line(), line(2, quantity="-3", discountOf="1"), line(3, quantity="9"))),
    ("discount-that-adds", "TI-26", lines(line(), line(2, discountOf="1"))),
    ("discount-of-a-later-line", "TI-26", lines(line(), line(2, quantity="-1", discountOf="3"), line(3))),
    ("discount-of-a-huge-line", "TI-02", lines(line(), line(2, quantity="-1", discountOf="1" * 5000), line(3))),
    ("discount-of-line-2-64-less-1", "TI-02", lines(line(), line(2, quantity="-1", discountOf=str(2**64 - 1)))),
    ("discount-of-line-2-32-less-1", "TI-02", lines(line(), line(2, quantity="-1", discountOf=str(2**32 - 1)))),
    ("discount-of-line-100000", "TI-26", lines(line(), line(2, quantity="-1", discountOf="100000"))),
    ("discount-not-next", "TI-26", lines(line(), line(2), line(3, quantity="-1", discountOf="1"))),
    (
        "second-discount",
        "TI-26",
        lines(*(line(), line(2, quantity="-1", discountOf="1")), line(3, quantity="-1", discountOf="1")),
    ),
    (
        "discount-of-another-class",
        "TI-26",
        lines(line(), line(2, quantity="-1", discountOf="1", taxClassCode="1090122010000000001")),
    ),
    ("net-total", "TI-30", {"/totals/net": "100.01"}),
    ("tax-total", "TI-31", {"/totals/tax": "13.01"}),
    ("gross-total", "TI-32", {"/totals/gross": "113.01"}),
    ("breakdown-tax", "TI-33", {"/vatBreakdown/0/tax": "12.00"}),
    ("words", "TI-34", {"/totals/grossInWords": "壹佰壹拾叁元整"}),
    ("nothing-to-pay", "TI-35", lines(line(quantity="0"))),
    ("largest", None, lines(line(quantity=DROP, unitPrice=DROP, netAmount="8000000000000000.00", vatRate="0.05"))),
    (
        "sum-out-of-range",
        "TI-05",
        lines(
            *(line(n, quantity=DROP, unitPrice=DROP, netAmount="9000000000000000.00", vatRate="0.01") for n in (1, 2))
        ),
    ),
)


def one_percent(year: str) -> Edit:
    """A rate of 1 % on the last day of a year."""
    return {
        **lines(line(vatRate="0.01")),
        "/number": f"{year}991000000000001025",
        "/issuedAt": f"20{year}-12-31T23:59:59+08:00",
    }


DATED: tuple[tuple[str, str | None, Edit], ...] = (
    ("one-percent-in-2027", None, one_percent("27")),
    ("one-percent-in-2028", "TI-07", one_percent("28")),
)


def red_letter_of(line_of_the_blue: str) -> bytes:
    """A red invoice whose line takes back that line."""
    letter = {**RED, "lineMap": [{"blueLine": line_of_the_blue, "line": "1"}]}
    return invoice_content(TEMPLATE, kind="red", redLetter=letter)


RAW: tuple[tuple[str, str, bytes], ...] = (
    ("a-number", "TI-01", GOOD.replace(b'"100.00"', b"100.00", 1)),
    ("a-null", "TI-01", GOOD.replace(b'"quantity":"2"', b'"quantity":null')),
    ("a-member-twice", "TI-02", GOOD.replace(b'"currency":"CNY"', b'"currency":"CNY","currency":"CNY"')),
    ("not-utf-8", "TI-03", GOOD.replace("海".encode(), b"\xff\xff\xff")),
    ("lone-surrogate", "TI-03", GOOD.replace("海".encode(), rb"\ud800")),
    ("white-space", "TI-04", GOOD.replace(b",", b", ", 1)),
    ("line-feed-at-the-end", "TI-04", GOOD + b"\n"),
    ("escaped-letter", "TI-04", GOOD.replace(b"CNY", rb"\u0043NY")),
    ("another-order", "TI-04", GOOD.replace(b'"currency":"CNY","docType":"82"', b'"docType":"82","currency":"CNY"')),
    ("cut", "TI-04", GOOD[:-1]),
    ("byte-order-mark", "TI-04", b"\xef\xbb\xbf" + GOOD),
    ("eight-levels", "TI-02", b'{"a":' * 8 + b'""' + b"}" * 8),
    ("nine-levels", "LIMIT", b'{"a":' * 9 + b'""' + b"}" * 9),
    ("blue-line-of-five-thousand-million", "TI-02", red_letter_of("5000000000")),
    ("nothing", "TI-04", b""),
    ("too-deep", "LIMIT", b"[" * 5000 + b"]" * 5000),
)


def everything(suite: Suite) -> Iterator[Scenario]:
    """All scenarios of this file: the content is looked at, nothing else is proved."""
    stage = Stage(suite)
    head = stage.world.block()
    stage.text = "~"
    proofs = [*stage.proofs(head)[:6], None, None, None, None]
    trust, now = stage.world.trust(), head.header.time_ms
    cases = [(name, rule, edited(edit)) for name, rule, edit in (*FORM, *ARITHMETIC, *DATED)]
    for name, rule, content in [*cases, *RAW]:
        data = cbor.encode(["tally/bundle/1", [2, content, SEED], list(proofs)])
        expect = "not_anchored" if rule is None else "document_malformed"
        clause = f"invoice.md, {rule or 'Rules'}"
        yield Scenario("rule-" + name, clause, expect, data, trust, now, rule)
