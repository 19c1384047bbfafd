"""Rules of an invoice that its schema cannot state: TI-07 … TI-35 (invoice.md, "Rules")."""

from __future__ import annotations

import datetime
import re
from typing import Any

from .amount import MAX_FEN, fen, in_words, product, tax, total
from .errors import DocumentError
from .invoice_number import is_number

Content = dict[str, Any]
"""An invoice whose shape its schema has accepted: its members are what the schema says."""

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}\Z")
_TAXPAYER = re.compile(r"[0-9]{6}[0-9A-Z]{9}\Z")
_RESIDENT = re.compile(r"[0-9]{17}[0-9X]\Z")
_FOR_GOOD = "9999-12-31"
_RATES = {
    "0.13": ("2019-04-01", _FOR_GOOD),
    "0.09": ("2019-04-01", _FOR_GOOD),
    "0.06": ("2012-01-01", _FOR_GOOD),
    "0.05": ("2016-05-01", _FOR_GOOD),
    "0.03": ("2014-07-01", _FOR_GOOD),
    "0.015": ("2016-05-01", _FOR_GOOD),
    "0.01": ("2020-03-01", "2027-12-31"),
    "0": ("2009-01-01", _FOR_GOOD),
}
_UNITS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys("个件只台张项", ("C62", "H87")),
    **{"套": ("SET",), "次": ("E48",), "千克": ("KGM",), "公斤": ("KGM",), "克": ("GRM",), "吨": ("TNE",)},
    **{"米": ("MTR",), "平方米": ("MTK",), "立方米": ("MTQ",), "升": ("LTR",), "千瓦时": ("KWH",), "度": ("KWH",)},
    **{"小时": ("HUR",), "天": ("DAY",), "日": ("DAY",), "月": ("MON",), "年": ("ANN",), "箱": ("XBX",)},
    **{"公里": ("KMT",)},
}
MAX_LINES = 100_000


def head(invoice: Content) -> datetime.date:
    """Number, day of issue, parties; gives the day."""
    _number(invoice["number"], "/number")
    issued = moment(invoice["issuedAt"], "/issuedAt")
    if issued.year != 2000 + int(invoice["number"][:2]):
        raise DocumentError("TI-09", "/issuedAt")
    _parties(invoice)
    return issued


def line(invoice: Content, index: int, issued: datetime.date) -> None:
    """One line, after those before it."""
    place, here = f"/lines/{index}", invoice["lines"][index]
    _line_form(here, index, issued)
    _line_amounts(here, place, invoice.get("remark", ""))
    _line_sign(invoice["lines"], index, invoice["kind"] == "red")


def tail(invoice: Content) -> None:
    """What comes after the totals."""
    letter, specific = invoice.get("redLetter"), invoice.get("specific")
    if (letter is not None) != (invoice["kind"] == "red"):
        raise DocumentError("TI-02", "/redLetter")
    if letter is not None:
        for index, row in enumerate(letter["lineMap"]):
            _position(row["line"], f"/redLetter/lineMap/{index}/line", len(invoice["lines"]))
            _position(row["blueLine"], f"/redLetter/lineMap/{index}/blueLine", MAX_LINES)
        _number(letter["blueNumber"], "/redLetter/blueNumber")
    if specific is not None and invoice["docType"] != "51":
        raise DocumentError("TI-02", "/specific")
    if specific is not None:
        moment(specific["rail"]["departsAt"], "/specific/rail/departsAt")
    if "paymentDue" in invoice:
        _date(invoice["paymentDue"], "/paymentDue")


def _position(text: str, place: str, most: int) -> None:
    """A line's number. No invoice has more lines than 100,000 (TI-20)."""
    if len(text) > len(str(most)) or int(text) > most:
        raise DocumentError("TI-02", place)


def _number(digits: str, place: str) -> None:
    if not is_number(digits):
        raise DocumentError("TI-08", place)


def moment(text: str, place: str) -> datetime.date:
    """The day of a moment in China (TI-09)."""
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S+08:00").date()
    except ValueError:
        raise DocumentError("TI-09", place) from None


def _date(text: str, place: str) -> None:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        raise DocumentError("TI-09", place) from None


def is_uscc(text: str) -> bool:
    """A unified social credit code (GB 32100-2015)."""
    if not _USCC.match(text):
        return False
    values = [USCC_ALPHABET.index(c) for c in text]
    total_of_17 = sum(value * pow(3, i, 31) for i, value in enumerate(values[:17]))
    return (total_of_17 + values[17]) % 31 == 0


def is_taxpayer(text: str) -> bool:
    """A taxpayer number of before 2015."""
    return _TAXPAYER.match(text) is not None


def is_resident(text: str) -> bool:
    """A resident identity number (GB 11643-1999) with a real birth date."""
    if not _RESIDENT.match(text):
        return False
    weighted: int = sum(int(digit) << (17 - i) for i, digit in enumerate(text[:17]))
    try:
        datetime.datetime.strptime(text[6:14], "%Y%m%d")
    except ValueError:
        return False
    return text[17] == "10X98765432"[weighted % 11]


def _parties(invoice: Content) -> None:
    seller, buyer = invoice["seller"], invoice["buyer"]
    if not is_uscc(seller["id"]):
        raise DocumentError("TI-10", "/seller/id")
    natural, number = buyer.get("natural", False), buyer.get("id")
    if natural:
        known = number is None or is_resident(number)
    else:
        known = number is not None and (is_uscc(number) or is_taxpayer(number))
    if not known:
        raise DocumentError("TI-10", "/buyer/id")
    if seller["id"] == number:
        raise DocumentError("TI-11", "/buyer/id")
    if invoice["docType"] == "81" and not (number is not None and is_uscc(number)):
        raise DocumentError("TI-12", "/buyer/id")


def _line_form(line: Content, index: int, issued: datetime.date) -> None:
    place = f"/lines/{index}"
    if line["lineNo"] != str(index + 1):
        raise DocumentError("TI-20", place + "/lineNo")
    begins, ends = _RATES[line["vatRate"]]
    if not begins <= issued.isoformat() <= ends:
        raise DocumentError("TI-07", place + "/vatRate")
    if "discountOf" in line:
        _position(line["discountOf"], place + "/discountOf", MAX_LINES)
    codes = _UNITS.get(line.get("unit", ""))
    if codes is not None and line.get("unitCode", codes[0]) not in codes:
        raise DocumentError("TI-02", place + "/unitCode")
    standard = line["vatCategory"] == "S"
    if standard != (line["vatRate"] != "0"):
        raise DocumentError("TI-25", place + "/vatRate")
    if (line["vatCategory"] in ("E", "O")) != ("exemptionReason" in line):
        raise DocumentError("TI-25", place + "/exemptionReason")
    if line.get("unitPrice", "0").startswith("-"):
        raise DocumentError("TI-21", place + "/unitPrice")


def _line_amounts(line: Content, place: str, remark: str) -> None:
    net = fen(line["netAmount"])
    if "quantity" in line:
        expected = product(line["quantity"], line["unitPrice"])
        if abs(expected) > MAX_FEN:
            raise DocumentError("TI-05", place + "/netAmount")
        if net != expected:
            raise DocumentError("TI-22", place + "/netAmount")
    if "deduction" not in line:
        if fen(line["vatAmount"]) != tax(net, line["vatRate"]):
            raise DocumentError("TI-23", place + "/vatAmount")
        return
    deduction = fen(line["deduction"])
    if abs(deduction) > abs(net) or deduction * net < 0 or not remark.startswith("差额征税："):
        raise DocumentError("TI-24", place + "/deduction")
    if fen(line["vatAmount"]) != tax(net - deduction, line["vatRate"]):
        raise DocumentError("TI-24", place + "/vatAmount")


def _line_sign(lines: list[Content], index: int, red: bool) -> None:
    """TI-26: a discount is the very next after its line."""
    line, place = lines[index], f"/lines/{index}"
    net = fen(line["netAmount"]) * (-1 if red else 1)
    if "discountOf" not in line:
        if net < 0:
            raise DocumentError("TI-26", place + "/netAmount")
        return
    if line["discountOf"] != str(index):
        raise DocumentError("TI-26", place + "/discountOf")
    whole = lines[index - 1]
    same = all(whole[name] == line[name] for name in ("taxClassCode", "vatCategory", "vatRate"))
    if "discountOf" in whole or not same:
        raise DocumentError("TI-26", place + "/discountOf")
    if net >= 0 or -net > fen(whole["netAmount"]) * (-1 if red else 1):
        raise DocumentError("TI-26", place + "/netAmount")


def totals(invoice: Content) -> None:
    """Sums, breakdown, words and sign."""
    lines, totals, red = invoice["lines"], invoice["totals"], invoice["kind"] == "red"
    net = total([fen(line["netAmount"]) for line in lines], "/totals/net")
    if fen(totals["net"]) != net:
        raise DocumentError("TI-30", "/totals/net")
    taxes = total([fen(line["vatAmount"]) for line in lines], "/totals/tax")
    if fen(totals["tax"]) != taxes:
        raise DocumentError("TI-31", "/totals/tax")
    gross = total([net, taxes], "/totals/gross")
    if fen(totals["gross"]) != gross:
        raise DocumentError("TI-32", "/totals/gross")
    groups: dict[tuple[str, str], list[int]] = {}
    for line in lines:
        group = groups.setdefault((line["vatCategory"], line["vatRate"]), [0, 0])
        group[0] += fen(line["netAmount"])
        group[1] += fen(line["vatAmount"])
    given = [
        (row["vatCategory"], row["vatRate"], fen(row["taxable"]), fen(row["tax"])) for row in invoice["vatBreakdown"]
    ]
    if given != [(*key, *amounts) for key, amounts in groups.items()]:
        raise DocumentError("TI-33", "/vatBreakdown")
    if totals["grossInWords"] != in_words(gross):
        raise DocumentError("TI-34", "/totals/grossInWords")
    if gross >= 0 if red else gross <= 0:
        raise DocumentError("TI-35", "/totals/gross")
