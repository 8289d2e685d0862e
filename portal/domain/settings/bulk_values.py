"""What a change of many clients asks for, and what comes out of it for one of them. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from portal.domain import money
from portal.domain.settings.package_values import plain
from portal.domain.settings.queries import Current
from portal.domain.settings.values import ServiceWish, Wish

Values = dict[str, Any]
"""Settings by field: `licence_price`, `litmus_test.limit`."""
Wanted = Mapping[str, Mapping[str, Any]]
"""By field one of `{"set": value}`, `{"amounts": {"BRL": 900}}`, `{"percent": 500}` (basis points), `{"list": True}`
(the agency's own price; beside amounts: for other currencies)."""
Changes = dict[str, list[Any]]
"""[before, after] by field."""
Notes = dict[str, list[Any]]
"""[code, values] by field: why it stays, how it was rounded, why it can't be taken."""

PLAIN = ("direct_support", "payment_option", "optimizer_managed_by", "optimizer_enabled", "licence_price")
OF_SERVICE = ("enabled", "limit", "at_limit", "ceiling", "alert_at", "price")
TERMS = ("payment_option", "licence_price", "price")
"""Fields that change at a month's start."""


def flat(wish: Wish) -> Values:
    """A wish field by field, as it can be kept."""
    values: Values = {name: getattr(wish, name) for name in PLAIN}
    for key, service in wish.services.items():
        values |= {f"{key}.{name}": getattr(plain(service), name) for name in OF_SERVICE}
        values[f"{key}.alert_at"] = list(service.alert_at) if service.alert_at else None
    return values


def unflat(values: Values) -> Wish:
    """The wish of these fields."""
    keys = dict.fromkeys(name.partition(".")[0] for name in values if "." in name)
    services = {key: ServiceWish(**{name: values[f"{key}.{name}"] for name in OF_SERVICE}) for key in keys}
    services = {
        key: replace(service, alert_at=tuple(service.alert_at) if service.alert_at else None)
        for key, service in services.items()
    }
    return Wish(**{name: values[name] for name in PLAIN}, services=services)


def changed(before: Values, after: Values) -> Changes:
    """The fields in which they differ; a ceiling counts only where it is what happens at the limit."""
    after = flat(unflat(after))
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}


def applied(before: Values, wanted: Wanted, held: Current) -> tuple[Values, Notes]:
    """What the client would have, and what there is to say about single fields."""
    after, notes = dict(before), Notes()
    for name, way in wanted.items():
        if name not in before:
            continue
        value, note = _value(before[name], way, held.client.currency)
        after[name] = value
        if note:
            notes[name] = note
        elif value == before[name]:
            notes[name] = ["already_so", {}]
    return after, notes


def taken_back(before: Values, done: Changes) -> tuple[Values, Notes]:
    """What the client would have after an undo: fields that were changed again since stay."""
    after, notes = dict(before), Notes()
    for name, (old, new) in done.items():
        if name not in before:
            continue
        if before[name] == new:
            after[name] = old
        else:
            notes[name] = ["already_so", {}] if before[name] == old else ["changed_since", {}]
    return after, notes


def raised(amount: int, basis_points: int) -> tuple[int, Decimal]:
    """An amount raised or lowered by a percentage, rounded half up, and exactly."""
    exact = Decimal(amount) * (10_000 + basis_points) / 10_000
    return money.rounded(exact), exact


def _value(before: Any, way: Mapping[str, Any], currency: str) -> tuple[Any, list[Any] | None]:
    """The new value of one field, and what to say about it where it is not plain."""
    if "set" in way:
        return way["set"], None
    if currency in way.get("amounts", {}):
        return way["amounts"][currency], None
    if "list" in way:
        return None, None
    if "amounts" in way:
        return before, _note("no_amount", currency=currency)
    if before is None:
        return before, _note("price_as_listed")
    value, exact = raised(before, way["percent"])
    if value == before:
        return before, _note("percent_too_small")
    return value, _note("rounded", exact=str(exact.normalize())) if exact != value else None


def _note(code: str, **values: Any) -> list[Any]:
    return [code, values]
