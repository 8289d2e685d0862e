"""Integers in minor units; the one place that rounds."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from babel.core import UnknownLocaleError
from babel.numbers import get_currency_precision, list_currencies

_SPACES = " \u00a0\u202f"

MOST = 10**12
"""No single price or amount reaches this many minor units: far above any bill, far below 64 bits."""


def rounded(value: Decimal) -> int:
    """Half up to a whole minor unit (product rule: once per line, once per tax rate)."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def share(amount: int, part: int, whole: int) -> int:
    """`amount` × `part` ÷ `whole`, rounded once; for licences of part of a month."""
    return rounded(Decimal(amount) * part / whole)


def tax_on(net: int, basis_points: int) -> int:
    """Tax on the sum of the lines, rounded once; 500 basis points are 5 %."""
    return rounded(Decimal(net) * basis_points / 10_000)


def is_currency(code: str) -> bool:
    try:
        return code in list_currencies()
    except UnknownLocaleError:
        return False


def parse(text: str, currency: str, decimal_mark: str) -> int | None:
    """Minor units of what a person typed, `1.923,08` or `1923,08` with mark `,`; None when it is no amount.

    Grouping marks and spaces are accepted only where they group thousands: `1.5` with decimal mark `,`
    is not one thousand five hundred and not one and a half, it is refused.
    """
    value = _read(text, decimal_mark)
    if value is None:
        return None
    minor = value.scaleb(get_currency_precision(currency))
    return int(minor) if minor == minor.to_integral_value() and abs(minor) < MOST else None


def has_many_places(text: str, currency: str, decimal_mark: str) -> bool:
    """Whether it is a number that only its decimals keep from being an amount of this currency."""
    value = _read(text, decimal_mark)
    return value is not None and value.scaleb(get_currency_precision(currency)) % 1 != 0


def _read(text: str, decimal_mark: str) -> Decimal | None:
    group = "." if decimal_mark == "," else ","
    mark, separator = re.escape(decimal_mark), f"[{re.escape(group)}{_SPACES}]"
    typed = text.strip()
    if not re.fullmatch(rf"-?(\d{{1,3}}({separator}\d{{3}})+|\d{{1,15}})({mark}\d{{1,4}})?", typed, re.ASCII):
        return None
    try:
        return Decimal(re.sub(separator, "", typed).replace(decimal_mark, "."))
    except InvalidOperation:
        return None
