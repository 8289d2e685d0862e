"""Use and money of clients in sentences: consequence, date and amount before the number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal import limit_words
from portal.domain import periods
from portal.domain.accounts import MOST_COUNTED
from portal.domain.billing import LineKind, State
from portal.domain.metering import Usage, passes_on
from portal.domain.metering import standing_of as standing_of_limit
from portal.domain.reports import Matter
from portal.domain.settings import AtLimit, PaymentOption
from portal.formatting import day_month, listed, money, number
from portal.languages import N_, ngettext
from portal.languages import gettext as _

LINE_KINDS = {
    LineKind.LICENCE: N_("Licence"),
    LineKind.EXCESS: N_("Excess"),
    LineKind.SOLD_SERVICE: N_("Service sold"),
    LineKind.ADJUSTMENT: N_("Adjustment"),
    LineKind.COST: N_("Cost"),
    LineKind.COLLECTED: N_("Collected"),
    LineKind.COLLECTED_COST: N_("Cost of what was collected"),
}
STATES = {
    State.DUE: (N_("Due"), "info", "clock"),
    State.AGENCY_INVOICED: (N_("Invoiced by the agency"), "", "file-invoice"),
    State.SETTLED: (N_("Nothing to pay"), "ok", "check"),
}
AT_LIMIT = {
    AtLimit.BILL: N_("Bill the excess"),
    AtLimit.CEILING: N_("Bill up to a ceiling"),
    AtLimit.STOP: N_("Stop at the limit"),
}


@dataclass(frozen=True)
class Call:
    """Something that waits for a person: what, its consequence, and the words of its one action."""

    tone: str
    icon: str
    title: str
    text: str
    action: str


def used_of_limit(usage: Usage) -> str:
    """`4 of 2`, or `3,180, no limit`."""
    if usage.limit is None:
        return _("%(used)s, no limit", used=number(usage.used))
    return _("%(used)s of %(limit)s", used=number(usage.used), limit=number(usage.limit))


def counted(usage: Usage, n: int) -> str:
    """A number with its unit, as in `4 mailboxes`."""
    return f"{number(n)} {usage.service.unit(n)}"


def unit_of_price(usage: Usage) -> str:
    """What one price buys: `mailbox`, or `1,000 messages`."""
    block = usage.service.block
    return usage.service.unit(1) if block == 1 else f"{number(block)} {usage.service.unit(block)}"


def price_of(usage: Usage) -> str:
    return _(
        "%(price)s for each %(unit)s",
        price=money(usage.price, usage.client.currency),
        unit=unit_of_price(usage),
    )


def pace_of(usage: Usage) -> str:
    """How the use stands and where it goes, without the limit."""
    month = periods.last_day(usage.period.label)
    if usage.service.is_gauge:
        return _("Peak of this month: %(count)s.", count=counted(usage, usage.used))
    so_far = _("%(count)s used this month.", count=counted(usage, usage.used))
    if usage.expected <= usage.used:
        return so_far
    return (
        so_far
        + " "
        + _("At this pace %(projected)s by %(day)s.", projected=number(usage.expected), day=day_month(month))
    )


def standing_of(usage: Usage) -> str:
    """What is left, or what is over and costs: the sentence beside a meter."""
    if not usage.enabled:
        return _("Switched off.")
    if usage.limit is None:
        return _("No limit, so no excess.")
    if usage.is_over:
        excess = usage.excess
        return _(
            "%(count)s over the limit: %(amount)s.",
            count=counted(usage, excess.units),
            amount=money(excess.amount, usage.client.currency),
        )
    left = usage.left or 0
    if not left and usage.at_limit == AtLimit.STOP:
        return _("No more %(units)s left: it stops.", units=usage.service.unit(2))
    if not left:
        return _("No more %(units)s left. From here on %(price)s.", units=usage.service.unit(2), price=price_of(usage))
    if usage.at_limit == AtLimit.STOP:
        return _("%(count)s left. Then it stops.", count=counted(usage, left))
    return _("%(count)s left. After that %(price)s.", count=counted(usage, left), price=price_of(usage))


def call_of(matter: Matter, *, now: datetime) -> Call:
    """A matter as the overview says it."""
    usage = matter.usage
    client, service = usage.client.name, usage.service.name
    if matter.kind == "stopped":
        back = periods.first_day(periods.following(usage.period.label))
        title = _(
            "%(service)s has stopped for %(client)s until %(day)s", client=client, service=service, day=day_month(back)
        )
        return Call("bad", "player-stop", title, _stopped(usage), _("Raise the limit"))
    if matter.kind == "over":
        title = _("%(client)s passed the limit of %(service)s", client=client, service=service)
        return Call("bad", "alert-triangle", title, _over(usage), _("Review the limit"))
    tone, icon = ("warn", "bell") if matter.kind == "near" else ("", "clock")
    return Call(tone, icon, _near_title(usage, now), _near(usage), _("Raise the limit"))


def banner_of(matters: list[Matter], *, now: datetime) -> tuple[str, str]:
    """Title and text for the standing alerts of one or several clients; of one, what its letter says."""
    if len(matters) == 1:
        usage = matters[0].usage
        title, text = limit_words.banner(standing_of_limit(usage, now=now), ahead=matters[0].kind == "ahead")
        return f"{usage.client.name}: {title}", text
    kinds = [matter.kind for matter in matters]
    near, ahead = kinds.count("near"), kinds.count("ahead")
    return limit_words.counted(over=len(kinds) - near - ahead, near=near, ahead=ahead), at_stake(matters)


def banner_of_many(over: int, near: int) -> tuple[str, str]:
    """The same of more clients than anybody looks through: how many they are, and where to look."""
    said = [
        ngettext("%(count)s client passed a limit", "%(count)s clients passed a limit", over, count=up_to(over)),
        ngettext("%(count)s is near one", "%(count)s are near one", near, count=up_to(near)),
    ]
    text = _("The list shows them by name. The most urgent ones stand on the overview.")
    return listed([words for words, n in zip(said, (over, near), strict=True) if n]), text


def at_stake(matters: list[Matter]) -> str:
    """What the excess of all of them costs the clients, now and at the month's end."""
    now: dict[str, int] = {}
    then: dict[str, int] = {}
    for usage in (matter.usage for matter in matters):
        currency = usage.client.currency
        now[currency] = now.get(currency, 0) + usage.excess.amount
        then[currency] = then.get(currency, 0) + usage.projected_excess.amount
    amounts = [listed([money(sum_, currency) for currency, sum_ in sorted(sums.items())]) for sums in (now, then)]
    if now == then:
        return _("Excess so far: %(now)s.", now=amounts[0])
    return _("Excess so far: %(now)s. At this pace it is %(then)s by the month's end.", now=amounts[0], then=amounts[1])


def up_to(n: int) -> str:
    """A count that goes no further than the most: `1,000+`."""
    return number(n) if n <= MOST_COUNTED else at_least(MOST_COUNTED)


def at_least(n: int) -> str:
    return f"{number(n)}+"


def payer_words(option: PaymentOption) -> str:
    return _("Client's card") if option == PaymentOption.CLIENT_CARD else _("Agency's card")


def state_of(state: str) -> tuple[str, str, str]:
    """(words, tone, icon) of an issued statement's state."""
    words, tone, icon = STATES[State(state)]
    return str(words), tone, icon


def kind_of(kind: str) -> str:
    return str(LINE_KINDS[LineKind(kind)])


def rhythm_of(every_months: int | None) -> str:
    """How often a sold service falls due."""
    if not every_months:
        return _("once")
    return _("every month") if every_months == 1 else _("every %(n)s months", n=number(every_months))


def _stopped(usage: Usage) -> str:
    return _(
        "%(used)s used, and the rule of this client is to stop. More is refused until then.",
        used=_units_of_limit(usage),
    )


def _over(usage: Usage) -> str:
    amount = money(usage.excess.amount, usage.client.currency)
    text = _(
        "%(count)s, limit of %(limit)s: %(amount)s of excess so far.",
        count=counted(usage, usage.used),
        limit=number(usage.limit or 0),
        amount=amount,
    )
    later = usage.projected_excess.amount
    if later <= usage.excess.amount:
        return text
    return text + " " + _("At this pace %(amount)s by the month's end.", amount=money(later, usage.client.currency))


def _near_title(usage: Usage, now: datetime) -> str:
    names = {"client": usage.client.name, "service": usage.service.name}
    if not usage.left:
        return _("%(client)s used up the limit of %(service)s", **names)
    day = passes_on(usage, now=now)
    if day and usage.at_limit == AtLimit.STOP:
        return _("%(service)s stops for %(client)s on %(day)s", **names, day=day_month(day))
    if day:
        return _("%(client)s passes the limit of %(service)s on %(day)s", **names, day=day_month(day))
    return _("%(client)s is near the limit of %(service)s", **names)


def _near(usage: Usage) -> str:
    return _("%(used)s used.", used=_units_of_limit(usage)) + " " + standing_of(usage)


def _units_of_limit(usage: Usage) -> str:
    """`18,400 of 20,000 messages`."""
    limit = usage.limit or 0
    return _("%(used)s of %(limit)s", used=number(usage.used), limit=counted(usage, limit))
