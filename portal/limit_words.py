"""How a client stands at a limit, in sentences. Banner and letter say the same, for they say it from here."""

from __future__ import annotations

from datetime import date

from portal.domain.metering import Standing
from portal.domain.settings import AtLimit, Service, find_service
from portal.formatting import day_month, listed, money, number
from portal.languages import gettext as _
from portal.languages import ngettext


def title(standing: Standing, kind: str) -> str:
    """What happened, with the numbers: the subject of the letter and the head of the banner.

    `kind`: approaching, reached, foreseen, resolved.
    """
    service = _service(standing).name
    numbers = {"service": service, "used": number(standing.used), "limit": number(standing.limit or 0)}
    if kind == "resolved":
        return _("The alert about %(service)s has ended", service=service)
    if kind == "foreseen" and standing.passes_on:
        return _coming(standing, service)
    if standing.has_stopped:
        return _("%(service)s has stopped: %(used)s of %(limit)s", **numbers)
    if standing.excess:
        return _("%(service)s passed its limit: %(used)s of %(limit)s", **numbers)
    if kind == "reached":
        return _("%(service)s reached its limit: %(used)s of %(limit)s", **numbers)
    return _("%(service)s is near its limit: %(used)s of %(limit)s", **numbers)


def kind_of(standing: Standing) -> str:
    """What there is to say of it at this moment: `reached` or `approaching`."""
    if standing.limit is not None and standing.used and standing.used >= standing.limit:
        return "reached"
    return "approaching"


def banner(standing: Standing, *, ahead: bool = False) -> tuple[str, str]:
    """Title and text above the pages: what the letter says first. `ahead`: it is not reached, but will be passed."""
    kind = "foreseen" if ahead else kind_of(standing)
    return title(standing, kind), " ".join(part for part in (now(standing), course(standing)) if part)


def counted(*, over: int, near: int, ahead: int) -> str:
    """Several limits in one line: `3 limits reached and 1 limit near`."""
    said = [
        ngettext("%(num)s limit reached", "%(num)s limits reached", over) if over else "",
        ngettext("%(num)s limit near", "%(num)s limits near", near) if near else "",
        ngettext("%(num)s limit will be passed", "%(num)s limits will be passed", ahead) if ahead else "",
    ]
    return listed([words for words in said if words])


def letter(standing: Standing, kind: str, *, audience: str) -> dict[str, object]:
    """Everything that the letter of this kind says, for its templates. `audience`: agency or client."""
    beyond = standing.limit is not None and kind != "resolved"
    return {
        "audience": audience,
        "title": title(standing, kind),
        "now": now(standing),
        "ahead": course(standing),
        "rule": rule(standing),
        "client": standing.client,
        "service": _service(standing).name,
        "month": standing.period,
        "used": used_of_limit(standing),
        "excess": _amount(standing, standing.excess, standing.amount) if beyond else None,
        "expected": _amount(standing, standing.expected, standing.expected_amount) if beyond else None,
        "ends_on": standing.ends_on,
    }


def used_of_limit(standing: Standing) -> str:
    """`13 of 10 tests`, or `13 tests, no limit`."""
    if standing.limit is None:
        return _("%(used)s, no limit", used=_count(standing, standing.used))
    return _("%(used)s of %(limit)s", used=number(standing.used), limit=_count(standing, standing.limit))


def now(standing: Standing) -> str:
    """What is left, or what is over and costs: `3 tests over the limit: R$ 27.00.`"""
    if standing.limit is None:
        return _("There is no limit any more.")
    if standing.excess:
        return _over(standing)
    left = standing.left
    if not left:
        return _("The limit is used up.")
    return ngettext("%(num)s %(unit)s left.", "%(num)s %(unit)s left.", left, unit=_service(standing).unit(left))


def course(standing: Standing) -> str:
    """Where it goes by the month's end, with what it costs then; empty where nothing more is to be expected."""
    if standing.limit is None:
        return ""
    if standing.gauge:
        return _("The month's peak counts, so it stays at that.") if standing.excess else ""
    if standing.has_stopped or standing.expected <= standing.used:
        return ""
    values = {"count": _count(standing, standing.expected), "day": day_month(date.fromisoformat(standing.ends_on))}
    if standing.expected_amount:
        amount = money(standing.expected_amount, standing.currency)
        return _("At this pace it is %(count)s by %(day)s: %(amount)s of excess.", **values, amount=amount)
    if standing.at_limit == AtLimit.STOP.value and standing.passes_on:
        return _("At this pace it stops on %(day)s.", day=day_month(date.fromisoformat(standing.passes_on)))
    return _("At this pace it is %(count)s by %(day)s, without extra cost.", **values)


def rule(standing: Standing) -> str:
    """What happens beyond the limit, before it happens."""
    if standing.limit is None:
        return ""
    if standing.has_stopped or standing.at_limit == AtLimit.STOP.value:
        stopped = standing.has_stopped
        return (
            _("More is refused until the limit is raised or the next month begins.")
            if stopped
            else _("At the limit the service stops, until the limit is raised or the next month begins.")
        )
    said = _price(standing)
    if standing.at_limit == AtLimit.CEILING.value and standing.ceiling is not None:
        said += " " + _("At %(ceiling)s the service stops.", ceiling=number(standing.ceiling))
    return said


def _coming(standing: Standing, service: str) -> str:
    day = day_month(date.fromisoformat(standing.passes_on or standing.ends_on))
    if standing.at_limit == AtLimit.STOP.value:
        return _("%(service)s should stop on %(day)s", service=service, day=day)
    return _("%(service)s should pass its limit on %(day)s", service=service, day=day)


def _over(standing: Standing) -> str:
    amount = money(standing.amount, standing.currency)
    count = _count(standing, standing.excess)
    if standing.block == 1:
        return _("%(count)s over the limit: %(amount)s.", count=count, amount=amount)
    return ngettext(
        "%(count)s over the limit make %(num)s started block of %(block)s: %(amount)s.",
        "%(count)s over the limit make %(num)s started blocks of %(block)s: %(amount)s.",
        standing.blocks,
        count=count,
        block=number(standing.block),
        amount=amount,
    )


def _price(standing: Standing) -> str:
    if not standing.price:
        return _("Use beyond the limit goes on and costs nothing.")
    price = money(standing.price, standing.currency)
    if standing.block > 1:
        return _(
            "Beyond the limit, each started block of %(block)s costs %(price)s.",
            block=number(standing.block),
            price=price,
        )
    return _("Beyond the limit, each %(unit)s costs %(price)s.", unit=_service(standing).unit(), price=price)


def _amount(standing: Standing, n: int, minor: int) -> str:
    """`3 tests, R$ 27.00`."""
    return _("%(count)s, %(amount)s", count=_count(standing, n), amount=money(minor, standing.currency))


def _count(standing: Standing, n: int) -> str:
    return f"{number(n)} {_service(standing).unit(n)}"


def _service(standing: Standing) -> Service:
    service = find_service(standing.service)
    assert service is not None, "a limit is that of a service of the catalogue"
    return service
