"""What is printed of an invoice, packed, with what binds it to the commitment (document.md §3.1)."""

from __future__ import annotations

from dataclasses import dataclass

from . import cbor, hygiene
from .amount import MAX_FEN
from .errors import DocumentError, Malformed
from .hash import Suite
from .invoice_number import is_number
from .invoice_rules import USCC_ALPHABET, is_resident, is_taxpayer, is_uscc, moment
from .record import INVOICE_TYPE
from .schema import all_schemas
from .strict_json import canonical

MAX_NAME = 300
MAX_NAME_BYTES = 1_200


@dataclass(frozen=True)
class Figures:
    """`figures`: printed fields that keep their rules, their salt, and the root of all other fields."""

    number: str
    fields: tuple[tuple[str, str], ...]
    salt: bytes
    root: bytes

    def commitment(self, suite: Suite) -> bytes:
        """The commitment that all of it makes together (document.md §3)."""
        shown: list[cbor.Value] = [[path, canonical(value).encode()] for path, value in self.fields]
        printed = suite.tagged("tally/invoice-printed/1", self.salt, cbor.encode(shown))
        return suite.tagged("tally/invoice/1", printed, self.root)


def figures(value: cbor.Value) -> Figures:
    """Reads `figures`."""
    face, seller, seller_name, buyer, buyer_name, net, tax, salt, root = cbor.array(value, 9)
    number, issued, kind = _face(face)
    seller_id, buyer_id = _code(seller), None if buyer is None else _buyer(buyer)
    amounts = cbor.integer(net, MAX_FEN), cbor.integer(tax, MAX_FEN)
    gross = sum(amounts)
    if gross == 0 or abs(gross) > MAX_FEN:
        raise Malformed("the gross amount is 0 or out of range")
    if seller_id == buyer_id:
        raise Malformed("one party is both")
    if kind == "81" and not (buyer_id is not None and is_uscc(buyer_id)):
        raise Malformed("a special invoice without the code of its buyer")
    texts = {
        "/buyer/id": buyer_id,
        "/buyer/name": _name(buyer_name),
        "/docType": kind,
        "/issuedAt": issued,
        "/number": number,
        "/seller/id": seller_id,
        "/seller/name": _name(seller_name),
        "/totals/gross": _yuan(gross),
        "/totals/net": _yuan(amounts[0]),
        "/totals/tax": _yuan(amounts[1]),
    }
    fields = tuple((path, text) for path, text in texts.items() if text is not None)
    return Figures(number, fields, cbor.octets(salt, 16), cbor.digest(root))


def _face(value: cbor.Value) -> tuple[str, str, str]:
    digits = cbor.octets(value, 18).hex()
    if not digits.isdecimal():
        raise Malformed("a digit above 9")
    number, time, kind = digits[:20], digits[20:34], digits[34:]
    day, clock = f"{time[:4]}-{time[4:6]}-{time[6:8]}", f"{time[8:10]}:{time[10:12]}:{time[12:]}"
    issued = f"{day}T{clock}+08:00"
    try:
        year = moment(issued, "/issuedAt").year
    except DocumentError:
        raise Malformed("no real time") from None
    if not is_number(number) or year != 2000 + int(number[:2]):
        raise Malformed("no number of that year")
    if kind not in all_schemas()[INVOICE_TYPE]["properties"]["docType"]["enum"]:
        raise Malformed("no type of invoice")
    return number, issued, kind


def _code(value: cbor.Value) -> str:
    """A packed unified social credit code."""
    number, letters = int.from_bytes(cbor.octets(value, 11), "big"), ""
    for _ in range(17):
        number, place = divmod(number, 31)
        letters = USCC_ALPHABET[place] + letters
    for check in USCC_ALPHABET:
        if number == 0 and is_uscc(letters + check):
            return letters + check
    raise Malformed("no code")


def _buyer(value: cbor.Value) -> str:
    if isinstance(value, bytes):
        return _code(value)
    text = cbor.text(value, 18)
    if is_uscc(text) or not (is_taxpayer(text) or is_resident(text)):
        raise Malformed("no number, or one to be packed")
    return text


def _name(value: cbor.Value) -> str:
    if isinstance(value, bytes):
        name = _utf16(value)
    else:
        name = cbor.text(value, MAX_NAME_BYTES)
    shorter = len(name.encode("utf-16-be")) < len(name.encode())
    if shorter != isinstance(value, bytes):
        raise Malformed("not the shorter encoding")
    try:
        hygiene.check(name)
    except DocumentError:
        raise Malformed("a name that hides something") from None
    if not 1 <= len(name) <= MAX_NAME:
        raise Malformed("a name of no or too many characters")
    return name


def _utf16(data: bytes) -> str:
    try:
        return data.decode("utf-16-be")
    except UnicodeDecodeError:
        raise Malformed("not UTF-16") from None


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
