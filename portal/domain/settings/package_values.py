"""What a package holds: settings without amounts, and the amounts of each currency."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from portal.domain import money, texts
from portal.domain.settings.package_models import Package
from portal.domain.settings.queries import Current
from portal.domain.settings.services import metered_services
from portal.domain.settings.values import Problems, ServiceWish, Wish, problems_of

LONGEST_NAME = 60
_OFF = ServiceWish(enabled=False, limit=0)
"""A service that joined the catalogue after the package was saved: off, as for clients."""


@dataclass(frozen=True)
class PackageWish:
    """A package as its form wants it. Amounts in minor units by currency; no price in one: the agency's own."""

    name: str
    is_default: bool
    settings: Wish
    licence_prices: dict[str, int] = field(default_factory=dict)
    prices: dict[str, dict[str, int]] = field(default_factory=dict)


def wish_from(package: Package, currency: str) -> Wish:
    """What the package sets for a client of that currency."""
    held = content_of(package)
    services = {
        service.key: replace(
            held.settings.services.get(service.key, _OFF), price=held.prices.get(service.key, {}).get(currency)
        )
        for service in metered_services()
    }
    return replace(held.settings, licence_price=held.licence_prices.get(currency, 0), services=services)


def content_of(package: Package) -> PackageWish:
    """The package as its form shows it."""
    raw = package.content
    services = {key: _service(values) for key, values in raw["services"].items()}
    wish = Wish(
        direct_support=raw["direct_support"],
        payment_option=raw["payment_option"],
        optimizer_managed_by=raw["optimizer_managed_by"],
        optimizer_enabled=raw["optimizer_enabled"],
        licence_price=0,
        services=services,
    )
    return PackageWish(package.name, package.is_default, wish, raw["licence_prices"], raw["prices"])


def wanted_from(package: Package) -> dict[str, dict[str, Any]]:
    """The package as a change of many clients asks for it, see `bulk_values`."""
    held = content_of(package)
    wish = held.settings
    wanted: dict[str, dict[str, Any]] = {
        name: {"set": getattr(wish, name)}
        for name in ("direct_support", "payment_option", "optimizer_managed_by", "optimizer_enabled")
    }
    if held.licence_prices:
        wanted["licence_price"] = {"amounts": held.licence_prices}
    for key, service in wish.services.items():
        for name in ("enabled", "limit", "at_limit"):
            wanted[f"{key}.{name}"] = {"set": getattr(service, name)}
        if service.at_limit == "ceiling":
            wanted[f"{key}.ceiling"] = {"set": service.ceiling}
        wanted[f"{key}.alert_at"] = {"set": list(service.alert_at) if service.alert_at else None}
        wanted[f"{key}.price"] = {"amounts": held.prices.get(key, {}), "list": True}
    return wanted


def wish_of(held: Current) -> Wish:
    """A client's settings as a save that changes nothing would ask for them."""
    services = {
        key: ServiceWish(
            enabled=state.enabled,
            limit=state.limit,
            at_limit=state.at_limit.value,
            ceiling=state.ceiling,
            alert_at=state.own_alert_at,
            price=state.next_own_price,
        )
        for key, state in held.services.items()
    }
    return Wish(
        direct_support=held.direct_support,
        payment_option=held.next_payment_option.value,
        optimizer_managed_by=held.optimizer_managed_by,
        optimizer_enabled=held.optimizer_enabled,
        licence_price=held.next_licence_price,
        services=services,
    )


def plain(wish: ServiceWish) -> ServiceWish:
    """A ceiling counts only where it is what happens at the limit."""
    return wish if wish.at_limit == "ceiling" else replace(wish, ceiling=None)


def package_problems(name: str, wish: PackageWish) -> Problems:
    found = problems_of(wish.settings)
    if problem := texts.name_problem(name, most=LONGEST_NAME):
        found["name"] = problem
    amounts = {"licence_price": wish.licence_prices}
    amounts |= {f"{key}.price": prices for key, prices in wish.prices.items()}
    for name_of, by_currency in amounts.items():
        for currency, amount in by_currency.items():
            if not money.is_currency(currency) or not 0 <= amount < money.MOST:
                found[f"{name_of}.{currency}"] = ("bad_amount", {})
    return found


def content_from(wish: PackageWish) -> dict[str, Any]:
    held = wish.settings
    return {
        "direct_support": held.direct_support,
        "payment_option": held.payment_option,
        "optimizer_managed_by": held.optimizer_managed_by,
        "optimizer_enabled": held.optimizer_enabled,
        "services": {key: plain(service).__dict__ | {"price": None} for key, service in held.services.items()},
        "licence_prices": wish.licence_prices,
        "prices": wish.prices,
    }


def _service(raw: dict[str, Any]) -> ServiceWish:
    return ServiceWish(**raw | {"alert_at": tuple(raw["alert_at"]) if raw["alert_at"] else None})
