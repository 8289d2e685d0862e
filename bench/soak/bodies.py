"""What goes over the wire. The body of an event is the same to the letter each time."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from bench.soak.spec import GAUGE, Event, Plan
from bench.soak.world import World

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSETS = (UTC, timezone(timedelta(hours=-3)), timezone(timedelta(hours=5, minutes=45)))


def body_of(plan: Plan, world: World, kind: str, places: list[int]) -> tuple[str, bytes]:
    """The path and the body of a job."""
    if kind == "consume":
        ask = plan.consumes[places[0]]
        path = f"/api/v1/clients/{plan.clients[ask.client].slug}/services/{ask.service}/consume"
        return path, json.dumps({"id": ask.id, "quantity": ask.amount}).encode()
    events = [_spoken(plan, world, place, plan.events[place]) for place in places]
    return "/api/v1/usage", json.dumps({"events": events}).encode()


def _spoken(plan: Plan, world: World, place: int, event: Event) -> dict[str, Any]:
    """Clients by slug or by id, moments with one offset or another."""
    at = _EPOCH + timedelta(microseconds=event.at)
    said: dict[str, Any] = {
        "id": event.id,
        "client": _client(plan, world, place, event),
        "service": event.service,
        "value" if event.service == GAUGE else "quantity": event.amount,
        "at": at.astimezone(_OFFSETS[place % 3]).isoformat(),
    }
    return said | ({"corrects": event.corrects} if event.corrects else {})


def _client(plan: Plan, world: World, place: int, event: Event) -> str:
    if event.client < 0:
        return "nobody"
    return str(UUID(world.client_ids[event.client])) if place % 5 == 0 else plan.clients[event.client].slug
