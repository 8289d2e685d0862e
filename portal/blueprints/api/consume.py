"""Asking and counting in one step: may the client use this now, and if so, it has."""

from __future__ import annotations

from typing import Any

from flask import Response

from portal import clock
from portal.blueprints.api import bodies, usage_schemas
from portal.blueprints.api.clients import client_named
from portal.blueprints.api.pace import paced
from portal.blueprints.api.problems import Problem, resource, wrong_fields
from portal.blueprints.api.replies import reply
from portal.domain import metering, settings
from portal.domain.accounts import Machine
from portal.domain.errors import NotFound
from portal.domain.settings import Service
from portal.languages import gettext as _
from portal.web.access import machine

bp = resource("consume", __name__)


@bp.post("/clients/<client>/services/<service>/consume")
@machine(scope="usage:write")
@paced
def create(asker: Machine, client: str, service: str) -> Response:
    """200 where it was counted, now or before under the same id; 409 where it was not, with what is left."""
    found, kind = client_named(asker.agency, client), settings.find_service(service)
    if kind is None or not kind.is_metered:
        raise NotFound
    wanted = _wanted(kind)
    outcome = metering.consume(
        found, kind.key, event_id=wanted.id, quantity=wanted.quantity, value=wanted.value, now=clock.now()
    )
    if outcome.code == "invalid":
        raise wrong_fields({_field_of(kind): _("A counter sends quantity, a gauge sends value.")})
    if outcome.code:
        raise Problem(outcome.code, more=_left(outcome))
    return reply({"client": found.slug, "service": kind.key, "id": wanted.id, **_left(outcome)})


def _wanted(service: Service) -> usage_schemas.Consume:
    """Raises Problem unless the amount stands in the field of this kind of service, and in no other."""
    wanted = bodies.fitted(usage_schemas.Consume, bodies.read_object())
    sent = {name for name in ("quantity", "value") if getattr(wanted, name) is not None}
    if sent != {_field_of(service)}:
        raise wrong_fields({_field_of(service): _("A counter sends quantity, a gauge sends value.")})
    return wanted


def _field_of(service: Service) -> str:
    return "value" if service.is_gauge else "quantity"


def _left(outcome: metering.Consumed) -> dict[str, Any]:
    """Where the client stands, whether it was counted or not."""
    names = ("used", "current", "limit", "ceiling", "remaining", "excess", "period")
    return {name: getattr(outcome, name) for name in names}
