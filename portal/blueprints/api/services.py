"""What a client may use of a service: the question a service asks before it serves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, jsonify

from portal import clock
from portal.blueprints.api.clients import client_named
from portal.blueprints.api.pace import paced
from portal.blueprints.api.problems import resource
from portal.domain import metering, settings, tenants
from portal.domain.accounts import Machine
from portal.domain.errors import NotFound
from portal.domain.settings import Kind, ManagedBy, Service
from portal.domain.tenants import Client
from portal.web.access import machine

bp = resource("services", __name__)


@bp.get("/clients/<client>/services/<service>")
@machine(scope="usage:read")
@paced
def show(asker: Machine, client: str, service: str) -> Response:
    found, kind = client_named(asker.agency, client), settings.find_service(service)
    if kind is None:
        raise NotFound
    now = clock.now()
    return jsonify(_metered(found, kind, now) if kind.is_metered else _switched(found, kind, now))


def _metered(client: Client, service: Service, now: datetime) -> dict[str, Any]:
    """Amounts in minor units; `excess` in units."""
    [usage] = metering.usage_of(client, now=now, services=[service])
    return {
        "client": client.slug,
        "service": service.key,
        "enabled": usage.enabled and not client.suspended_at,
        "managed_by": ManagedBy.AGENCY.value,
        "used": usage.used,
        "current": usage.current,
        "limit": usage.limit,
        "at_limit": usage.at_limit.value,
        "ceiling": usage.ceiling,
        "remaining": usage.left,
        "excess": usage.excess.units,
        "unit_price": usage.price,
        "block": service.block,
        "currency": client.currency,
        "period": usage.period.label,
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
