"""Usage as machines report it."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from portal import clock
from portal.blueprints.api import rejections, strict_json
from portal.blueprints.api.pace import paced
from portal.blueprints.api.problems import Problem, resource
from portal.domain import metering
from portal.domain.accounts import Machine
from portal.web.access import machine

MOST_EVENTS = 1_000
MOST_BYTES = 1024 * 1024

bp = resource("usage", __name__)


@bp.post("/usage")
@machine(scope="usage:write")
@paced
def create(asker: Machine) -> Response:
    """Count a batch: 200 whenever it could be read, with what became of each event."""
    request.max_content_length = MOST_BYTES + 1  # a chunked body is cut off there in silence: the last byte tells
    body = request.get_data()
    if len(body) > MOST_BYTES:
        raise RequestEntityTooLarge
    batch = _events(strict_json.read(body, dict(request.headers)))
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
