"""Clients and apps taken out for a while and brought back: nothing is deleted, the agency stays inside."""

from __future__ import annotations

from datetime import datetime

from portal.db import transaction
from portal.domain import audit, texts
from portal.domain.audit import Actor
from portal.domain.errors import Invalid, Refused
from portal.domain.tenants.models import App, Client

LONGEST_REASON = 300


def set_client_suspended(client: Client, *, suspended: bool, reason: str = "", by: Actor, now: datetime) -> None:
    """Suspend the client (people out, use refused, data kept, agency still inside) or let it go on.

    `reason` is for the agency alone. Raises Invalid for one that can't be kept, Refused when the
    agency itself is suspended.
    """
    reason = _clean(reason) if suspended else ""
    if client.agency.suspended_at and not suspended:
        raise Refused("agency_suspended")
    with transaction():
        if _set(client, suspended, reason, now):
            _record("client", client, client, suspended, reason, by, now)


def set_app_suspended(app: App, *, suspended: bool, reason: str = "", by: Actor, now: datetime) -> None:
    """The same for one app: its people stay out and its pages are closed, the client's other apps go on.

    Use is counted for the client, not for an app: it is not refused.
    """
    reason = _clean(reason) if suspended else ""
    if app.agency.suspended_at and not suspended:
        raise Refused("agency_suspended")
    with transaction():
        if _set(app, suspended, reason, now):
            _record("app", app, app.client, suspended, reason, by, now)


def _clean(reason: str) -> str:
    reason = texts.tidy(reason)
    if len(reason) > LONGEST_REASON:
        raise Invalid({"reason": ("too_long", {"most": LONGEST_REASON})})
    if not texts.is_readable(reason):
        raise Invalid({"reason": ("bad_characters", {})})
    return reason


def _set(row: Client | App, suspended: bool, reason: str, now: datetime) -> bool:
    """Bring the row to the wanted state; whether it was in the other one."""
    since, because = (now, reason) if suspended else (None, None)
    kind = type(row)
    changed = (
        kind.update(suspended_at=since, suspended_because=because)
        .where((kind.id == row.id) & kind.suspended_at.is_null(suspended))
        .execute()
    )
    if changed:
        row.suspended_at, row.suspended_because = since, because
    return bool(changed)


def _record(
    kind: str, row: Client | App, client: Client, suspended: bool, reason: str, by: Actor, now: datetime
) -> None:
    audit.record(
        f"{kind}.suspended" if suspended else f"{kind}.resumed",
        by=by,
        now=now,
        agency_id=client.agency_id,
        client_id=client.id,
        app_id=row.id if isinstance(row, App) else None,
        subject=row.name,
        **({"reason": reason} if reason else {}),
    )
