"""What the numbers of a month of use mean, in words for people who are not accountants. The same in both worlds."""

from __future__ import annotations

from portal.domain.metering import Late, Usage
from portal.domain.reports import Price, ServiceMonth
from portal.domain.settings import AtLimit
from portal.formatting import day_month, listed, money, month, number, percent
from portal.languages import gettext as _
from portal.languages import ngettext
from portal.web.day_chart import Chart


def count(usage: Usage, n: int) -> str:
    """A number with its unit, as in `4 mailboxes`."""
    return f"{number(n)} {usage.service.unit(n)}"


def used_of_limit(usage: Usage) -> str:
    """`4 of 2`, or `3,180, no limit`."""
    if usage.limit is None:
        return _("%(used)s, no limit", used=number(usage.used))
    return _("%(used)s of %(limit)s", used=number(usage.used), limit=number(usage.limit))


def sentence(row: ServiceMonth, *, is_past: bool) -> str:
    """What it comes to: what is left, or what is over and costs."""
    usage = row.usage
    if row.is_quiet:
        return _("Switched off.")
    if usage.limit is None:
        return _("No limit is set, so nothing is charged for use.")
    if row.excess.units:
        return _over(row)
    if not usage.enabled:
        return _("Switched off. What was used before stayed within the limit.")
    if is_past:
        return _("Stayed within the limit, so there is nothing to pay for it.")
    return _left(usage)


def blocks(row: ServiceMonth) -> str:
    """How units become an amount: `3 tests`, or `2,345 messages, 3 started blocks of 1,000`."""
    usage, excess = row.usage, row.excess
    if usage.service.block == 1 or not excess.units:
        return count(usage, excess.units)
    words = ngettext(
        "%(num)s started block of %(block)s",
        "%(num)s started blocks of %(block)s",
        excess.blocks,
        block=number(usage.service.block),
    )
    return f"{count(usage, excess.units)}, {words}"


def limit(usage: Usage) -> str:
    if usage.limit is None:
        return _("No limit")
    if not usage.limit:
        return _("0: every unit is charged")
    if usage.service.is_gauge:
        return _("%(count)s at the same time", count=count(usage, usage.limit))
    return _("%(count)s a month", count=count(usage, usage.limit))


def rule(usage: Usage) -> str:
    """What happens at the limit."""
    if usage.limit is None:
        return _("Use is never charged and never stopped")
    if usage.at_limit == AtLimit.STOP:
        return _("The service stops, nothing more is charged")
    if usage.at_limit == AtLimit.CEILING:
        return _("Goes on and is charged up to %(ceiling)s, then stops", ceiling=count(usage, usage.ceiling or 0))
    return _("Goes on, and what is above is charged")


def price(usage: Usage) -> str:
    """`R$ 9.00 per test`, or `R$ 2.50 per started block of 1,000 messages`."""
    amount = money(usage.price, usage.client.currency)
    block = usage.service.block
    if block > 1:
        return _("%(price)s per started block of %(block)s", price=amount, block=count(usage, block))
    return _("%(price)s per %(unit)s", price=amount, unit=usage.service.unit())


def since(version: Price) -> str:
    return _("since %(month)s", month=month(version.since)) if version.since else _("from the start")


def levels(usage: Usage) -> str:
    """The thresholds at which people are told: `80% and 100%`."""
    return listed([percent(level * 100) for level in usage.alert_at])


def carried(usage: Usage, units: int) -> str:
    """With what a gauge began its month; empty for others and for nothing."""
    if not units:
        return ""
    return ngettext(
        "The month began with %(num)s %(unit)s from the month before.",
        "The month began with %(num)s %(unit)s from the month before.",
        units,
        unit=usage.service.unit(units),
    )


def late(found: Late, usage: Usage) -> str:
    """What was reported only after the month's end; empty where nothing was."""
    if not found.events:
        return ""
    if usage.service.is_gauge:
        return ngettext(
            "%(num)s report came after the month's end.", "%(num)s reports came after the month's end.", found.events
        )
    return ngettext(
        "%(num)s report came after the month's end: %(count)s.",
        "%(num)s reports came after the month's end: %(count)s in all.",
        found.events,
        count=count(usage, found.units),
    )


def chart_title(usage: Usage, chart: Chart) -> str:
    """The chart in a sentence, for whoever does not see it."""
    values = {
        "service": usage.service.name,
        "month": month(usage.period.label),
        "count": count(usage, usage.used),
        "limit": number(usage.limit or 0),
    }
    if chart.passed_on:
        return _(
            "%(service)s in %(month)s: %(count)s, limit of %(limit)s passed on %(day)s.",
            **values,
            day=day_month(chart.passed_on),
        )
    if usage.limit is None:
        return _("%(service)s in %(month)s: %(count)s, without a limit.", **values)
    return _("%(service)s in %(month)s: %(count)s, within the limit of %(limit)s.", **values)


def _over(row: ServiceMonth) -> str:
    usage, excess = row.usage, row.excess
    amount = money(excess.amount, usage.client.currency)
    units = count(usage, excess.units)
    if usage.service.is_gauge:
        return _("At the peak %(count)s over the limit: %(amount)s.", count=units, amount=amount)
    return _("%(count)s over the limit: %(amount)s.", count=units, amount=amount)


def _left(usage: Usage) -> str:
    if not usage.limit:
        return _("Nothing is included.") + " " + _next(usage)
    left = usage.left or 0
    if not left:
        return _("The limit is used up.") + " " + _next(usage)
    words = ngettext("%(num)s %(unit)s left.", "%(num)s %(unit)s left.", left, unit=usage.service.unit(left))
    return words + " " + _next(usage)


def _next(usage: Usage) -> str:
    """What the next unit does."""
    amount, block = money(usage.price, usage.client.currency), usage.service.block
    back = day_month(usage.period.ends_at, usage.period.zone)
    values = {"unit": usage.service.unit(), "price": amount, "block": number(block), "day": back}
    if usage.left:
        return _after(usage, values)
    if usage.at_limit == AtLimit.STOP:
        return _("The service stops until %(day)s.", **values)
    if block > 1:
        return _("From here on, each started block of %(block)s costs %(price)s.", **values)
    return _("From here on, each %(unit)s costs %(price)s.", **values)


def _after(usage: Usage, values: dict[str, str]) -> str:
    if usage.at_limit == AtLimit.STOP:
        return _("After that, the service stops until %(day)s.", **values)
    if usage.service.block > 1:
        return _("After that, each started block of %(block)s costs %(price)s.", **values)
    return _("After that, each %(unit)s costs %(price)s.", **values)
