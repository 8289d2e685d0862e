"""Endpoints made, changed, paused, and their secrets; Forbidden for staff who lost the right while they asked."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from portal.db import locked, transaction
from portal.domain import audit, texts
from portal.domain.audit import Actor
from portal.domain.errors import Invalid, NotFound, Refused
from portal.domain.rights import Permission, still_may
from portal.domain.tenants import Agency
from portal.domain.webhooks.catalogue import EVENTS, PauseReason
from portal.domain.webhooks.models import Endpoint

Seal = Callable[[str], str]
"""Makes of a secret what may be kept; given by the edge, which has the key."""

MOST_ENDPOINTS = 20
OVERLAP = timedelta(hours=24)
"""How long the old secret signs along after a rotation."""
_LONGEST_URL, _LONGEST_DESCRIPTION = 1000, 200


def add_endpoint(
    agency: Agency, *, url: str, description: str, events: Collection[str], seal: Seal, by: Actor, now: datetime
) -> tuple[Endpoint, str]:
    """A new endpoint and its signing secret, which is never to be seen again.

    `url` was judged by the edge. Raises Invalid at the field, Refused when there are too many.
    """
    values = _clean(url, description, events)
    secret = _new_secret()
    with transaction():
        still_may(agency, by, Permission.PRICES)
        locked(Agency.select(Agency.id).where(Agency.id == agency.id)).get()
        if _living(agency).count() >= MOST_ENDPOINTS:
            raise Refused("too_many_endpoints", most=MOST_ENDPOINTS)
        endpoint = Endpoint.create(agency=agency, secret=seal(secret), created_by=by.name, created_at=now, **values)
        _record("webhook.added", endpoint, by, now, events=endpoint.events)
    return endpoint, secret


def change_endpoint(
    endpoint: Endpoint, *, url: str, description: str, events: Collection[str], by: Actor, now: datetime
) -> None:
    """Bring address, description and events to the wanted ones. What is on its way goes to the new address."""
    values = _clean(url, description, events)
    changed = sorted(name for name, value in values.items() if getattr(endpoint, name) != value)
    if not changed:
        return
    with transaction():
        still_may(endpoint.agency, by, Permission.PRICES)
        _update(endpoint, **values)
        _record("webhook.changed", endpoint, by, now, changed=changed)


def set_endpoint_paused(endpoint: Endpoint, *, paused: bool, by: Actor, now: datetime) -> None:
    """Bring it to the wanted state. What waits while it is paused is not sent, nor later by itself."""
    if bool(endpoint.paused_at) == paused:
        return
    with transaction():
        still_may(endpoint.agency, by, Permission.PRICES)
        _update(
            endpoint,
            paused_at=now if paused else None,
            paused_for=PauseReason.PERSON.value if paused else "",
            failing_since=None,
        )
        _record("webhook.paused" if paused else "webhook.resumed", endpoint, by, now)


def rotate_secret(endpoint: Endpoint, *, seal: Seal, by: Actor, now: datetime) -> str:
    """A new secret, to be shown once; the one before signs along for `OVERLAP`."""
    secret = _new_secret()
    with transaction():
        still_may(endpoint.agency, by, Permission.PRICES)
        present = locked(Endpoint.select().where(Endpoint.id == endpoint.id)).get()  # somebody may have just rotated it
        _update(endpoint, secret=seal(secret), old_secret=present.secret, old_until=now + OVERLAP)
        _record("webhook.secret_rotated", endpoint, by, now)
    return secret


def forget_old_secrets(*, now: datetime) -> int:
    """Forget those that no longer sign along; how many it was."""
    over = (Endpoint.old_until <= now) & (Endpoint.old_secret != "")  # nosec B105
    return int(Endpoint.update(old_secret="", old_until=None).where(over).execute())  # nosec B106


def renew_seals(renewed: Seal) -> int:
    """Close every secret with the present key of the installation; how many endpoints that changed."""
    changed = 0
    with transaction():
        for row in locked(Endpoint.select().where(Endpoint.deleted_at.is_null())):
            secret, old = renewed(row.secret), row.old_secret and renewed(row.old_secret)
            if (secret, old) != (row.secret, row.old_secret):
                changed += Endpoint.update(secret=secret, old_secret=old).where(Endpoint.id == row.id).execute()
    return changed


def delete_endpoint(endpoint: Endpoint, *, by: Actor, now: datetime) -> None:
    """It hears nothing more, at once; its secrets are forgotten."""
    with transaction():
        still_may(endpoint.agency, by, Permission.PRICES)
        _update(endpoint, deleted_at=now, secret="", old_secret="", old_until=None)  # nosec B106
        _record("webhook.deleted", endpoint, by, now)


def _clean(url: str, description: str, events: Collection[str]) -> dict[str, object]:
    problems: dict[str, tuple[str, dict[str, object]]] = {}
    if len(url) > _LONGEST_URL:
        problems["url"] = ("too_long", {"most": _LONGEST_URL})
    description = texts.tidy(description)
    if description and (problem := texts.name_problem(description, most=_LONGEST_DESCRIPTION)):
        problems["description"] = problem
    if not events:
        problems["events"] = ("events_missing", {})
    elif not set(events) <= set(EVENTS):
        problems["events"] = ("bad_choice", {})
    if problems:
        raise Invalid(problems)
    return {"url": url, "description": description, "events": [key for key in EVENTS if key in events]}


def _new_secret() -> str:
    """256 random bits, written as Standard Webhooks writes them."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


def _living(agency: Agency):  # type: ignore[no-untyped-def]  # a peewee query
    return Endpoint.select().where((Endpoint.agency == agency) & Endpoint.deleted_at.is_null())


def _update(endpoint: Endpoint, **values: object) -> None:
    """Raises NotFound when somebody deleted it meanwhile."""
    if not Endpoint.update(**values).where((Endpoint.id == endpoint.id) & Endpoint.deleted_at.is_null()).execute():
        raise NotFound
    for name, value in values.items():
        setattr(endpoint, name, value)


def _record(action: str, endpoint: Endpoint, by: Actor, now: datetime, **details: Any) -> None:
    audit.record(action, by=by, now=now, agency_id=endpoint.agency_id, subject=endpoint.url, **details)
