from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.db import locked, transaction
from portal.domain import audit, rights, tenants
from portal.domain.audit import Actor
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.rights import Permission
from portal.domain.settings.catalogue import ManagedBy, PaymentOption
from portal.domain.settings.limits import save_limits, write_limit
from portal.domain.settings.models import ClientSettings
from portal.domain.settings.prices import save_terms, term_changes
from portal.domain.settings.queries import Current, current, payment_option_of
from portal.domain.settings.services import metered_services
from portal.domain.settings.values import ServiceWish, Wish, problems_of
from portal.domain.tenants import Agency, Client


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
            write_limit(client, service.key, ServiceWish(enabled=True, limit=0), by=by, now=now)
        turn_month(client, now=now)
        rights.set_available(client, "support", available=False)
    return client


def save(
    client: Client,
    wish: Wish,
    *,
    seen_version: int,
    may_price: bool = True,
    bulk: UUID | None = None,
    by: Actor,
    now: datetime,
) -> list[str]:
    """Bring the whole form into force, or nothing of it; returns what changed, as field names.

    Limits and switches count at once; prices and the payment option from the next period (a first
    value from the start). Raises Invalid with every bad field, Conflict when somebody saved since
    `seen_version`, Forbidden when prices or payment change without `may_price`. As part of a `bulk` change it is
    written into the client's history alone: the agency's log has one entry for the whole.
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
        changes = _switch_changes(before, wish) | term_changes(before, wish)
        priced = [name for name in changes if name.endswith("price") or name == "payment_option"]
        if priced and not may_price:
            raise Forbidden("prices_read_only")
        if may_price:
            save_terms(client, before, wish, now=now)
        changes |= save_limits(client, wish, by=by, now=now)
        turn_month(client, now=now)
        rights.set_available(client, "support", available=wish.direct_support)
        if changes:
            later = _later(client, priced, before, now=now)
            _record(client, changes, later, bulk=bulk, by=by, now=now)
    return list(changes)


def save_as(client: Client, wish: Wish, *, seen_version: int, by: Actor, now: datetime) -> list[str]:
    """`save` for whoever asks at the page: what he may is read anew. Raises Forbidden and NotFound, too, for staff
    who lost the client while they asked.
    """
    with transaction():
        role = rights.still_over(client, by)
        may_price = role is None or rights.staff_may(role, Permission.PRICES)
        return save(client, wish, seen_version=seen_version, may_price=may_price, by=by, now=now)


def save_over(client: Client, wished: Callable[[Current], Wish], *, by: Actor, now: datetime) -> list[str]:
    """Save what `wished` makes of the settings as they are: nobody else saves in between. Raises as `save` does."""
    with transaction():
        locked(ClientSettings.select().where(ClientSettings.client == client)).get()
        held = current(client, now=now)
        return save(client, wished(held), seen_version=held.version, by=by, now=now)


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
        _record(client, {"optimizer_enabled": [not enabled, enabled]}, {}, by=by, now=now)


def turn_month(client: Client, *, now: datetime) -> None:
    """Bring the facts that hang on the period up to date: statements are offered under the client's card only."""
    label = tenants.period_at(client.agency, now).label
    option = payment_option_of(client, label)
    rights.set_available(client, "statements", available=option == PaymentOption.CLIENT_CARD)
    tenants.note_card(client, option.value)


def _switch_changes(before: Current, wish: Wish) -> dict[str, list[object]]:
    pairs = {
        "direct_support": (before.direct_support, wish.direct_support),
        "optimizer_managed_by": (before.optimizer_managed_by, wish.optimizer_managed_by),
        "optimizer_enabled": (before.optimizer_enabled, wish.optimizer_enabled),
    }
    return {name: [old, new] for name, (old, new) in pairs.items() if old != new}


def _later(client: Client, priced: list[str], before: Current, *, now: datetime) -> dict[str, str]:
    """Which of these changes wait for the next month, and for which, by the field's name."""
    if not priced:
        return {}
    after = current(client, now=now)
    held = {"payment_option": (after.payment_option, after.next_payment_option)}
    pairs: dict[str, tuple[object, object]] = {**held, "licence_price": (after.licence_price, after.next_licence_price)}
    pairs |= {f"{key}.price": (state.own_price, state.next_own_price) for key, state in after.services.items()}
    return {name: before.next_period for name in priced if pairs[name][0] != pairs[name][1]}


def _record(
    client: Client,
    changes: dict[str, list[object]],
    later: dict[str, str],
    *,
    bulk: UUID | None = None,
    by: Actor,
    now: datetime,
) -> None:
    more: dict[str, Any] = ({"from": later} if later else {}) | ({"bulk": str(bulk)} if bulk else {})
    audit.record(
        "settings.saved",
        by=by,
        now=now,
        agency_id=None if bulk else client.agency_id,
        client_id=client.id,
        subject=client.name,
        changes=changes,
        **more,
    )
