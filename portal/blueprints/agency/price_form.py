"""The agency's prices as a form, and what stands beside each."""

from __future__ import annotations

import json

from werkzeug.datastructures import MultiDict

from portal.domain import periods
from portal.domain.settings import ListPrice, PriceList
from portal.formatting import amount, day_month, money, number, percent
from portal.languages import gettext as _
from portal.web.forms import FormState


class PriceForm(FormState):
    """One field a service and currency, and the thresholds. `seen` is what the page showed when it was opened."""

    def __init__(self, held: PriceList) -> None:
        self.held = held
        self.stored = {row.field: _typed(row) for rows in held.prices.values() for row in rows}
        self.stored["alert_at"] = ", ".join(str(level) for level in held.alert_at or ())
        self.seen = held.seen
        listed = list(held.prices)
        self.also = listed[-1] if listed and all(row.coming is None for row in held.prices[listed[-1]]) else ""
        super().__init__(self.stored)

    @classmethod
    def posted(cls, form: MultiDict[str, str], held: PriceList) -> PriceForm:
        """What was typed; a field that is missing is noted, and what the page showed comes back with it."""
        typed = cls(held)
        typed.seen = held.seen | _seen(form.get("seen", ""), held)
        for name in typed.stored:
            if name in form:
                typed.values[name] = form[name].replace("\x00", "")
            else:
                typed.note(name, "field_missing")
        return typed

    def wish(self) -> tuple[dict[str, int | None], tuple[int, ...] | None]:
        """Prices by field, and the thresholds. Raises Invalid when a field can't be read."""
        prices = {
            row.field: self.money(row.field, currency) for currency, rows in self.held.prices.items() for row in rows
        }
        alert_at = self.thresholds("alert_at")
        self.check()
        return prices, alert_at

    @property
    def seen_text(self) -> str:
        """What the fields stand for now, to be posted along: after a refusal the reader has seen the present."""
        return json.dumps(self.held.seen)

    @property
    def is_changed(self) -> bool:
        return self.values != self.stored

    @property
    def summary(self) -> list[tuple[str | None, str]]:
        """What is wrong, in the order of the page, each with the name of its field."""
        named = {row.field: label_of(row) for rows in self.held.prices.values() for row in rows}
        named["alert_at"] = _("Alert at, in % of the limit")
        said: list[tuple[str | None, str]] = [
            (f"f-{field}", f"{label}: {self.errors[field]}") for field, label in named.items() if field in self.errors
        ]
        return said + [(None, text) for field, text in self.errors.items() if field not in named]


def label_of(row: ListPrice) -> str:
    return _("%(service)s in %(currency)s", service=row.service.name, currency=row.currency)


def unit_of(row: ListPrice) -> str:
    """What one price buys: `mailbox`, or `1,000 messages`."""
    block = row.service.block
    return row.service.unit(1) if block == 1 else f"{number(block)} {row.service.unit(block)}"


def margin_of(row: ListPrice) -> str:
    """The margin with its share of the price; blank while there is nothing to work it out from."""
    if row.margin is None:
        return ""
    said = money(row.margin, row.currency)
    return f"{said} ({percent(round(row.margin * 10_000 / row.coming))})" if row.coming else said


def until_of(row: ListPrice, held: PriceList) -> str:
    """Which price holds until the next one does."""
    if row.price == row.coming or row.price is None:
        return ""
    return _(
        "Until %(day)s: %(price)s.", day=day_month(periods.last_day(held.period)), price=money(row.price, row.currency)
    )


def day_of(held: PriceList) -> str:
    """The day from which a change counts."""
    return day_month(periods.first_day(held.next_period))


def _typed(row: ListPrice) -> str:
    return "" if row.coming is None else amount(row.coming, row.currency)


def _seen(text: str, held: PriceList) -> dict[str, int | None]:
    """What came back of what the page showed; anything odd counts as nothing."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        field: value
        for field, value in found.items()
        if field in held.seen and (value is None or (isinstance(value, int) and not isinstance(value, bool)))
    }
