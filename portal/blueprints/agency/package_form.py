"""A package as a form: the settings of a client without a client, amounts by currency."""

from __future__ import annotations

import re
from collections.abc import Iterator

from werkzeug.datastructures import MultiDict

from portal.domain.settings import (
    MOST_UNITS,
    AtLimit,
    ManagedBy,
    PackageWish,
    PaymentOption,
    Service,
    ServiceWish,
    Wish,
    metered_services,
)
from portal.formatting import amount, number
from portal.languages import gettext as _
from portal.web.forms import FormState

_BOXES = {"direct_support", "optimizer_enabled", "enabled", "is_default"}
_START = PackageWish("", False, Wish(False, PaymentOption.CLIENT_CARD, ManagedBy.AGENCY, False, 0))
_START_SERVICE = ServiceWish(enabled=True, limit=0)


class PackageForm(FormState):
    """`values` is what the form shows, `stored` what the package holds."""

    def __init__(self, currencies: list[str], held: PackageWish = _START, version: int = 0) -> None:
        self.currencies = currencies + [c for c in _priced(held) if c not in currencies]
        self.services = metered_services()
        self.stored = dict(self._texts(held))
        self.version = version
        super().__init__(self.stored)

    def read(self, form: MultiDict[str, str]) -> PackageForm:
        """Take over what was typed; boxes left out are off, other fields left out are noted."""
        self.version = int(form["version"]) if re.fullmatch(r"\d{1,9}", form.get("version", ""), re.ASCII) else 0
        for name in self.stored:
            if name in form or name.rpartition(".")[2] in _BOXES:
                self.values[name] = form.get(name, "").replace("\x00", "")
            else:
                self.note(name, "field_missing")
        return self

    def wish(self) -> PackageWish:
        """What the form asks for. Raises Invalid when a field can't be read."""
        wish = PackageWish(
            name=self.text("name"),
            is_default=self.flag("is_default"),
            settings=Wish(
                direct_support=self.flag("direct_support"),
                payment_option=self.choice("payment_option", list(PaymentOption)) or "",
                optimizer_managed_by=self.choice("optimizer_managed_by", list(ManagedBy)) or "",
                optimizer_enabled=self.flag("optimizer_enabled"),
                licence_price=0,
                services={service.key: self._service(service.key) for service in self.services},
            ),
            licence_prices=self._amounts("licence_price"),
            prices={service.key: self._amounts(f"{service.key}.price") for service in self.services},
        )
        self.check()
        return wish

    @property
    def is_changed(self) -> bool:
        return self.values != self.stored

    @property
    def summary(self) -> list[tuple[str | None, str]]:
        """What is wrong, in the order of the form, each with the name of its field."""
        said: list[tuple[str | None, str]] = [
            (f"f-{name}", f"{self.label_of(name)}: {self.errors[name]}") for name in self.stored if name in self.errors
        ]
        return said + [(None, text) for name, text in self.errors.items() if name not in self.stored]

    def label_of(self, name: str) -> str:
        """What a field is called where it stands alone."""
        plain = {
            "name": _("Name of the package"),
            "is_default": _("Default for new clients"),
            "direct_support": _("Direct support"),
            "payment_option": _("Payment options"),
            "optimizer_managed_by": _("Sales Optimizer, permission"),
            "optimizer_enabled": _("Sales Optimizer"),
        }
        key, _dot, field = name.partition(".")
        if key == "licence_price":
            return _("Licence price, %(currency)s", currency=field)
        service = next((service.name for service in self.services if service.key == key), "")
        said = {
            "enabled": service,
            "limit": _("%(service)s, limit", service=service),
            "at_limit": _("%(service)s, at the limit", service=service),
            "ceiling": _("%(service)s, ceiling", service=service),
            "alert_at": _("%(service)s, alerts", service=service),
        }
        if field.startswith("price."):
            return _("%(service)s, price in %(currency)s", service=service, currency=field.rpartition(".")[2])
        return said[field] if field else plain[key]

    def _service(self, key: str) -> ServiceWish:
        return ServiceWish(
            enabled=self.flag(f"{key}.enabled"),
            limit=self.whole(f"{key}.limit", most=MOST_UNITS),
            at_limit=self.choice(f"{key}.at_limit", list(AtLimit)) or "",
            ceiling=self.whole(f"{key}.ceiling", most=MOST_UNITS),
            alert_at=self.thresholds(f"{key}.alert_at"),
        )

    def _amounts(self, name: str) -> dict[str, int]:
        """Amounts by currency; one left blank is left out."""
        read = {currency: self.money(f"{name}.{currency}", currency) for currency in self.currencies}
        return {currency: minor for currency, minor in read.items() if minor is not None}

    def _texts(self, held: PackageWish) -> Iterator[tuple[str, str]]:
        wish = held.settings
        yield "name", held.name
        yield "is_default", _box(held.is_default)
        yield "direct_support", _box(wish.direct_support)
        yield "payment_option", str(wish.payment_option)
        yield "optimizer_managed_by", str(wish.optimizer_managed_by)
        yield "optimizer_enabled", _box(wish.optimizer_enabled)
        for service in self.services:
            yield from self._service_texts(service, wish.services.get(service.key, _START_SERVICE), held)
        for currency in self.currencies:
            yield f"licence_price.{currency}", _amount(held.licence_prices, currency)

    def _service_texts(self, service: Service, wish: ServiceWish, held: PackageWish) -> Iterator[tuple[str, str]]:
        key = service.key
        yield f"{key}.enabled", _box(wish.enabled)
        yield f"{key}.limit", "" if wish.limit is None else number(wish.limit)
        yield f"{key}.at_limit", str(wish.at_limit)
        yield f"{key}.ceiling", "" if wish.ceiling is None else number(wish.ceiling)
        yield f"{key}.alert_at", ", ".join(str(level) for level in wish.alert_at or ())
        for currency in self.currencies:
            yield f"{key}.price.{currency}", _amount(held.prices.get(key, {}), currency)


def _priced(held: PackageWish) -> list[str]:
    """Every currency that the package names."""
    return sorted({*held.licence_prices, *(currency for prices in held.prices.values() for currency in prices)})


def _box(on: bool) -> str:
    return "yes" if on else ""


def _amount(amounts: dict[str, int], currency: str) -> str:
    return amount(amounts[currency], currency) if currency in amounts else ""
