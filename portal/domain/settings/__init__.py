"""Client settings: services, limits and their versions, prices, payment option."""

from portal.domain.settings.actions import open_client, save, switch_optimizer, turn_month
from portal.domain.settings.catalogue import ALERT_AT, MOST_UNITS, AtLimit, ManagedBy, PaymentOption, cap_of
from portal.domain.settings.models import ClientSettings, LimitVersion
from portal.domain.settings.prices import set_agency_price, set_cost
from portal.domain.settings.queries import (
    Current,
    ServiceState,
    clients_by_payment,
    cost_of,
    current,
    default_alert_at,
    keep_limits,
    licence_price_of,
    limit_at,
    limits_in_force,
    payment_option_of,
    price_of,
    was_on,
)
from portal.domain.settings.services import (
    CatalogueError,
    Kind,
    Service,
    all_services,
    find_service,
    load_services,
    metered_services,
)
from portal.domain.settings.values import ServiceWish, Wish

__all__ = [
    "ALERT_AT",
    "MOST_UNITS",
    "AtLimit",
    "CatalogueError",
    "ClientSettings",
    "Current",
    "Kind",
    "LimitVersion",
    "ManagedBy",
    "PaymentOption",
    "Service",
    "ServiceState",
    "ServiceWish",
    "Wish",
    "all_services",
    "cap_of",
    "clients_by_payment",
    "cost_of",
    "current",
    "default_alert_at",
    "find_service",
    "keep_limits",
    "licence_price_of",
    "limit_at",
    "limits_in_force",
    "load_services",
    "metered_services",
    "open_client",
    "payment_option_of",
    "price_of",
    "save",
    "set_agency_price",
    "set_cost",
    "switch_optimizer",
    "turn_month",
    "was_on",
]
