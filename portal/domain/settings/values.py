"""What a save of Client Settings asks for, and the checks that need no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from portal.domain import money
from portal.domain.settings.catalogue import MOST_UNITS, AtLimit, ManagedBy, PaymentOption
from portal.domain.settings.services import find_service

Problems = dict[str, tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class ServiceWish:
    """One metered service as the form wants it. `limit` None: no limit; `price` None: the agency's own."""

    enabled: bool
    limit: int | None
    at_limit: str = "bill"
    ceiling: int | None = None
    alert_at: tuple[int, ...] | None = None
    price: int | None = None


@dataclass(frozen=True)
class Wish:
    """The whole form. Amounts in minor units of the client's currency."""

    direct_support: bool
    payment_option: str
    optimizer_managed_by: str
    optimizer_enabled: bool
    licence_price: int
    services: dict[str, ServiceWish] = field(default_factory=dict)


def problems_of(wish: Wish) -> Problems:
    """Every field that can't be taken, with the reason."""
    found: Problems = {}
    if wish.payment_option not in set(PaymentOption):
        found["payment_option"] = ("choose_one", {})
    if wish.optimizer_managed_by not in set(ManagedBy):
        found["optimizer_managed_by"] = ("choose_one", {})
    if not 0 <= wish.licence_price < money.MOST:
        found["licence_price"] = ("bad_amount", {})
    for key, service in wish.services.items():
        found |= _service_problems(key, service)
    return found


def _service_problems(key: str, wish: ServiceWish) -> Problems:
    found: Problems = {}
    service = find_service(key)
    if service is None or not service.is_metered:
        return {f"{key}.enabled": ("unknown_service", {})}
    if wish.limit is not None and not 0 <= wish.limit <= MOST_UNITS:
        found[f"{key}.limit"] = ("bad_number", {"most": MOST_UNITS})
    if wish.at_limit not in set(AtLimit):
        found[f"{key}.at_limit"] = ("choose_one", {})
    elif wish.at_limit == AtLimit.CEILING:
        found = _ceiling_problems(key, wish) | found
    elif wish.at_limit == AtLimit.STOP and wish.limit is None:
        found[f"{key}.limit"] = ("stop_needs_limit", {})
    if wish.price is not None and not 0 <= wish.price < money.MOST:
        found[f"{key}.price"] = ("bad_amount", {})
    if wish.alert_at is not None and not are_thresholds(wish.alert_at):
        found[f"{key}.alert_at"] = ("bad_thresholds", {})
    return found


def _ceiling_problems(key: str, wish: ServiceWish) -> Problems:
    if wish.ceiling is None:
        return {f"{key}.ceiling": ("ceiling_missing", {})}
    if not 0 <= wish.ceiling <= MOST_UNITS:
        return {f"{key}.ceiling": ("bad_number", {"most": MOST_UNITS})}
    if wish.limit is None:
        return {f"{key}.limit": ("ceiling_needs_limit", {})}
    if wish.ceiling < wish.limit:
        return {f"{key}.ceiling": ("ceiling_low", {"limit": wish.limit})}
    return {}


def are_thresholds(values: tuple[int, ...]) -> bool:
    """Whether alerts can be set at these percentages: one to five, rising, each from 1 to 1,000."""
    return 1 <= len(values) <= 5 and list(values) == sorted(set(values)) and all(1 <= v <= 1000 for v in values)
