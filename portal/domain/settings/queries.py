from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.db import Lookup, Prepared, fields_of, key_of, row_of, rows_of
from portal.domain import at_hand, periods
from portal.domain.settings.catalogue import ALERT_AT, AtLimit, PaymentOption
from portal.domain.settings.models import ClientSettings, LimitVersion
from portal.domain.settings.services import Service, find_service, metered_services
from portal.domain.tenants import Agency, Client, keep_terms, period_at, term, terms_from_next, the_operator
from portal.domain.tenants.models import Term

_COLUMNS = [field.column_name for field in fields_of(LimitVersion)]
_CLIENT, _SERVICE = _COLUMNS.index("client_id"), _COLUMNS.index("service")
_ALL_VERSIONS = f"SELECT {', '.join(_COLUMNS)} FROM limit_version WHERE client_id IN ?ids ORDER BY version"


@dataclass(frozen=True)
class ServiceState:
    """One service of one client: what holds now, and the price that holds from the next period if it differs."""

    agency: Agency
    service: Service
    version: int
    enabled: bool
    limit: int | None
    at_limit: AtLimit
    ceiling: int | None
    own_alert_at: tuple[int, ...] | None
    price: int
    own_price: int | None
    next_own_price: int | None
    default_price: int
    cost: int

    @property
    def alert_at(self) -> tuple[int, ...]:
        return self.own_alert_at or default_alert_at(self.agency)


@dataclass(frozen=True)
class Save:
    """One save of Client Settings: by whom, and when."""

    who: str
    at: datetime


@dataclass(frozen=True)
class Current:
    """A client's settings as they stand. `next_…` is what was saved for the next period."""

    client: Client
    version: int
    saved_at: datetime
    saved_by: str
    direct_support: bool
    optimizer_managed_by: str
    optimizer_enabled: bool
    payment_option: PaymentOption
    next_payment_option: PaymentOption
    licence_price: int
    next_licence_price: int
    licence_cost: int
    services: dict[str, ServiceState]
    period: str

    @property
    def optimizer(self) -> Service | None:
        """The Sales Optimizer as a service of the catalogue, where the catalogue has it."""
        return find_service("sales_optimizer")

    @property
    def next_period(self) -> str:
        return periods.following(self.period)


def current(client: Client, *, now: datetime) -> Current:
    """Everything that Client Settings shows."""
    with at_hand.keeping():
        keep_terms([the_operator(), client.agency, client], anew=False)
        return _current(client, now)


def _current(client: Client, now: datetime) -> Current:
    row = _settings(client.id.hex)
    assert row is not None, "they came with the client"
    label = period_at(client.agency, now).label
    limits = limits_in_force(client)
    return Current(
        client=client,
        version=row.version,
        saved_at=row.saved_at,
        saved_by=row.saved_by,
        direct_support=row.direct_support,
        optimizer_managed_by=row.optimizer_managed_by,
        optimizer_enabled=row.optimizer_enabled,
        payment_option=payment_option_of(client, label),
        next_payment_option=payment_option_of(client, periods.following(label)),
        licence_price=licence_price_of(client, label),
        next_licence_price=licence_price_of(client, periods.following(label)),
        licence_cost=cost_of("licence", client.currency, label),
        services={service.key: _state(client, service, limits[service.key], label) for service in metered_services()},
        period=label,
    )


def optimizer_is_on(client: Client) -> bool:
    """Whether the client can use the Sales Optimizer, whoever manages it."""
    enabled = (ClientSettings.client == client) & ClientSettings.optimizer_enabled
    return bool(ClientSettings.select().where(enabled).exists())


def saved_since(client: Client, version: int) -> Save | None:
    """The latest save, where there was one after that version; cheap enough to be asked again and again."""
    row = ClientSettings.get_or_none((ClientSettings.client == client) & (ClientSettings.version > version))
    return Save(row.saved_by, row.saved_at) if row else None


def _state(client: Client, service: Service, limit: LimitVersion, label: str) -> ServiceState:
    key = f"price:{service.key}"
    return ServiceState(
        agency=client.agency,
        service=service,
        version=limit.version,
        enabled=limit.enabled,
        limit=limit.limit,
        at_limit=AtLimit(limit.at_limit),
        ceiling=limit.ceiling,
        own_alert_at=tuple(limit.alert_at) if limit.alert_at else None,
        price=price_of(client, service.key, label),
        own_price=term(client, key, label),
        next_own_price=terms_from_next(client, key, label),
        default_price=term(client.agency, f"{key}:{client.currency}", label) or 0,
        cost=cost_of(service.key, client.currency, label),
    )


def default_alert_at(agency: Agency) -> tuple[int, ...]:
    """Percent of a limit at which people are told of clients that have no thresholds of their own."""
    return tuple(agency.alert_at) if agency.alert_at else ALERT_AT


def limits_in_force(client: Client) -> dict[str, LimitVersion]:
    """The newest limit version of each metered service.

    A service that joined the catalogue after the client came has none yet: it is off until somebody
    switches it on (version 0, not written down).
    """
    kept = at_hand.get("limits", client.id)
    found = _newest(client) if kept is None else at_hand.once("limits_now", client.id, lambda: _newest(client, kept))
    return {service.key: found.get(service.key) or _off(client, service) for service in metered_services()} | found


def _newest(client: Client, kept: list[Any] | None = None) -> dict[str, LimitVersion]:
    """By service, of the rows at hand, which end with the newest, or from the database."""
    rows = _in_force(client.id.hex) if kept is None else {row[_SERVICE]: row for row in kept}.values()
    return {row[_SERVICE]: row_of(LimitVersion, row) for row in rows}


def limit_at(client: Client, service: str, moment: datetime) -> LimitVersion | None:
    """The limit version that was in force just before the instant (a period's end).

    For a client that was set up only later, what was set up then; None for a service it never had.
    """
    versions = _versions(client, service)
    return next((row for row in versions if row.set_at < moment), versions[0] if versions else None)


def was_on(client: Client, service: str, since: datetime, until: datetime) -> bool:
    """Whether the service was switched on at any moment from `since` to before `until`."""
    versions = _versions(client, service)
    at_first = next((row for row in versions if row.set_at <= since), None)
    later = any(row.enabled for row in versions if since < row.set_at < until)
    return bool(at_first and at_first.enabled) or later


def keep_limits(clients: Iterable[Client]) -> None:
    """Read all limit versions of these clients at once, to be at hand (see `at_hand`)."""
    ids = {key_of(client.id): client.id for client in clients}
    found: dict[str, list[Any]] = {key: [] for key in ids}
    for part in at_hand.in_parts(found):
        for row in rows_of(_ALL_VERSIONS, part):
            found[key_of(row[_CLIENT])].append(row)
    for key, rows in found.items():
        at_hand.put("limits", ids[key], rows)
        at_hand.put("limits_now", ids[key], None)  # what an outer one has made of the rows before


def _versions(client: Client, service: str) -> list[LimitVersion]:
    """All versions of one service, the newest first."""
    kept = at_hand.get("limits", client.id)
    if kept is not None:
        return [row_of(LimitVersion, row) for row in reversed(kept) if row[_SERVICE] == service]
    return [row_of(LimitVersion, row) for row in _versions_of(client.id.hex, service)]


def _off(client: Client, service: Service) -> LimitVersion:
    return LimitVersion(
        client=client,
        service=service.key,
        version=0,
        limit_version=0,
        enabled=False,
        limit=0,
        at_limit=AtLimit.BILL.value,
    )


def price_of(client: Client, service: str, label: str) -> int:
    """What the client pays for one block in the period: its own price, else the agency's, else nothing."""
    own = term(client, f"price:{service}", label)
    return own if own is not None else term(client.agency, f"price:{service}:{client.currency}", label) or 0


def licence_price_of(client: Client, label: str) -> int:
    return term(client, "licence_price", label) or 0


def payment_option_of(client: Client, label: str) -> PaymentOption:
    return PaymentOption(term(client, "payment_option", label) or PaymentOption.CLIENT_CARD)


def clients_by_payment(agency: Agency, label: str) -> dict[UUID, PaymentOption]:
    """Whose card pays in the period, for every client of the agency that has a choice written down."""
    rows = (
        Term.select(Term.owner, Term.value)
        .join(Client, on=(Term.owner == Client.id))
        .where((Client.agency == agency) & (Term.key == "payment_option") & (Term.from_label <= label))
        .order_by(Term.from_label)
    )
    return {row.owner: PaymentOption(row.value) for row in rows}


def cost_of(item: str, currency: str, label: str) -> int:
    """What the agency pays the operator in the period: for one block of a service, or for the "licence"."""
    return term(the_operator(), f"cost:{item}:{currency}", label) or 0


_settings = Lookup(ClientSettings, lambda client: ClientSettings.client == client)
_in_force = Prepared(
    lambda client: LimitVersion.select(*fields_of(LimitVersion)).where(
        (LimitVersion.client == client) & LimitVersion.in_force
    )
)
_versions_of = Prepared(
    lambda client, service: (
        LimitVersion.select(*fields_of(LimitVersion))
        .where((LimitVersion.client == client) & (LimitVersion.service == service))
        .order_by(LimitVersion.version.desc())
    )
)
