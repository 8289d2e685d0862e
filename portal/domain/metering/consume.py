"""Asking and counting in one step."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from portal.db import lock_row, microseconds, transaction
from portal.domain.metering.actions import close
from portal.domain.metering.calculations import excess_of
from portal.domain.metering.intake import Intake
from portal.domain.metering.ledger import Page
from portal.domain.metering.models import Consumption, UsageEvent
from portal.domain.metering.values import Event, hash_of, parse_event
from portal.domain.tenants import Agency, Client, period_at


@dataclass(frozen=True)
class Consumed:
    """What became of it. `code` is None when it counted, else why it did not, the numbers saying what is left."""

    code: str | None
    used: int
    current: int
    limit: int | None
    ceiling: int | None
    remaining: int | None
    excess: int
    period: str
    reason: str = ""
    field: str = ""


def consume(
    client: Client,
    service: str,
    *,
    event_id: Any,
    quantity: Any = None,
    value: Any = None,
    now: datetime,
) -> Consumed:
    """Count so much of the service now, or say why not; it counts once however often it is asked.

    The same id with the same body gets the first answer again. A refusal leaves no trace: the same
    id may ask again. `quantity` of a counter, `value` of a gauge, as they came (decoded JSON).
    Raises BadEvent where their form is wrong.
    """
    event = _event(client, service, event_id, quantity, value, now)
    with transaction():
        lock_row(Agency, client.agency_id.hex)
        intake = Intake(client.agency, now)
        intake.load([event])
        code = intake.take(event)
        if code == "duplicate":
            return _answered(client, event) or _standing(client, intake.page_of(event), None, now)
        answer = _standing(client, intake.page_of(event), None if code == "accepted" else code, now)
        if code == "accepted":
            close(intake)
            Consumption.create(event=intake.rows[0][0], answer=asdict(answer))
    return answer


def _event(client: Client, service: str, event_id: Any, quantity: Any, value: Any, now: datetime) -> Event:
    """The event as `parse_event` judges it, at this moment. Asked again it has the same fingerprint."""
    body = {"id": event_id, "client": client.slug, "service": service, "quantity": quantity, "value": value}
    event = parse_event({**body, "at": "1970-01-01T00:00:00Z"})
    event.client = str(client.id)
    event.at = microseconds(now)
    event.body_hash = hash_of(f"consume\n{client.id.hex}\n{service}\n{quantity}\n{value}")
    return event


def _answered(client: Client, event: Event) -> Consumed | None:
    """The answer that was given the first time."""
    found = (
        Consumption.select(Consumption.answer)
        .join(UsageEvent)
        .where((UsageEvent.agency == client.agency_id) & (UsageEvent.event_id == event.id))
        .first()
    )
    return Consumed(**found.answer) if found else None


def _standing(client: Client, page: Page | None, code: str | None, now: datetime) -> Consumed:
    """How the service stands."""
    if page is None:
        return Consumed(code, 0, 0, None, None, None, 0, period_at(client.agency, now).label)
    return Consumed(
        code,
        used=page.used,
        current=page.current,
        limit=page.limit,
        ceiling=page.ceiling,
        remaining=None if page.limit is None else max(0, page.limit - page.used),
        excess=excess_of(page.used, page.limit, page.service.block, 0).units,
        period=page.key[2],
    )
