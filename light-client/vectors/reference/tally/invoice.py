"""Invoices: canonical content, its fields, and the commitment to them (document.md §3, invoice.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from . import cbor, hygiene, invoice_rules, merkle, schema
from .amount import fen
from .errors import DocumentError, Malformed
from .hash import Suite
from .record import INVOICE_TYPE
from .strict_json import DuplicateMember, Json, NotText, TooLarge, canonical, count, parse, utf16

PRINTED = {
    *("/number", "/issuedAt", "/docType", "/seller/id", "/seller/name", "/buyer/id", "/buyer/name"),
    *("/totals/net", "/totals/tax", "/totals/gross"),
}
MAX_BYTES = 96 * 1024 * 1024
MAX_LEVELS = 8
MAX_VALUES = 2_000_000

_RULE = re.compile(r"TI-[0-9]{2}")


@dataclass(frozen=True)
class Field:
    """One string, boolean, empty array or empty object: its JSON Pointer and canonical JSON."""

    path: str
    value: str


@dataclass(frozen=True)
class Commitment:
    """What stands for an invoice on the ledger."""

    printed_salt: bytes
    printed: bytes
    root: bytes
    commitment: bytes
    secret: bytes
    record_name: bytes


@dataclass(frozen=True)
class Invoice:
    """An invoice that keeps its rules."""

    number: str
    red: bool
    gross: int
    seller_id: str
    seller_name: str
    seller_did: str | None
    agency_did: str | None
    fields: tuple[Field, ...]
    plain: tuple[tuple[str, Json], ...]
    seed: bytes

    def seller(self, suite: Suite) -> bytes:
        """H("tally/seller/1", tax number, name)."""
        return suite.tagged("tally/seller/1", self.seller_id.encode(), self.seller_name.encode())

    def commitment(self, suite: Suite) -> Commitment:
        """The salted tree of the fields and what follows from it."""
        return _commit(self, suite)


@lru_cache(maxsize=64)
def _commit(invoice: Invoice, suite: Suite) -> Commitment:
    def salt(path: str) -> bytes:
        return suite.tagged("tally/salt/1", invoice.seed, path.encode())[:16]

    leaves = [
        suite.tagged("tally/field-leaf/1", salt(field.path), field.path.encode(), field.value.encode())
        for field in invoice.fields
        if field.path not in PRINTED
    ]
    root = merkle.root(suite, "tally/field-node/1", "tally/field-empty/1", leaves)
    shown: list[cbor.Value] = [[f.path, f.value.encode()] for f in invoice.fields if f.path in PRINTED]
    printed_salt = salt("/printed")
    printed = suite.tagged("tally/invoice-printed/1", printed_salt, cbor.encode(shown))
    secret = suite.tagged("tally/invoice-secret/1", invoice.seed, invoice.number.encode())
    return Commitment(
        printed_salt=printed_salt,
        printed=printed,
        root=root,
        commitment=suite.tagged("tally/invoice/1", printed, root),
        secret=secret,
        record_name=suite.tagged("tally/record/1", secret),
    )


def read(content: bytes, seed: bytes) -> Invoice:
    """Reads an invoice; `DocumentError` names the first rule that it breaks."""
    if len(content) > MAX_BYTES:
        raise DocumentError("LIMIT")
    value = _parsed(content)
    hygiene.check(value)
    if canonical(value).encode() != content:
        raise DocumentError("TI-04")
    if not isinstance(value, dict):
        raise DocumentError("TI-02")
    members: invoice_rules.Content = value
    _check(members)
    plain = tuple(_flatten(value, ""))
    return Invoice(
        number=members["number"],
        red=members["kind"] == "red",
        gross=fen(members["totals"]["gross"]),
        seller_id=members["seller"]["id"],
        seller_name=members["seller"]["name"],
        seller_did=members["seller"].get("did"),
        agency_did=members.get("agency", {}).get("did"),
        fields=tuple(Field(path, canonical(leaf)) for path, leaf in plain),
        plain=plain,
        seed=seed,
    )


def _parsed(content: bytes) -> Json:
    try:
        value = parse(content, MAX_LEVELS)
    except NotText:
        raise DocumentError("TI-03") from None
    except DuplicateMember:
        raise DocumentError("TI-02") from None
    except TooLarge:
        raise DocumentError("LIMIT") from None
    except Malformed:
        raise DocumentError("TI-04") from None
    if count(value) > MAX_VALUES:
        raise DocumentError("LIMIT")
    return value


FIRST = ("schema", "currency", "number", "kind", "docType", "issuedAt", "seller", "buyer", "remark")
LAST = ("agency", "keyId", "redLetter", "specific", "drawer", "paymentDue", "terms")


def _check(members: invoice_rules.Content) -> None:
    """Shape and rules, part by part in the order of invoice.md, "Rules", 4 to 7."""
    root = schema.all_schemas()[INVOICE_TYPE]
    for name in members:
        if name not in root["properties"]:
            raise DocumentError("TI-02", "/" + name)
    _shapes(root, members, FIRST)
    issued = invoice_rules.head(members)
    lines = members.get("lines")
    if not isinstance(lines, list):
        raise DocumentError("TI-02", "/lines")
    if not 1 <= len(lines) <= root["properties"]["lines"]["maxItems"]:
        raise DocumentError("TI-20", "/lines")
    for index, line in enumerate(lines):
        _shape(root, root["$defs"]["line"], line, f"/lines/{index}")
        invoice_rules.line(members, index, issued)
    _shapes(root, members, ("totals", "vatBreakdown"))
    invoice_rules.totals(members)
    _shapes(root, members, LAST)
    invoice_rules.tail(members)


def _shapes(root: schema.Schema, members: invoice_rules.Content, names: tuple[str, ...]) -> None:
    for name in names:
        if name in members:
            _shape(root, root["properties"][name], members[name], "/" + name)
        elif name in root["required"]:
            raise DocumentError("TI-02", "/" + name)


def _shape(root: schema.Schema, part: schema.Schema, value: Json, place: str) -> None:
    """The JSON Schema; a description that names a rule gives the code, else it is TI-02."""
    try:
        schema.check(root, part, value, place)
    except schema.ShapeError as fault:
        named = _RULE.match(fault.note)
        code = named[0] if named and fault.keyword in ("pattern", "not", "enum", "length") else "TI-02"
        raise DocumentError("TI-21" if fault.keyword == "dependentRequired" else code, fault.place) from None


def _flatten(value: Json, path: str) -> list[tuple[str, Json]]:
    """The fields in the document's own order, named by JSON Pointer (RFC 6901)."""
    if isinstance(value, dict) and value:
        names = sorted(value, key=utf16)
        parts = [(value[name], name.replace("~", "~0").replace("/", "~1")) for name in names]
    elif isinstance(value, list) and value:
        parts = [(item, str(index)) for index, item in enumerate(value)]
    else:
        return [(path, value)]
    return [field for member, name in parts for field in _flatten(member, f"{path}/{name}")]
