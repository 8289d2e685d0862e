"""Who hears of a limit, in which brand: each once, and of what he wants to hear."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

from portal.db import transaction
from portal.domain import mail, rights
from portal.domain.accounts import Person, staff_to_tell, wants
from portal.domain.metering.digest import goes_now
from portal.domain.metering.forecasting import is_coming
from portal.domain.metering.hooks import post_alert
from portal.domain.metering.models import Alert
from portal.domain.metering.notice_models import LimitForecast
from portal.domain.metering.origins import Origins
from portal.domain.metering.queries import usage_of
from portal.domain.metering.standing import Standing, standing_of
from portal.domain.settings import find_service
from portal.domain.tenants import Agency, Client


def tell(alert_id: UUID, *, resolved: bool, origins: Origins, now: datetime) -> None:
    """Write one letter about an alert for each person who should hear of it.

    Staff get it in the vendor's brand, the client's people in the agency's: those who may see the
    services and want notices. Of a suspended agency nobody hears anything.
    """
    alert = Alert.select(Alert, Client, Agency).join(Client).join(Agency).where(Alert.id == alert_id).get()
    service = find_service(alert.service)
    if service is None or alert.client.agency.suspended_at:
        return
    usage = usage_of(alert.client, now=now, label=alert.period, services=[service])[0]
    kind = "resolved" if resolved else "reached" if alert.threshold >= 100 else "approaching"
    standing = standing_of(usage, now=now)
    if kind == "reached":  # a correction since then does not undo that it was reached
        standing = replace(standing, used=max(usage.used, alert.used))
    source = f"{'resolved' if resolved else 'raised'}:{alert.id}"
    with transaction():
        _tell_all(alert.client, kind, source, standing, origins, now)
        if not resolved:
            post_alert(alert, standing, now=now)


def tell_foreseen(forecast_id: UUID, *, origins: Origins, now: datetime) -> None:
    """Write the letters of a forecast, unless the limit was changed or reached meanwhile."""
    found = LimitForecast.select(LimitForecast, Client, Agency).join(Client).join(Agency)
    row = found.where(LimitForecast.id == forecast_id).get()
    service = find_service(row.service)
    if service is None or row.client.agency.suspended_at:
        return
    usage = usage_of(row.client, now=now, label=row.period, services=[service])[0]
    if usage.limit_version == row.limit_version and is_coming(usage, now=now):
        _tell_all(row.client, "foreseen", f"foreseen:{row.id}", standing_of(usage, now=now), origins, now)


def _tell_all(client: Client, kind: str, source: str, standing: Standing, origins: Origins, now: datetime) -> None:
    values = asdict(standing)
    with transaction():
        for person in staff_to_tell(client):
            if wants(person, kind, costs=standing.costs) and goes_now(person, source, client.agency, now=now):
                links = {
                    "link": origins.limit_of(client, standing.service),
                    "notices_link": origins.notices_at(None),
                }
                _post(kind, person, source, None, {**values, **links}, now)
        for reader in rights.readers_of(client, "services", now=now):
            links = {
                "link": origins.service_of(reader.app, standing.service),
                "notices_link": origins.notices_at(client.agency),
            }
            _post(kind, reader.person, source, client.agency_id, {**values, **links}, now)


def _post(
    kind: str, person: Person, source: str, agency_id: UUID | None, values: dict[str, object], now: datetime
) -> None:
    mail.post(
        f"limit_{kind}",
        to=person.email,
        name=person.name,
        language=person.language,
        agency_id=agency_id,
        key=source.partition(":")[2],
        now=now,
        **values,
    )
