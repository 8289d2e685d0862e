"""Usage as machines report it."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from portal import clock
from portal.blueprints.api import rejections, strict_json
from portal.blueprints.api.bodies import whole_body
from portal.blueprints.api.pace import paced
from portal.blueprints.api.problems import Problem, resource
from portal.domain import metering
from portal.domain.accounts import Machine
from portal.web.access import machine

MOST_EVENTS = 1_000

bp = resource("usage", __name__)


@bp.post("/usage")
@machine(scope="usage:write")
@paced
def create(asker: Machine) -> Response:
    """Count a batch: 200 whenever it could be read, with what became of each event."""
    batch = _events(strict_json.read(whole_body(), dict(request.headers)))
    outcome = metering.record(asker.agency, batch, now=clock.now())
    return jsonify(
        accepted=outcome.accepted,
        duplicates=outcome.duplicates,
        rejected=rejections.described(outcome.rejected, batch),
    )


def _events(body: Any) -> list[Any]:
    if not isinstance(body, dict) or set(body) != {"events"} or not isinstance(body["events"], list):
        raise Problem("not_a_batch")
    events = body["events"]
    if not events:
        raise Problem("no_events", most=MOST_EVENTS)
    if len(events) > MOST_EVENTS:
        raise Problem("too_many_events", most=MOST_EVENTS)
    return events
