"""Exact arithmetic and the amount in words (invoice.md, "Arithmetic", "W")."""

from __future__ import annotations

from .errors import DocumentError

SCALE = 13
"""Quantities and prices are counts of 10⁻¹³."""

MAX_FEN = 10**18 - 1
"""TI-05: sixteen digits of yuan, two of fen; sums stay in this range."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("仟", "佰", "拾", "")


def fen(text: str) -> int:
    """Money of the form of TI-05 as a count of fen."""
    return int(text.replace(".", ""))


def scaled(text: str) -> int:
    """A number of the form of TI-06 as a count of 10⁻¹³; a rate, too."""
    whole, _, fraction = text.partition(".")
    return int(whole + fraction.ljust(SCALE, "0"))


def rounded(value: int, digits: int) -> int:
    """`value` · 10^−digits, half away from zero."""
    unit: int = 10**digits
    magnitude = (2 * abs(value) + unit) // (2 * unit)
    return magnitude if value >= 0 else -magnitude


def product(quantity: str, price: str) -> int:
    """round(quantity × price) in fen, rounded once."""
    return rounded(scaled(quantity) * scaled(price), 2 * SCALE - 2)


def tax(net: int, rate: str) -> int:
    """round(net × rate) in fen."""
    return rounded(net * scaled(rate), SCALE)


def total(amounts: list[int], place: str) -> int:
    """A sum in the range of TI-05."""
    result = sum(amounts)
    if abs(result) > MAX_FEN:
        raise DocumentError("TI-05", place)
    return result


def in_words(amount: int) -> str:
    """W: the one way in which a gross amount is written."""
    if amount < 0:
        return "（负数）" + in_words(-amount)
    yuan, cents = divmod(amount, 100)
    jiao, last = divmod(cents, 10)
    text = ""
    if yuan or amount == 0:
        text = _yuan(yuan) + "圆"
    if jiao:
        text += ("零" if yuan and yuan % 10 == 0 else "") + _DIGITS[jiao] + "角"
    elif last and yuan:
        text += "零"
    return text + (_DIGITS[last] + "分" if last else "整")


def _yuan(yuan: int) -> str:
    """Groups of four digits (万亿, 亿, 万, ones); a run of zeros between digits is one 零."""
    if yuan == 0:
        return "零"
    digits = f"{yuan:016d}"
    text = ""
    gap = False
    for place, digit in enumerate(digits):
        group, within = divmod(place, 4)
        if digit != "0":
            text += ("零" if gap and text else "") + _DIGITS[int(digit)] + _PLACES[within]
            gap = False
        else:
            gap = True
        if within == 3:
            some = digits[4 * group : place + 1] != "0000"
            if group in (0, 2) and some:
                text += "万"
            elif group == 1 and text:
                text += "亿"
            # Zeros at the end of a group that has digits are silent.
            gap = gap and not some
    return text
