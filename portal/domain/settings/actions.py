from __future__ import annotations

from datetime import date, datetime

from portal.db import locked, transaction
from portal.domain import audit, outbox, rights, tenants
from portal.domain.audit import Actor
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.settings.catalogue import AtLimit, ManagedBy, PaymentOption
from portal.domain.settings.models import ClientSettings, LimitVersion
from portal.domain.settings.queries import Current, current, limits_in_force, payment_option_of
from portal.domain.settings.services import metered_services
from portal.domain.settings.values import ServiceWish, Wish, problems_of
from portal.domain.tenants import Agency, Client, Operator


def open_client(
    agency: Agency,
    name: str,
    *,
    slug: str = "",
    email: str = "",
    address: str = "",
    currency: str = "",
    language: str = "",
    began_on: date,
    by: Actor,
    now: datetime,
) -> Client:
    """A new client with its first app and its settings as every client starts.

    On the client's card, direct support and Sales Optimizer off, every metered service on with a
    limit of 0 and the excess billed: nothing is free by accident, and nothing is refused.
    Raises Invalid at the field.
    """
    with transaction():
        client = tenants.add_client(
            agency,
            name,
            slug=slug,
            email=email,
            address=address,
            currency=currency,
            language=language,
            began_on=began_on,
            by=by,
            now=now,
        )
        ClientSettings.create(client=client, saved_at=now, saved_by=by.name)
        for service in metered_services():
            _write_limit(client, service.key, 1, ServiceWish(enabled=True, limit=0), by, now)
        turn_month(client, now=now)
    return client


def save(
    client: Client,
    wish: Wish,
    *,
    seen_version: int,
    may_price: bool = True,
    by: Actor,
    now: datetime,
) -> list[str]:
    """Bring the whole form into force, or nothing of it; returns what changed, as field names.

    Limits and switches count at once; prices and the payment option from the next period (a first
    value from the start). Raises Invalid with every bad field, Conflict when somebody saved since
    `seen_version`, Forbidden when prices or payment change without `may_price`.
    """
    problems = problems_of(wish)
    if problems:
        raise Invalid(problems)
    with transaction():
        before = current(client, now=now)
        seen = (
            ClientSettings.update(
                version=ClientSettings.version + 1,
                direct_support=wish.direct_support,
                optimizer_managed_by=wish.optimizer_managed_by,
                optimizer_enabled=wish.optimizer_enabled,
                saved_at=now,
                saved_by=by.name,
            )
            .where((ClientSettings.client == client) & (ClientSettings.version == seen_version))
            .execute()
        )
        if not seen:
            raise Conflict("settings_changed", who=before.saved_by, at=before.saved_at)
        changes = _switch_changes(before, wish) | _term_changes(before, wish)
        priced = [name for name in changes if name.endswith("price") or name == "payment_option"]
        if priced and not may_price:
            raise Forbidden("prices_read_only")
        _save_terms(client, before, wish, now)
        changes |= _save_limits(client, before, wish, by, now)
        turn_month(client, now=now)
        if changes:
            audit.record(
                "settings.saved",
                by=by,
                now=now,
                agency_id=client.agency_id,
                client_id=client.id,
                subject=client.name,
                changes=changes,
            )
    return list(changes)


def switch_optimizer(client: Client, *, enabled: bool, by: Actor, now: datetime) -> None:
    """Bring the Sales Optimizer of a client that manages it itself to the wanted state.

    Raises Forbidden while the agency manages it. The version of the settings goes up with it: a form
    opened before is told so.
    """
    with transaction():
        row = locked(ClientSettings.select().where(ClientSettings.client == client)).get()
        if row.optimizer_managed_by != ManagedBy.CLIENT:
            raise Forbidden("optimizer_of_agency")
        if row.optimizer_enabled == enabled:
            return
        ClientSettings.update(
            version=ClientSettings.version + 1, optimizer_enabled=enabled, saved_at=now, saved_by=by.name
        ).where(ClientSettings.client == client).execute()
        audit.record(
            "settings.saved",
            by=by,
            now=now,
            agency_id=client.agency_id,
            client_id=client.id,
            subject=client.name,
            changes={"optimizer_enabled": [not enabled, enabled]},
        )


def set_agency_price(agency: Agency, service: str, price: int, *, currency: str = "", now: datetime) -> None:
    """The agency's default price for one block of a service, in minor units."""
    tenants.set_term(agency, f"price:{service}:{currency or agency.currency}", price, agency=agency, now=now)


def set_cost(operator: Operator, item: str, currency: str, cost: int, *, now: datetime) -> None:
    """What agencies pay the operator: for one block of a service, or for the "licence", in minor units."""
    tenants.set_term(operator, f"cost:{item}:{currency}", cost, agency=None, now=now)


def turn_month(client: Client, *, now: datetime) -> None:
    """Bring the facts that hang on the period up to date: statements are offered under the client's card only."""
    label = tenants.period_at(client.agency, now).label
    on_own_card = payment_option_of(client, label) == PaymentOption.CLIENT_CARD
    rights.set_available(client, "statements", on_own_card)


def _switch_changes(before: Current, wish: Wish) -> dict[str, list[object]]:
    pairs = {
        "direct_support": (before.direct_support, wish.direct_support),
        "optimizer_managed_by": (before.optimizer_managed_by, wish.optimizer_managed_by),
        "optimizer_enabled": (before.optimizer_enabled, wish.optimizer_enabled),
    }
    return {name: [old, new] for name, (old, new) in pairs.items() if old != new}


def _term_changes(before: Current, wish: Wish) -> dict[str, list[object]]:
    pairs: dict[str, tuple[object, object]] = {
        "payment_option": (before.next_payment_option.value, wish.payment_option),
        "licence_price": (before.next_licence_price, wish.licence_price),
    }
    for key, service in wish.services.items():
        pairs[f"{key}.price"] = (before.services[key].next_own_price, service.price)
    return {name: [old, new] for name, (old, new) in pairs.items() if old != new}


def _save_terms(client: Client, before: Current, wish: Wish, now: datetime) -> None:
    """Write what changed. The first save of a client writes its payment option even unchanged: a value from the start."""
    first_save = before.version == 1
    changed = _term_changes(before, wish)
    for name in changed | ({"payment_option": [], "licence_price": []} if first_save else {}):
        if name == "payment_option":
            tenants.set_term(client, name, wish.payment_option, agency=client.agency, now=now)
        elif name == "licence_price":
            tenants.set_term(client, name, wish.licence_price, agency=client.agency, now=now)
        else:
            service = name.removesuffix(".price")
            price = wish.services[service].price
            tenants.set_term(client, f"price:{service}", price, agency=client.agency, from_start=first_save, now=now)


def _save_limits(client: Client, before: Current, wish: Wish, by: Actor, now: datetime) -> dict[str, list[object]]:
    changes: dict[str, list[object]] = {}
    versions = limits_in_force(client)
    for key, service in wish.services.items():
        old = before.services[key]
        pairs = {
            "enabled": (old.enabled, service.enabled),
            "limit": (old.limit, service.limit),
            "at_limit": (old.at_limit.value, service.at_limit),
            "ceiling": (old.ceiling, service.ceiling if service.at_limit == AtLimit.CEILING else None),
            "alert_at": (old.own_alert_at, service.alert_at),
        }
        changed = {f"{key}.{name}": [a, b] for name, (a, b) in pairs.items() if a != b}
        if changed:
            version = versions[key].version + 1
            _write_limit(client, key, version, service, by, now)
            outbox.put(
                "limit.changed",
                key=f"limit:{client.id}:{key}:{version}",
                now=now,
                client=str(client.id),
                service=key,
            )
            changes |= changed
    return changes


def _write_limit(client: Client, service: str, version: int, wish: ServiceWish, by: Actor, now: datetime) -> None:
    LimitVersion.create(
        client=client,
        service=service,
        version=version,
        enabled=wish.enabled,
        limit=wish.limit,
        at_limit=wish.at_limit,
        ceiling=wish.ceiling if wish.at_limit == AtLimit.CEILING else None,
        alert_at=list(wish.alert_at) if wish.alert_at else None,
        set_at=now,
        set_by=by.name,
    )
