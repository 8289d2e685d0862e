"""What a client may use of a service: the question a service asks before it serves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response

from portal import clock
from portal.blueprints.api.clients import client_named, names_of
from portal.blueprints.api.pace import paced
from portal.blueprints.api.problems import resource
from portal.blueprints.api.replies import reply
from portal.domain import metering, settings, tenants
from portal.domain.accounts import Machine
from portal.domain.errors import NotFound
from portal.domain.settings import Kind, ManagedBy, Service
from portal.domain.tenants import Agency, Client
from portal.web.access import machine

bp = resource("services", __name__)


@bp.get("/clients/<client>/services/<service>")
@machine(scope="usage:read")
@paced
def show(asker: Machine, client: str, service: str) -> Response:
    kind = settings.find_service(service)
    if kind is None:
        raise NotFound
    now = clock.now()
    found = (
        _metered(asker.agency, client, kind, now)
        if kind.is_metered
        else _switched(client_named(asker.agency, client), kind, now)
    )
    return reply(found)


def _metered(agency: Agency, client: str, service: Service, now: datetime) -> dict[str, Any]:
    """Amounts in minor units; `excess` in units. Services ask this before every use: no row is read twice for it."""
    for name in names_of(client):
        found = metering.entitlement_of(agency, name, service, now=now)
        if found:
            break
    else:
        raise NotFound
    return {
        "client": found.client,
        "service": service.key,
        "enabled": found.enabled,
        "managed_by": ManagedBy.AGENCY.value,
        "used": found.used,
        "current": found.current,
        "limit": found.limit,
        "at_limit": found.at_limit.value,
        "ceiling": found.ceiling,
        "remaining": found.remaining,
        "excess": found.excess,
        "unit_price": found.price,
        "block": service.block,
        "currency": found.currency,
        "period": found.period,
    }


def _switched(client: Client, service: Service, now: datetime) -> dict[str, Any]:
    """A service that is on or off: nothing is counted, so every number is null."""
    held = settings.current(client, now=now)
    managed = service.kind == Kind.MANAGED
    numbers = ("used", "current", "limit", "at_limit", "ceiling", "remaining", "excess", "unit_price", "block")
    return {
        "client": client.slug,
        "service": service.key,
        "enabled": (held.optimizer_enabled if managed else held.direct_support) and not client.suspended_at,
        "managed_by": held.optimizer_managed_by if managed else ManagedBy.AGENCY.value,
        **dict.fromkeys(numbers),
        "currency": client.currency,
        "period": tenants.period_at(client.agency, now).label,
    }
