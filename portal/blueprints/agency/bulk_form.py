"""What to change of many clients, as a form: only what is ticked is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from babel.numbers import get_decimal_symbol
from werkzeug.datastructures import MultiDict

from portal.blueprints.agency.field_words import label_of
from portal.domain import money
from portal.domain.settings import MOST_UNITS, AtLimit, ManagedBy, PaymentOption, metered_services
from portal.formatting import amount, number
from portal.languages import locale
from portal.web.forms import FormState

Way = dict[str, Any]
_WAYS = ("amounts", "percent", "list")
_CHOICES = {"payment_option": PaymentOption, "optimizer_managed_by": ManagedBy, "at_limit": AtLimit}
_SWITCHES = ("direct_support", "optimizer_enabled", "enabled")


class BulkForm(FormState):
    """`ticked` are the fields to be changed; amounts stand below `<field>.<currency>`, percent and way likewise."""

    def __init__(self, currencies: list[str], wanted: Mapping[str, Way]) -> None:
        self.currencies = currencies
        self.services = metered_services()
        self.ticked = set(wanted)
        super().__init__(dict(self._texts(wanted)))

    @classmethod
    def posted(cls, form: MultiDict[str, str], currencies: list[str]) -> BulkForm:
        """What was ticked and typed; anything else that was sent counts as nothing."""
        typed = cls(currencies, {})
        typed.ticked = set(form.getlist("change")) & set(typed.fields)
        for name in typed.values:
            typed.values[name] = form.get(name, "").replace("\x00", "")
        return typed

    @property
    def fields(self) -> list[str]:
        """Everything that can be ticked, in the order of the form."""
        found = ["direct_support", "payment_option", "optimizer_managed_by", "optimizer_enabled", "licence_price"]
        for service in self.services:
            found += [f"{service.key}.{name}" for name in ("enabled", "limit", "at_limit", "alert_at", "price")]
        return found

    def wanted(self) -> dict[str, Way]:
        """What is asked for, see `bulk_values`. Raises Invalid when a ticked field can't be read."""
        found: dict[str, Way] = {}
        for name in self.fields:
            if name in self.ticked:
                found |= self._way(name)
        self.check()
        return found

    @property
    def summary(self) -> list[tuple[str | None, str]]:
        """What is wrong, in the order of the form, each with the name of its field."""
        said: list[tuple[str | None, str]] = [
            (f"f-{name}", f"{label_of(_field(name))}: {self.errors[name]}")
            for name in [*self.fields, *self.values]
            if name in self.errors
        ]
        said = list(dict.fromkeys(said))
        return said + [
            (None, text) for name, text in self.errors.items() if name not in self.values and name not in self.fields
        ]

    def _way(self, name: str) -> dict[str, Way]:
        field = name.rpartition(".")[2]
        if field in _SWITCHES:
            return {name: {"set": self.choice(name, ("yes", "no")) == "yes"}}
        if field == "at_limit":
            return self._at_limit(name)
        if field in _CHOICES:
            return {name: {"set": self.choice(name, [option.value for option in _CHOICES[field]])}}
        if field == "limit":
            return {name: {"set": self.whole(name, most=MOST_UNITS)}}
        if field == "alert_at":
            levels = self.thresholds(name)
            return {name: {"set": list(levels) if levels else None}}
        return {name: self._price(name)}

    def _at_limit(self, name: str) -> dict[str, Way]:
        """What happens at the limit, and the ceiling with it."""
        chosen = self.choice(name, [option.value for option in AtLimit])
        found: dict[str, Way] = {name: {"set": chosen}}
        if chosen == AtLimit.CEILING:
            ceiling = name.replace("at_limit", "ceiling")
            found[ceiling] = {"set": self.whole(ceiling, most=MOST_UNITS)}
            if found[ceiling]["set"] is None:
                self.note(ceiling, "ceiling_missing")
        return found

    def _price(self, name: str) -> Way:
        way = self.choice(f"{name}.way", _WAYS if name != "licence_price" else _WAYS[:2])
        if way == "percent":
            return {"percent": self._percent(f"{name}.percent")}
        amounts = {currency: self.money(f"{name}.{currency}", currency) for currency in self.currencies}
        read = {currency: minor for currency, minor in amounts.items() if minor is not None}
        if way == "list":
            return {"list": True, "amounts": read} if read and len(self.currencies) > 1 else {"list": True}
        if not read and way:
            self.note(f"{name}.{self.currencies[0]}", "amount_missing")
        return {"amounts": read}

    def _percent(self, name: str) -> int:
        """Basis points of a percentage such as `5`, `-2,5` or `+10 %`: read as an amount of two decimals."""
        text = self.text(name).removesuffix("%").strip().removeprefix("+")
        points = money.parse(text.replace("\u2212", "-"), "BRL", get_decimal_symbol(locale()))
        if not points or not -10_000 <= points <= 100_000:
            self.note(name, "bad_percent")
        return points or 0

    def _texts(self, wanted: Mapping[str, Way]) -> Iterator[tuple[str, str]]:
        for name in self.fields:
            field, way = name.rpartition(".")[2], wanted.get(name, {})
            if field in ("price", "licence_price"):
                yield from self._price_texts(name, way)
            else:
                yield name, _text(field, way.get("set"))
            if field == "at_limit":
                ceiling = name.replace("at_limit", "ceiling")
                yield ceiling, _text("ceiling", wanted.get(ceiling, {}).get("set"))

    def _price_texts(self, name: str, way: Way) -> Iterator[tuple[str, str]]:
        amounts = way.get("amounts", {})
        shared = [currency for currency in self.currencies if currency in amounts]
        yield (
            f"{name}.way",
            "amounts" if shared else next((known for known in ("percent", "list") if known in way), "amounts"),
        )
        points = way.get("percent")
        yield f"{name}.percent", "" if points is None else amount(points, "BRL")
        for currency in self.currencies:
            yield f"{name}.{currency}", amount(amounts[currency], currency) if currency in amounts else ""


def _text(field: str, value: Any) -> str:
    if field in _SWITCHES:
        return "no" if value is False else "yes"
    if field == "alert_at":
        return ", ".join(str(level) for level in value or ())
    if isinstance(value, int):
        return number(value)
    return str(value) if value is not None else str(next(iter(_CHOICES[field]))) if field in _CHOICES else ""


def _field(name: str) -> str:
    """The field that a part of the form belongs to: `litmus_test.price.BRL` is `litmus_test.price`."""
    parts = name.split(".")
    return parts[0] if parts[0] == "licence_price" else ".".join(parts[:2])
