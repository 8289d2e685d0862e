"""Limits and switches of a client's services: written as versions, never edited."""

from __future__ import annotations

from datetime import datetime

from portal.domain import outbox
from portal.domain.audit import Actor
from portal.domain.settings.catalogue import AtLimit
from portal.domain.settings.models import LimitVersion
from portal.domain.settings.values import ServiceWish, Wish
from portal.domain.settings.versions import limits_in_force
from portal.domain.tenants import Client

Changes = dict[str, list[object]]


def save_limits(client: Client, wish: Wish, *, by: Actor, now: datetime) -> Changes:
    """A new version for each service that the form changes; [old, new] by the field's name.

    Metering hears of it through the outbox: a lowered limit may have been reached already.
    """
    changes: Changes = {}
    held = limits_in_force(client)
    for key, service in wish.services.items():
        if changed := _changes(held[key], service):
            row = write_limit(client, key, service, held[key], by=by, now=now)
            message = f"limit:{client.id}:{key}:{row.version}"
            outbox.put("limit.changed", key=message, now=now, client=str(client.id), service=key)
            changes |= {f"{key}.{name}": pair for name, pair in changed.items()}
    return changes


def write_limit(
    client: Client, service: str, wish: ServiceWish, before: LimitVersion | None = None, *, by: Actor, now: datetime
) -> LimitVersion:
    """The version that follows `before`, in force from now on."""
    armed = before.limit_version + (before.limit != wish.limit) if before else 1
    if before:
        LimitVersion.update(in_force=False).where(
            (LimitVersion.client == client) & (LimitVersion.service == service) & LimitVersion.in_force
        ).execute()
    return LimitVersion.create(
        client=client,
        service=service,
        version=before.version + 1 if before else 1,
        limit_version=max(1, armed),
        enabled=wish.enabled,
        limit=wish.limit,
        at_limit=AtLimit(wish.at_limit).value,
        ceiling=_ceiling(wish),
        alert_at=list(wish.alert_at) if wish.alert_at else None,
        set_at=now,
        set_by=by.name,
    )


def _changes(old: LimitVersion, wish: ServiceWish) -> Changes:
    pairs: dict[str, tuple[object, object]] = {
        "enabled": (old.enabled, wish.enabled),
        "limit": (old.limit, wish.limit),
        "at_limit": (old.at_limit, wish.at_limit),
        "ceiling": (old.ceiling, _ceiling(wish)),
        "alert_at": (tuple(old.alert_at) if old.alert_at else None, wish.alert_at),
    }
    return {name: [before, after] for name, (before, after) in pairs.items() if before != after}


def _ceiling(wish: ServiceWish) -> int | None:
    return wish.ceiling if wish.at_limit == AtLimit.CEILING else None
