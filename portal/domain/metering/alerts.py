"""Thresholds: raised once each, resolved when a raised limit ends them."""

from __future__ import annotations

from datetime import datetime

from peewee import Expression

from portal.db import Prepared, key_of, locked, transaction
from portal.domain import outbox
from portal.domain.metering import attention
from portal.domain.metering.calculations import reached
from portal.domain.metering.models import Alert
from portal.domain.metering.queries import Usage, usage_of, used_by_clients
from portal.domain.settings import find_service, metered_services
from portal.domain.tenants import Agency, Client


def check_client(client: Client, service: str, *, now: datetime) -> None:
    """Look again after a change of limit.

    Waits for a batch of the agency that is being counted: it decided by the limit before.
    """
    with transaction():
        locked(Agency.select(Agency.id).where(Agency.id == client.agency_id)).get()
        check(client, service, now=now)


def begin_month(client: Client, *, now: datetime) -> None:
    """Look at what the gauges carried over: it may stand at a limit before the month's first event comes."""
    for service in metered_services():
        if service.is_gauge:
            check_client(client, service.key, now=now)


def check_agency(agency: Agency, *, now: datetime) -> None:
    """Look again at every client that used something this month, after a change of the agency's own thresholds."""
    for client, service in used_by_clients(agency, now=now):
        check_client(client, service, now=now)


def check(client: Client, service: str, *, now: datetime) -> None:
    """Raise what the present use has reached and is not raised yet; end what it no longer reaches.

    Must run inside the transaction of its cause. The unique row (client, service, period,
    threshold, limit version) makes each alert once, whoever looks at the same moment.
    """
    attention.look(client, now=now)
    known = find_service(service)
    for usage in usage_of(client, now=now, services=[known]) if known else ():
        ended = _end(usage, now)
        told = _raise(usage, now) if usage.enabled else None
        if usage.enabled and not told:  # one change tells one thing
            for alert in ended:
                outbox.put("alert.resolved", key=f"resolved:{alert.id}", now=now, alert=str(alert.id))


def _end(usage: Usage, now: datetime) -> list[Alert]:
    """Alerts under an older limit that the present one does not reach are over, and all of a service that is off."""
    standing = _of(usage) & Alert.resolved_at.is_null() & Alert.superseded_by.is_null()
    still = reached(usage.used, usage.limit, usage.alert_at)
    if usage.enabled:
        standing &= (Alert.limit_version < usage.limit_version) & ~Alert.threshold.in_(still)
    ended = list(Alert.select().where(standing))
    if not ended:
        return []
    Alert.update(resolved_at=now).where(Alert.id.in_([alert.id for alert in ended])).execute()
    return ended


def _raise(usage: Usage, now: datetime) -> Alert | None:
    """The alert that is to be told, if one is new: the highest. All below it and before it give way to it."""
    fresh = [
        alert for percent in reached(usage.used, usage.limit, usage.alert_at) if (alert := _land(usage, percent, now))
    ]
    under_this_limit = _of(usage) & (Alert.limit_version == usage.limit_version)
    highest = Alert.select().where(under_this_limit).order_by(Alert.threshold.desc()).first()
    if highest is None:
        return None
    # a service that is on again stands where it stood
    Alert.update(resolved_at=None).where(under_this_limit & Alert.superseded_by.is_null()).execute()
    Alert.update(superseded_by=highest.id).where(
        _of(usage) & (Alert.id != highest.id) & Alert.superseded_by.is_null() & Alert.resolved_at.is_null()
    ).execute()
    if highest.id not in {alert.id for alert in fresh}:
        return None
    outbox.put("alert.raised", key=f"alert:{highest.id}", now=now, alert=str(highest.id))
    return highest


def _land(usage: Usage, percent: int, now: datetime) -> Alert | None:
    """Write the alert down; None when it was there already."""
    row = Alert(
        client=usage.client,
        service=usage.service.key,
        period=usage.period.label,
        threshold=percent,
        limit_version=usage.limit_version,
        used=usage.used,
        limit=usage.limit,
        raised_at=now,
    )
    row.place("ON CONFLICT DO NOTHING")
    landed = _standing(usage.client.id.hex, row.service, row.period, percent, usage.limit_version)
    return row if key_of(landed[0][0]) == row.id.hex else None


_standing = Prepared(
    lambda client, service, period, threshold, version: Alert.select(Alert.id).where(
        (Alert.client == client)
        & (Alert.service == service)
        & (Alert.period == period)
        & (Alert.threshold == threshold)
        & (Alert.limit_version == version)
    )
)


def _of(usage: Usage) -> Expression:
    """All alerts of the client's service in the period."""
    return (Alert.client == usage.client) & (Alert.service == usage.service.key) & (Alert.period == usage.period.label)
