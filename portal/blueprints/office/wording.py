"""Use, limits and lines in words, as the client reads them. What a thing costs the agency is not among them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.domain import periods
from portal.domain.metering import Usage
from portal.domain.settings import AtLimit
from portal.formatting import day, money, month, number, time_of_day
from portal.formatting import moment as full_moment
from portal.languages import gettext as _
from portal.languages import ngettext


def amount_in_words(usage: Usage) -> str:
    """`4 of 2`, or `3,180, no limit`."""
    if usage.limit is None:
        return _("%(used)s, no limit", used=number(usage.used))
    return _("%(used)s of %(limit)s", used=number(usage.used), limit=number(usage.limit))


def sentence(usage: Usage, *, over: bool = False) -> str:
    """What the numbers mean: `1 test left. After that, each test costs R$ 9.00.`; `over`: the month is past."""
    if not usage.enabled:
        return _("This service is off.")
    if usage.limit is None:
        return _("No limit is set, so nothing is charged for use.")
    if usage.is_over:
        return _excess(usage) + " " + _("It costs %(price)s.", price=money(usage.excess.amount, usage.client.currency))
    left = usage.left or 0
    if over:
        return _("Stayed within the limit, so there is nothing to pay for it.")
    if not usage.limit:
        return _("Nothing is included.") + " " + _from_here(usage)
    if not left:
        return _("The limit is used up.") + " " + _from_here(usage)
    found = ngettext("%(num)s %(unit)s left.", "%(num)s %(unit)s left.", left, unit=usage.service.unit(left))
    return found + " " + _after_that(usage)


def expectation(usage: Usage) -> str:
    """What the month will come to at the present pace; nothing where there is nothing to expect."""
    if usage.limit is None or not usage.enabled:
        return ""
    price = money(usage.projected_excess.amount, usage.client.currency)
    return _("%(price)s expected at the end of the month", price=price)


def price_tag(usage: Usage) -> str:
    """What one more costs: `R$ 9.00 per test`."""
    price = money(usage.price, usage.client.currency)
    if usage.service.block > 1:
        return _("%(price)s per started block of %(block)s", price=price, block=number(usage.service.block))
    return _("%(price)s per %(unit)s", price=price, unit=usage.service.unit())


def when(moment: datetime, now: datetime, zone: str) -> str:
    """`today, 19:37`, `yesterday, 11:30`, else the day and the time."""
    days = (periods.local_day(now, zone) - periods.local_day(moment, zone)).days
    if days == 0:
        return _("today, %(time)s", time=time_of_day(moment, zone))
    if days == 1:
        return _("yesterday, %(time)s", time=time_of_day(moment, zone))
    return full_moment(moment, zone)


def policy(usage: Usage) -> str:
    """What happens at the limit."""
    if usage.limit is None:
        return _("there is no limit")
    if usage.at_limit == AtLimit.STOP:
        return _("at the limit the service stops, nothing more is charged")
    if usage.at_limit == AtLimit.CEILING:
        return _("goes on up to %(ceiling)s, the excess is charged", ceiling=number(usage.ceiling or 0))
    return _("goes on beyond the limit, the excess is charged")


def blank_zero(n: int) -> str:
    """A number on a bar; nothing on a bar that is not there."""
    return number(n) if n else ""


def basis(line: Mapping[str, Any]) -> str:
    """What a line of a statement is counted by: `per test`, `every 12 months, next in June 2027`."""
    if line["kind"] == "licence":
        if line["days"]:
            return _("%(days)s of %(all)s days of the month", days=number(line["days"]), all=number(line["of_days"]))
        return _("for the app, this month")
    if line["period"]:
        return _("for %(month)s", month=month(line["period"]))
    return _counted(line) if line["used"] is not None else _recurring(line)


def _counted(line: Mapping[str, Any]) -> str:
    words = _("per %(unit)s", unit=line["unit"])
    if line["block"] > 1:
        words = _("per started block of %(block)s", block=number(line["block"]))
        if line["blocks"]:
            words += ": " + ngettext("%(num)s block", "%(num)s blocks", line["blocks"])
    return words + ", " + _("peak of the month") if line["gauge"] else words


def _recurring(line: Mapping[str, Any]) -> str:
    every = line["every_months"]
    if not every:
        return _("once")
    words = _("every month") if every == 1 else _("every %(n)s months", n=number(every))
    return words + ", " + _("next in %(month)s", month=month(line["next_on"][:7])) if line["next_on"] else words


def _excess(usage: Usage) -> str:
    units = usage.excess.units
    values = {"unit": usage.service.unit(units), "limit": number(usage.limit or 0)}
    if usage.service.is_gauge:
        return ngettext(
            "At the peak %(num)s %(unit)s above the limit of %(limit)s.",
            "At the peak %(num)s %(unit)s above the limit of %(limit)s.",
            units,
            **values,
        )
    return ngettext(
        "%(num)s %(unit)s above the limit of %(limit)s.",
        "%(num)s %(unit)s above the limit of %(limit)s.",
        units,
        **values,
    )


def _after_that(usage: Usage) -> str:
    price, block = money(usage.price, usage.client.currency), usage.service.block
    if usage.at_limit == AtLimit.STOP:
        return _("After that, the service stops until %(day)s.", day=_restart(usage))
    if block > 1:
        return _("After that, each started block of %(block)s costs %(price)s.", block=number(block), price=price)
    return _("After that, each %(unit)s costs %(price)s.", unit=usage.service.unit(), price=price)


def _from_here(usage: Usage) -> str:
    price, block = money(usage.price, usage.client.currency), usage.service.block
    if usage.at_limit == AtLimit.STOP:
        return _("The service stops until %(day)s.", day=_restart(usage))
    if block > 1:
        return _("From here on, each started block of %(block)s costs %(price)s.", block=number(block), price=price)
    return _("From here on, each %(unit)s costs %(price)s.", unit=usage.service.unit(), price=price)


def _restart(usage: Usage) -> str:
    return day(usage.period.ends_at, usage.period.zone)
