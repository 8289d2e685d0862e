"""Who hears of an alert, in which brand."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from portal.db import transaction
from portal.domain import mail, rights
from portal.domain.accounts import Person, staff_to_tell
from portal.domain.metering.models import Alert
from portal.domain.metering.queries import Usage, usage_of
from portal.domain.settings import find_service
from portal.domain.tenants import Agency, App, Client


class Origins(Protocol):
    """Where links lead; given by the edge, for the domain knows no addresses."""

    def settings_of(self, client: Client) -> str: ...

    def services_of(self, app: App) -> str: ...


def tell(alert_id: UUID, *, resolved: bool, origins: Origins, now: datetime) -> None:
    """Write one letter for each person who should hear of it.

    Staff get it in the vendor's brand, the client's people in the agency's: those who may see the
    services and want notices. Of a suspended agency nobody hears anything.
    """
    alert = Alert.select(Alert, Client, Agency).join(Client).join(Agency).where(Alert.id == alert_id).get()
    client: Client = alert.client
    service = find_service(alert.service)
    if service is None or client.agency.suspended_at:
        return
    usage = usage_of(client, now=now, label=alert.period, services=[service])[0]
    letter = "limit_resolved" if resolved else "limit_reached" if alert.threshold >= 100 else "limit_approaching"
    values = _values(alert, usage, reached=letter == "limit_reached")
    with transaction():
        for person in staff_to_tell(client):
            _post(letter, person, alert, None, {**values, "link": origins.settings_of(client)}, now)
        for reader in rights.readers_of(client, "services", now=now):
            link = origins.services_of(reader.app)
            _post(letter, reader.person, alert, client.agency_id, {**values, "link": link}, now)


def _values(alert: Alert, usage: Usage, *, reached: bool) -> dict[str, object]:
    return {
        "client": usage.client.name,
        "service": usage.service.key,
        "used": max(usage.used, alert.used) if reached else usage.used,
        "limit": usage.limit,
        "threshold": alert.threshold,
        "excess": usage.excess.units,
        "excess_amount": usage.excess.amount,
        "price": usage.price,
        "block": usage.service.block,
        "projected": usage.projected,
        "projected_amount": usage.projected_excess.amount,
        "currency": usage.client.currency,
        "period": alert.period,
        "at_limit": usage.at_limit.value,
        "ceiling": usage.ceiling,
    }


def _post(
    letter: str, person: Person, alert: Alert, agency_id: UUID | None, values: dict[str, object], now: datetime
) -> None:
    mail.post(
        letter,
        to=person.email,
        name=person.name,
        language=person.language,
        agency_id=agency_id,
        key=str(alert.id),
        now=now,
        **values,
    )
