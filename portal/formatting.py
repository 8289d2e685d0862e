"""Numbers, amounts and dates as the reader writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, wraps
from typing import Literal, ParamSpec
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_skeleton, get_timezone_location
from babel.numbers import format_currency, format_decimal, get_currency_precision, get_currency_symbol

from portal.languages import gettext as _
from portal.languages import language, locale

NBSP = "\u00a0"
MINUS = "\u2212"
"""Unlike a hyphen it is not torn from the currency that follows it."""
_MOST_KEPT = 5_000

P = ParamSpec("P")


def _kept(write: Callable[P, str]) -> Callable[P, str]:
    """Write the same value once in each language: what is written follows from these two alone."""

    @lru_cache(maxsize=_MOST_KEPT, typed=True)
    def written(_language: str, *args: P.args, **kwargs: P.kwargs) -> str:
        return write(*args, **kwargs)

    @wraps(write)
    def kept(*args: P.args, **kwargs: P.kwargs) -> str:
        return written(language(), *args, **kwargs)  # type: ignore[arg-type]  # numbers, days and words

    return kept


@_kept
def money(minor: int, currency: str) -> str:
    """An amount with its currency, as in `R$ 1.923,08` or `€18.00`."""
    return format_currency(_decimal(minor, currency), currency, locale=locale()).replace(" ", NBSP).replace("-", MINUS)


@_kept
def amount(minor: int, currency: str) -> str:
    """An amount without its currency, for columns that name it once and for form fields."""
    places = get_currency_precision(currency)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(_decimal(minor, currency), format=pattern, locale=locale())


@_kept
def currency_symbol(currency: str) -> str:
    return get_currency_symbol(currency, locale=locale())


@_kept
def number(n: int | Decimal) -> str:
    return format_decimal(n, locale=locale())


@_kept
def percent(basis_points: int) -> str:
    """A rate given in basis points: 500 is `5 %` in Portuguese and `5%` in English."""
    value = format_decimal(Decimal(basis_points) / 100, locale=locale())
    return f"{value}{NBSP}%" if language() == "pt-BR" else f"{value}%"


def day(value: date | datetime, zone: str | ZoneInfo | None = None) -> str:
    """A date in full, as in `21 de novembro de 2026`."""
    return _date(_local(value, zone), "long")


def day_short(value: date | datetime, zone: str | ZoneInfo | None = None) -> str:
    """A date for tables: in digits, as in `21/11/2026`, but where nobody knows which of them is the month."""
    return _date(_local(value, zone), "medium" if language() == "en" else "short")


def weekday(value: date | datetime, zone: str | ZoneInfo | None = None) -> str:
    """A date in full with its weekday."""
    return _date(_local(value, zone), "full")


def day_month(value: date | datetime, zone: str | ZoneInfo | None = None) -> str:
    """Day and month alone, as in `21 de novembro`."""
    return _day_month(_local(value, zone))


@_kept
def month(label: str) -> str:
    """A period's label `2026-06` as `junho de 2026`."""
    return format_skeleton("yMMMM", _first(label), locale=locale())


@_kept
def month_name(label: str) -> str:
    """A period's label `2026-06` as `junho`."""
    return format_date(_first(label), "LLLL", locale=locale())


@_kept
def month_short(label: str) -> str:
    """A period's label `2026-06` as `jun`, for the foot of a chart."""
    return format_date(_first(label), "LLL", locale=locale()).rstrip(".")


def moment(value: datetime, zone: str | ZoneInfo) -> str:
    """Date and time on the clock of `zone`."""
    return format_datetime(value, "d MMM y, HH:mm", tzinfo=_zone(zone), locale=locale())


def moment_there(value: datetime, zone: str) -> str:
    """The same with the place whose clock it is, for letters: who reads them may be elsewhere."""
    place = get_timezone_location(zone, locale=locale(), return_city=True).rpartition("/")[2]
    there = place if place == "UTC" else _("%(place)s time", place=place)
    return f"{moment(value, zone)} ({there})"


def time_of_day(value: datetime, zone: str | ZoneInfo) -> str:
    return format_datetime(value, "HH:mm", tzinfo=_zone(zone), locale=locale())


def listed(items: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s and %(last)s", first=", ".join(items[:-1]), last=items[-1])


FILTERS = {
    f.__name__: f
    for f in (
        money,
        amount,
        currency_symbol,
        number,
        percent,
        day,
        day_short,
        weekday,
        day_month,
        month,
        month_name,
        month_short,
        moment,
        time_of_day,
        listed,
    )
}


@_kept
def _date(local: date, style: Literal["short", "medium", "long", "full"]) -> str:
    return format_date(local, style, locale=locale())


@_kept
def _day_month(local: date) -> str:
    return format_skeleton("MMMMd", datetime(local.year, local.month, local.day), locale=locale())


def _decimal(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def _first(label: str) -> datetime:
    return datetime(int(label[:4]), int(label[5:7]), 1)


def _local(value: date | datetime, zone: str | ZoneInfo | None) -> date:
    if isinstance(value, datetime):
        return value.astimezone(_zone(zone or "UTC")).date()
    return value


def _zone(zone: str | ZoneInfo) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)
