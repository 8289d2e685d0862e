"""Who will pass a limit this month, and when: found once a day, told once for each limit version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from portal.db import key_of, rows_of, transaction
from portal.domain import at_hand, outbox, periods, settings, tenants
from portal.domain.metering.models import DayFact
from portal.domain.metering.notice_models import LimitForecast
from portal.domain.metering.queries import Usage, keep_counters, usage_of
from portal.domain.metering.standing import passes_on
from portal.domain.tenants import Agency, Client, period_at

ENOUGH = timedelta(days=5)
"""How much of a month must be over before its pace says anything."""
DAYS_WITH_USE = 3
"""On how many days something must have been used: one busy day is no pace."""

_FORESEEN = "SELECT client_id, service, limit_version FROM limit_forecast WHERE client_id IN ?ids AND period IN ?texts"


def foresee(agency: Agency, *, now: datetime) -> int:
    """Write down each limit of the agency's clients that will be passed at the present pace; how many are new.

    A limit that has reached a threshold already is told of by its alert. The unique row (client, service,
    period, limit version) makes each forecast once, whoever looks at the same moment.
    """
    clients = [client for client in tenants.clients_of(agency) if not client.suspended_at]
    for client in clients:
        client.agency = agency
    return sum(_land(usage, now) for usage in _passing(agency, clients, now))


def foreseen(clients: Iterable[Client], *, now: datetime) -> set[tuple[UUID, str, int]]:
    """(client, service, limit version) of what was forecast for the present period of these clients."""
    by_id = {client.id: client for client in clients}
    labels = {period_at(client.agency, now).label for client in by_id.values()}
    found: set[tuple[UUID, str, int]] = set()
    for part in at_hand.in_parts(map(key_of, by_id)):
        rows = rows_of(_FORESEEN, part, sorted(labels))
        found |= {(UUID(key_of(client_id)), service, version) for client_id, service, version in rows}
    return found


def is_coming(usage: Usage, *, now: datetime) -> bool:
    """Whether the limit is still ahead and will be passed."""
    return usage.reached is None and passes_on(usage, now=now) is not None


def _passing(agency: Agency, clients: list[Client], now: datetime) -> list[Usage]:
    """Read at once for all of them; nothing is written meanwhile."""
    if now - period_at(agency, now).starts_at < ENOUGH:
        return []
    with at_hand.keeping():
        tenants.keep_terms([tenants.the_operator(), agency, *clients])
        settings.keep_limits(clients)
        keep_counters(clients)
        return [usage for client in clients for usage in usage_of(client, now=now) if is_coming(usage, now=now)]


def _land(usage: Usage, now: datetime) -> bool:
    """Write the forecast down and let it be told; False where it was there, or too few days had use."""
    day = passes_on(usage, now=now)
    if day is None or usage.limit is None or _days_with_use(usage) < DAYS_WITH_USE:
        return False
    row = LimitForecast(
        client=usage.client,
        service=usage.service.key,
        period=usage.period.label,
        limit_version=usage.limit_version,
        used=usage.used,
        limit=usage.limit,
        projected=usage.projected,
        passes_on=day,
        made_at=now,
    )
    with transaction():
        LimitForecast.insert(**row.__data__).on_conflict_ignore().execute()
        landed = LimitForecast.get_or_none(LimitForecast.id == row.id) is not None
        if landed:
            outbox.put("limit.foreseen", key=f"foreseen:{row.id}", now=now, forecast=str(row.id))
    return landed


def _days_with_use(usage: Usage) -> int:
    first, last = periods.first_day(usage.period.label), periods.last_day(usage.period.label)
    return int(
        DayFact.select()
        .where(
            (DayFact.client == usage.client)
            & (DayFact.service == usage.service.key)
            & DayFact.day.between(first, last)
            & (DayFact.used > 0)
        )
        .count()
    )
