from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.db import Lookup
from portal.domain import at_hand, periods
from portal.domain.settings.catalogue import ALERT_AT, AtLimit, PaymentOption
from portal.domain.settings.models import ClientSettings, LimitVersion
from portal.domain.settings.services import Service, find_service, metered_services
from portal.domain.settings.versions import limits_in_force
from portal.domain.tenants import Agency, Client, keep_terms, period_at, term, terms_from_next, the_operator
from portal.domain.tenants.models import Term


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
    row = _settings(client.id.hex)
    return row is not None and bool(row.optimizer_enabled)


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
