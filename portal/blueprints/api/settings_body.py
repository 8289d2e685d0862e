"""Client settings as JSON: what is saved, and a change of any part of it as a wish."""

from __future__ import annotations

from typing import Any

from portal.blueprints.api import bodies, schemas
from portal.domain.settings import Current, ServiceState, ServiceWish, Wish

_READ_ONLY = frozenset({"block", "in_force"})


def described(held: Current) -> dict[str, Any]:
    """As saved; prices and payment that wait for the next month stand here, those of this month in `in_force`."""
    return {
        "direct_support": held.direct_support,
        "payment_option": held.next_payment_option.value,
        "licence_price": held.next_licence_price,
        "sales_optimizer": {"managed_by": held.optimizer_managed_by, "enabled": held.optimizer_enabled},
        "services": {key: _service(state) for key, state in held.services.items()},
        "in_force": {
            "period": held.period,
            "payment_option": held.payment_option.value,
            "licence_price": held.licence_price,
            "services": {key: {"price": state.price} for key, state in held.services.items()},
        },
    }


def change_of(held: Current, body: dict[str, Any]) -> schemas.SettingsChange:
    """The body as a change. What can only be read may be sent along as it is. Raises Problem naming the field."""
    shown = described(held)
    change = {name: value for name, value in body.items() if name != "in_force" or value != shown["in_force"]}
    services = change.get("services")
    if isinstance(services, dict):
        change["services"] = {key: _without_block(held, key, part) for key, part in services.items()}
    found = bodies.fitted(schemas.SettingsChange, change, read_only=_READ_ONLY)
    unknown = sorted(found.services.keys() - held.services.keys())
    if unknown:
        raise bodies.unknown_field(f"services.{unknown[0]}")
    return found


def wish_of(held: Current, change: schemas.SettingsChange) -> Wish:
    """What is saved with the change on top."""
    sent, optimizer = change.model_fields_set, change.sales_optimizer
    managed_by, enabled = optimizer.managed_by, optimizer.enabled
    return Wish(
        direct_support=change.direct_support if "direct_support" in sent else held.direct_support,
        payment_option=change.payment_option if "payment_option" in sent else held.next_payment_option.value,
        optimizer_managed_by=managed_by if "managed_by" in optimizer.model_fields_set else held.optimizer_managed_by,
        optimizer_enabled=enabled if "enabled" in optimizer.model_fields_set else held.optimizer_enabled,
        licence_price=change.licence_price if "licence_price" in sent else held.next_licence_price,
        services={key: _wish(state, change.services.get(key)) for key, state in held.services.items()},
    )


def name_of(field: str) -> str:
    """The name in the body of a field of the form: `litmus_test.limit` is `services.litmus_test.limit`."""
    if field.startswith("optimizer_"):
        return f"sales_optimizer.{field.removeprefix('optimizer_')}"
    return f"services.{field}" if "." in field else field


def _service(state: ServiceState) -> dict[str, Any]:
    return {
        "enabled": state.enabled,
        "limit": state.limit,
        "at_limit": state.at_limit.value,
        "ceiling": state.ceiling,
        "alert_at": list(state.alert_at),
        "price": state.next_own_price,
        "block": state.service.block,
    }


def _without_block(held: Current, key: str, part: Any) -> Any:
    state = held.services.get(key)
    if not isinstance(part, dict) or state is None or part.get("block") != state.service.block:
        return part
    return {name: value for name, value in part.items() if name != "block"}


def _wish(state: ServiceState, change: schemas.ServiceChange | None) -> ServiceWish:
    """The service as it is, with what was sent; thresholds that are in force anyway are no wish for one's own."""
    change = change or schemas.ServiceChange()
    sent = change.model_fields_set
    thresholds = tuple(sorted(set(change.alert_at))) if change.alert_at else None
    same = "alert_at" not in sent or thresholds == state.alert_at
    return ServiceWish(
        enabled=change.enabled if "enabled" in sent else state.enabled,
        limit=change.limit if "limit" in sent else state.limit,
        at_limit=change.at_limit if "at_limit" in sent else state.at_limit.value,
        ceiling=change.ceiling if "ceiling" in sent else state.ceiling,
        alert_at=state.own_alert_at if same else thresholds,
        price=change.price if "price" in sent else state.next_own_price,
    )
