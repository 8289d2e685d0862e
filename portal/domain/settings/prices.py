"""What things cost: the operator's price list, the agency's prices, and what a save changes of a client's own."""

from __future__ import annotations

from datetime import datetime

from portal.db import transaction
from portal.domain import audit, tenants
from portal.domain.audit import SYSTEM, Actor
from portal.domain.rights import Permission, still_may
from portal.domain.settings.queries import Current
from portal.domain.settings.values import Wish
from portal.domain.tenants import Agency, Client, Operator


def set_agency_price(
    agency: Agency, service: str, price: int, *, currency: str = "", by: Actor = SYSTEM, now: datetime
) -> None:
    """The agency's default price for one block of a service, in minor units: the first from the start, others from
    the next period."""
    key = f"price:{service}:{currency or agency.currency}"
    with transaction():
        still_may(agency, by, Permission.PRICES)
        holds_from = tenants.set_term(agency, key, price, agency=agency, now=now)
        audit.record("price.set", by=by, now=now, agency_id=agency.id, subject=key, price=price, holds_from=holds_from)


def set_cost(operator: Operator, item: str, currency: str, cost: int, *, by: Actor = SYSTEM, now: datetime) -> None:
    """What agencies pay the operator for one block of a service, or for the "licence", in minor units."""
    key = f"cost:{item}:{currency}"
    with transaction():
        holds_from = tenants.set_term(operator, key, cost, agency=None, now=now)
        audit.record("cost.set", by=by, now=now, subject=key, cost=cost, holds_from=holds_from)


def term_changes(before: Current, wish: Wish) -> dict[str, list[object]]:
    """What a save changes of prices and payment: [old, new] by the field's name."""
    pairs: dict[str, tuple[object, object]] = {
        "payment_option": (before.next_payment_option.value, wish.payment_option),
        "licence_price": (before.next_licence_price, wish.licence_price),
    }
    for key, service in wish.services.items():
        pairs[f"{key}.price"] = (before.services[key].next_own_price, service.price)
    return {name: [old, new] for name, (old, new) in pairs.items() if old != new}


def save_terms(client: Client, before: Current, wish: Wish, *, now: datetime) -> None:
    """Write what changed: a first licence price from the start, a price of the client's own from the start only with
    the first save, for the agency's price held before it. That save writes the payment option even unchanged.
    """
    first = tenants.term(client, "payment_option", before.period) is None
    wanted = {"payment_option": wish.payment_option, "licence_price": wish.licence_price}
    wanted |= {f"price:{key}": service.price for key, service in wish.services.items()}
    changed = {_term_key(name) for name in term_changes(before, wish)}
    for key in changed | ({"payment_option"} if first else set()):
        from_start = first or key == "licence_price"
        tenants.set_term(client, key, wanted[key], agency=client.agency, from_start=from_start, now=now)


def _term_key(field: str) -> str:
    """The term behind a field of the form: `litmus_test.price` is kept as `price:litmus_test`."""
    return f"price:{field.removesuffix('.price')}" if field.endswith(".price") else field
