"""An event written down for every endpoint that listens, in the transaction of its cause."""

from __future__ import annotations

import hashlib
import json
from base64 import b32encode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from portal.db import new_id, transaction
from portal.domain import audit, outbox
from portal.domain.audit import Actor
from portal.domain.errors import Conflict
from portal.domain.rights import Permission, still_may
from portal.domain.webhooks.catalogue import EVENTS, TEST_EVENT, State
from portal.domain.webhooks.models import Delivery, Endpoint


def post(agency_id: UUID, event_type: str, data: dict[str, Any], *, key: str, now: datetime) -> None:
    """Tell every endpoint of the agency that listens to `event_type`.

    Must run inside the transaction of its cause. `data` is plain JSON; `key` names the cause: the same one posted
    again changes nothing.
    """
    assert event_type in EVENTS, event_type
    message_id = _message_id(f"{agency_id}|{event_type}|{key}")
    listening = [row for row in _open_endpoints(agency_id) if event_type in row.events]
    for endpoint in listening:
        _write(endpoint, message_id, event_type, data, now)
    if listening:
        _ring(message_id, now)


def send_test(endpoint: Endpoint, *, by: Actor, now: datetime) -> Delivery:
    """Send a harmless event to this endpoint alone. Raises Conflict while it is paused."""
    if endpoint.paused_at:
        raise Conflict("webhook_paused")
    message_id = _message_id(f"{endpoint.id}|{TEST_EVENT}|{new_id()}")
    with transaction():
        still_may(endpoint.agency, by, Permission.PRICES)
        delivery = _write(endpoint, message_id, TEST_EVENT, {"message": "A test, sent by hand."}, now)
        _ring(message_id, now)
        _record("webhook.tested", endpoint, by, now)
    return delivery


def replay(endpoint: Endpoint, delivery: Delivery, *, by: Actor, now: datetime) -> None:
    """Send it once more, under its old id. Raises Conflict while it is on its way or its endpoint is paused."""
    if endpoint.paused_at:
        raise Conflict("webhook_paused")
    with transaction():
        still_may(endpoint.agency, by, Permission.PRICES)
        changed = (
            Delivery.update(
                state=State.PENDING.value, next_at=now, tries=0, ended_at=None, outcome="", claimed_until=None
            )
            .where((Delivery.id == delivery.id) & (Delivery.state != State.PENDING.value))
            .execute()
        )
        if not changed:
            raise Conflict("webhook_under_way")
        _ring(f"{delivery.id}:{new_id()}", now)
        _record("webhook.replayed", endpoint, by, now, message=delivery.message_id)


def _open_endpoints(agency_id: UUID) -> list[Endpoint]:
    living = Endpoint.deleted_at.is_null() & Endpoint.paused_at.is_null()
    return list(Endpoint.select().where((Endpoint.agency == agency_id) & living).order_by(Endpoint.created_at))


def _write(endpoint: Endpoint, message_id: str, event: str, data: dict[str, Any], now: datetime) -> Delivery:
    """The row, with the very text that is signed and sent; the row that is there already where it is."""
    row = Delivery(
        endpoint=endpoint,
        message_id=message_id,
        event=event,
        body=json.dumps(
            {"type": event, "timestamp": _moment(now), "data": data}, ensure_ascii=False, separators=(",", ":")
        ),
        created_at=now,
        state=State.PENDING.value,
        next_at=now,
    )
    Delivery.insert(**row.__data__).on_conflict_ignore().execute()
    return row


def _message_id(cause: str) -> str:
    """The same cause has the same id: whoever receives it twice knows it by that."""
    return "msg_" + b32encode(hashlib.sha256(cause.encode()).digest()[:20]).decode().lower()


def _moment(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _ring(key: str, now: datetime) -> None:
    outbox.put("webhooks.due", key=f"webhooks:{key}", now=now)


def _record(action: str, endpoint: Endpoint, by: Actor, now: datetime, **details: Any) -> None:
    audit.record(action, by=by, now=now, agency_id=endpoint.agency_id, subject=endpoint.url, **details)
