"""Thresholds: raised once each, resolved when a raised limit ends them, told to the right people."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from portal.db import transaction
from portal.domain import mail, outbox, rights
from portal.domain.accounts import Person, staff_to_tell
from portal.domain.metering.calculations import reached
from portal.domain.metering.models import Alert
from portal.domain.metering.queries import Usage, usage_of
from portal.domain.settings import find_service
from portal.domain.tenants import Agency, App, Client, apps_of_client


class Origins(Protocol):
    """Where links lead; given by the edge, for the domain knows no addresses."""

    def settings_of(self, client: Client) -> str: ...

    def services_of(self, app: App) -> str: ...


def check_client(client: Client, service: str, *, now: datetime) -> None:
    """Look again after a change of limit."""
    with transaction():
        check(client, service, now=now)


def check(client: Client, service: str, *, now: datetime) -> None:
    """Raise what the present use has reached and is not raised yet; end what it no longer reaches.

    Must run inside the transaction of its cause. The unique row (client, service, period,
    threshold, limit version) makes each alert once, whoever looks at the same moment.
    """
    usage = _usage_of(client, service, now)
    if usage is None:
        return
    if usage.enabled:
        _raise(usage, now)
    _resolve(usage, now)


def _usage_of(client: Client, key: str, now: datetime, label: str | None = None) -> Usage | None:
    service = find_service(key)
    found = usage_of(client, now=now, label=label, services=[service]) if service else []
    return found[0] if found else None


def _raise(usage: Usage, now: datetime) -> None:
    fresh = []
    for threshold in reached(usage.used, usage.limit, usage.alert_at):
        row = Alert(
            client=usage.client,
            service=usage.service.key,
            period=usage.period.label,
            threshold=threshold,
            limit_version=usage.limit_version,
            used=usage.used,
            limit=usage.limit,
            raised_at=now,
        )
        Alert.insert(**row.__data__).on_conflict_ignore().execute()
        if Alert.select(Alert.id).where(_same(row)).get().id == row.id:
            fresh.append(row)
    if not fresh:
        return
    highest = fresh[-1]
    Alert.update(superseded_by=highest.id).where(
        (Alert.client == usage.client)
        & (Alert.service == usage.service.key)
        & (Alert.period == usage.period.label)
        & (Alert.id != highest.id)
        & Alert.superseded_by.is_null()
        & Alert.resolved_at.is_null()
    ).execute()
    outbox.put("alert.raised", key=f"alert:{highest.id}", now=now, alert=str(highest.id))


def _resolve(usage: Usage, now: datetime) -> None:
    """Alerts under an older limit that the present one does not reach are over."""
    standing = Alert.select().where(
        (Alert.client == usage.client)
        & (Alert.service == usage.service.key)
        & (Alert.period == usage.period.label)
        & Alert.resolved_at.is_null()
        & Alert.superseded_by.is_null()
        & (Alert.limit_version < usage.limit_version)
    )
    still = set(reached(usage.used, usage.limit, usage.alert_at)) if usage.enabled else set()
    for row in list(standing):
        if row.threshold in still:
            continue
        Alert.update(resolved_at=now).where(Alert.id == row.id).execute()
        outbox.put("alert.resolved", key=f"resolved:{row.id}", now=now, alert=str(row.id))


def tell(alert_id: UUID, *, resolved: bool, origins: Origins, now: datetime) -> None:
    """Write one letter for each person who should hear of it: staff in the vendor's brand, the client's people in the agency's."""
    alert = Alert.select(Alert, Client, Agency).join(Client).join(Agency).where(Alert.id == alert_id).get()
    client: Client = alert.client
    usage = _usage_of(client, alert.service, now, alert.period)
    if usage is None:
        return
    letter = "limit_resolved" if resolved else "limit_reached" if alert.threshold >= 100 else "limit_approaching"
    with transaction():
        for person in staff_to_tell(client):
            _write(letter, person, alert, usage, None, origins.settings_of(client), now)
        apps = apps_of_client(client)
        told: set[UUID] = set()
        for contributor in rights.people_with(apps, "services"):
            if contributor.wants_notices and client.access and contributor.person_id not in told:
                told.add(contributor.person_id)
                app = next(a for a in apps if a.id == contributor.app_id)
                link = origins.services_of(app)
                _write(letter, contributor.person, alert, usage, client.agency_id, link, now)


def _write(
    letter: str, person: Person, alert: Alert, usage: Usage, agency_id: UUID | None, link: str, now: datetime
) -> None:
    mail.post(
        letter,
        to=person.email,
        name=person.name,
        language=person.language,
        agency_id=agency_id,
        key=str(alert.id),
        now=now,
        client=usage.client.name,
        service=usage.service.key,
        used=usage.used if letter != "limit_reached" else max(usage.used, alert.used),
        limit=usage.limit,
        threshold=alert.threshold,
        excess=usage.excess.units,
        excess_amount=usage.excess.amount,
        price=usage.price,
        block=usage.service.block,
        projected=usage.projected,
        projected_amount=usage.projected_excess.amount,
        currency=usage.client.currency,
        period=alert.period,
        at_limit=usage.at_limit.value,
        ceiling=usage.ceiling,
        link=link,
    )


def _same(row: Alert):  # type: ignore[no-untyped-def]  # a peewee expression
    return (
        (Alert.client == row.client_id)
        & (Alert.service == row.service)
        & (Alert.period == row.period)
        & (Alert.threshold == row.threshold)
        & (Alert.limit_version == row.limit_version)
    )
