"""The agency's price list: what each metered service costs it and its clients, by currency, on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.db import locked, transaction
from portal.domain import audit, money, outbox, periods, tenants
from portal.domain.audit import Actor
from portal.domain.errors import Invalid
from portal.domain.rights import Permission, still_may
from portal.domain.settings.queries import default_alert_at
from portal.domain.settings.services import Service, metered_services
from portal.domain.settings.values import Problems, are_thresholds
from portal.domain.tenants import Agency
from portal.domain.tenants.models import Client, Term

Amounts = Mapping[str, int | None]
"""Prices by field, `litmus_test.BRL`; None where there is none."""


@dataclass(frozen=True)
class ListPrice:
    """The default price of one block of a service in one currency. `coming` holds from the next period on."""

    service: Service
    currency: str
    price: int | None
    coming: int | None
    cost: int | None

    @property
    def field(self) -> str:
        return f"{self.service.key}.{self.currency}"

    @property
    def margin(self) -> int | None:
        """What is left of the coming price; None while price or cost are unknown."""
        return None if self.coming is None or self.cost is None else self.coming - self.cost


@dataclass(frozen=True)
class PriceList:
    """Prices by currency, the agency's own first; `licence_costs` and every amount in minor units."""

    period: str
    prices: dict[str, list[ListPrice]]
    licence_costs: dict[str, int | None]
    alert_at: tuple[int, ...] | None
    usual_alert_at: tuple[int, ...]

    @property
    def next_period(self) -> str:
        return periods.following(self.period)

    @property
    def seen(self) -> dict[str, int | None]:
        """What a form made of this list shows, to be handed back with what was typed."""
        return {row.field: row.coming for rows in self.prices.values() for row in rows}


def price_list(agency: Agency, *, also: str = "", now: datetime) -> PriceList:
    """Everything that the prices page shows; `also` is a currency that has no price yet."""
    label = tenants.period_at(agency, now).label
    currencies = list(dict.fromkeys([*currencies_of(agency), *([also] if also else [])]))
    operator = tenants.the_operator()
    return PriceList(
        period=label,
        prices={
            currency: [
                ListPrice(
                    service,
                    currency,
                    price=tenants.term(agency, f"price:{service.key}:{currency}", label),
                    coming=tenants.terms_from_next(agency, f"price:{service.key}:{currency}", label),
                    cost=tenants.terms_from_next(operator, f"cost:{service.key}:{currency}", label),
                )
                for service in metered_services()
            ]
            for currency in currencies
        },
        licence_costs={c: tenants.terms_from_next(operator, f"cost:licence:{c}", label) for c in currencies},
        alert_at=tuple(agency.alert_at) if agency.alert_at else None,
        usual_alert_at=default_alert_at(agency),
    )


def currencies_of(agency: Agency) -> list[str]:
    """The agency's currency, then those of its clients and its prices."""
    clients = {row.currency for row in Client.select(Client.currency).where(Client.agency == agency).distinct()}
    priced = Term.select(Term.key).where((Term.owner == agency.id) & Term.key.startswith("price:")).distinct()
    others = clients | {row.key.rpartition(":")[2] for row in priced}
    return [agency.currency, *sorted(others - {agency.currency})]


def save_prices(
    agency: Agency,
    prices: Amounts,
    *,
    seen: Amounts,
    alert_at: tuple[int, ...] | None,
    by: Actor,
    now: datetime,
) -> list[str]:
    """Bring the whole page into force, or nothing of it; returns the fields that changed.

    A first price counts from the start, any other from the next period, thresholds at once. `seen` is what the
    form showed. Raises Invalid with every bad field, also where somebody else changed the price meanwhile; Forbidden
    for staff who lost the right while they asked.
    """
    problems = _problems(prices, seen, alert_at)
    if problems:
        raise Invalid(problems)
    with transaction():
        still_may(agency, by, Permission.PRICES)
        held = locked(Agency.select().where(Agency.id == agency.id)).get()
        changed = {field: price for field, price in prices.items() if price != seen[field]}
        present = {field: _coming(agency, field, now) for field in changed}
        if overtaken := _overtaken(changed, present, seen):
            raise Invalid(overtaken)
        changes: dict[str, list[object]] = {}
        for field, price in changed.items():
            if price != present[field]:
                tenants.set_term(agency, _key(field), price, agency=agency, now=now)
                changes[f"{field}.price"] = [present[field], price]
        changes |= _set_alerts(held, agency, alert_at, now)
        if changes:
            audit.record("prices.saved", by=by, now=now, agency_id=agency.id, subject=agency.name, changes=changes)
    return list(changes)


def _problems(prices: Amounts, seen: Amounts, alert_at: tuple[int, ...] | None) -> Problems:
    found: Problems = {}
    for field, price in prices.items():
        if field not in seen or not _is_field(field):
            found[field] = ("unknown_service", {})
        elif price is None and seen[field] is not None:
            found[field] = ("price_missing", {})
        elif price is not None and not 0 <= price < money.MOST:
            found[field] = ("bad_amount", {})
    if alert_at is not None and not are_thresholds(alert_at):
        found["alert_at"] = ("bad_thresholds", {})
    return found


def _is_field(field: str) -> bool:
    service, _, currency = field.partition(".")
    return service in {service.key for service in metered_services()} and money.is_currency(currency)


def _overtaken(changed: Amounts, present: Amounts, seen: Amounts) -> Problems:
    return {
        field: ("price_overtaken", {}) for field, price in changed.items() if present[field] not in (seen[field], price)
    }


def _coming(agency: Agency, field: str, now: datetime) -> int | None:
    found: int | None = tenants.terms_from_next(agency, _key(field), tenants.period_at(agency, now).label)
    return found


def _key(field: str) -> str:
    return f"price:{field.replace('.', ':')}"


def _set_alerts(
    held: Agency, agency: Agency, alert_at: tuple[int, ...] | None, now: datetime
) -> dict[str, list[object]]:
    """The agency's thresholds; metering looks again at every client, for a lower one may have been passed."""
    before = tuple(held.alert_at) if held.alert_at else None
    if alert_at == before:
        return {}
    tenants.set_alert_at(agency, alert_at)
    stamp = f"{now:%Y%m%d%H%M%S%f}"
    outbox.put("limits.recheck", key=f"recheck:{agency.id}:{stamp}", now=now, agency=str(agency.id))
    return {"alert_at": [list(before) if before else None, agency.alert_at]}
