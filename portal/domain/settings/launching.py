"""The way from a client's back office to a service outside the portal."""

from __future__ import annotations

from datetime import datetime

from portal.db import transaction
from portal.domain import audit
from portal.domain.audit import Actor
from portal.domain.errors import Forbidden, NotFound
from portal.domain.settings.models import ClientSettings
from portal.domain.settings.services import Service, find_service
from portal.domain.settings.versions import limits_in_force
from portal.domain.tenants import App, Client


def open_service(app: App, key: str, *, by: Actor, now: datetime) -> Service:
    """The service that somebody of this app goes to, written down as a visit.

    Raises NotFound where there is no such service to go to, Forbidden while it is off for the client or
    the client, app or agency is suspended.
    """
    service = find_service(key)
    if service is None or not service.address:
        raise NotFound
    with transaction():
        if app.agency.suspended_at or app.client.suspended_at or app.suspended_at:
            raise Forbidden("service_resting")
        if not _is_on(app.client, service):
            raise Forbidden("service_off")
        audit.record(
            "service.opened",
            by=by,
            now=now,
            agency_id=app.agency_id,
            client_id=app.client_id,
            app_id=app.id,
            subject=service.names[app.agency.language],
            service=service.key,
        )
    return service


def _is_on(client: Client, service: Service) -> bool:
    if service.is_metered:
        return bool(limits_in_force(client)[service.key].enabled)
    return bool(ClientSettings.get(ClientSettings.client == client).optimizer_enabled)
