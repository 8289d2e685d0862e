"""What Client Settings says beside its fields: cost, what holds until when, and what the month comes to."""

from __future__ import annotations

from portal.blueprints.agency.settings_form import SettingsForm
from portal.blueprints.agency.wording import payer_words
from portal.domain import periods
from portal.domain.reports import Expected, Forecast
from portal.domain.settings import Current, ServiceState
from portal.formatting import day_month, listed, money, number, percent
from portal.languages import gettext as _
from portal.languages import ngettext


def difference_of(line: Expected) -> str:
    """Why a line of the preview costs what it costs."""
    if line.service is None:
        return ""
    if line.limit is None:
        return _("no limit")
    if not line.excess:
        return _("within the limit of %(limit)s", limit=number(line.limit))
    if line.service.block > 1:
        return ngettext(
            "%(num)s started block of %(block)s",
            "%(num)s started blocks of %(block)s",
            line.blocks,
            block=number(line.service.block),
        )
    return _("%(excess)s over the limit of %(limit)s", excess=number(line.excess), limit=number(line.limit))


def licence_hint(held: Current, may_cost: bool) -> str:
    """Cost and margin of the licence for who may see them, and what holds until the next month."""
    currency = held.client.currency
    parts = []
    if held.next_licence_price != held.licence_price:
        parts.append(_until(held, money(held.licence_price, currency)))
    if may_cost:
        margin = money(held.next_licence_price - held.licence_cost, currency)
        cost = money(held.licence_cost, currency)
        parts.append(
            _("Your cost: %(cost)s. Margin: %(margin)s a month, which only you see.", cost=cost, margin=margin)
        )
    return " ".join(parts)


def price_hint(state: ServiceState, held: Current, may_cost: bool) -> str:
    """Below a price: its cost for who may see it, and what holds until the next month."""
    currency = held.client.currency
    parts = [_("Your cost: %(cost)s.", cost=money(state.cost, currency))] if may_cost else []
    if state.next_own_price != state.own_price:
        parts.append(_until(held, money(state.price, currency)))
    return " ".join(parts)


def percents(levels: tuple[int, ...]) -> str:
    return listed([percent(level * 100) for level in levels])


def last_day(label: str) -> str:
    return day_month(periods.last_day(label))


def key_of(line: Expected) -> tuple[str, str]:
    return line.kind.value, line.service.key if line.service else line.label


def amounts_of(forecast: Forecast) -> dict[tuple[str, str], int]:
    return {key_of(line): line.amount for line in forecast.lines}


def change_of(today: Forecast, ahead: Forecast, may_cost: bool) -> str:
    """What the typed values change, in one or two sentences."""
    currency = ahead.client.currency
    more = ahead.total - today.total
    if more > 0:
        said = _("%(amount)s more than today.", amount=money(more, currency))
    elif more < 0:
        said = _("%(amount)s less than today.", amount=money(-more, currency))
    else:
        said = _("As today.")
    if not may_cost:
        return said
    return f"{said} {_margin(ahead.margin - today.margin, ahead)}{_part_of_month(ahead)}"


def coming_of(coming: Forecast, may_cost: bool) -> str:
    """The next month in a sentence."""
    currency = coming.client.currency
    said = _(
        "%(amount)s at the same pace, %(payer)s.",
        amount=money(coming.total, currency),
        payer=payer_words(coming.payment_option).lower(),
    )
    if not may_cost:
        return said
    return said + " " + _("Your margin: %(margin)s.", margin=money(coming.margin, currency))


def bills_the_first(form: SettingsForm, key: str) -> bool:
    """Whether what is typed leaves nothing of a service free of charge."""
    values = form.values
    return bool(values[f"{key}.enabled"]) and form.text(f"{key}.limit") == "0" and values[f"{key}.at_limit"] != "stop"


def without_free_units(form: SettingsForm) -> str:
    """The services of which already the first unit is billed, by name."""
    return listed([state.service.name for key, state in form.held.services.items() if bills_the_first(form, key)])


def _part_of_month(forecast: Forecast) -> str:
    """What to bear in mind about the figures of a client that came during the month."""
    began = forecast.client.began_on
    if began <= periods.first_day(forecast.label):
        return ""
    return " " + _("That is for a part of the month, from %(day)s on.", day=day_month(began))


def _margin(change: int, ahead: Forecast) -> str:
    currency = ahead.client.currency
    if change > 0:
        return _(
            "Your margin rises by %(amount)s, to %(margin)s.",
            amount=money(change, currency),
            margin=money(ahead.margin, currency),
        )
    if change < 0:
        return _(
            "Your margin falls by %(amount)s, to %(margin)s.",
            amount=money(-change, currency),
            margin=money(ahead.margin, currency),
        )
    return _("Your margin stays %(margin)s.", margin=money(ahead.margin, currency))


def _until(held: Current, price: str) -> str:
    return _("Until %(day)s: %(price)s.", day=last_day(held.period), price=price)
