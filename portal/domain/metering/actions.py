from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from portal.db import locked, transaction
from portal.domain import periods
from portal.domain.metering import alerts
from portal.domain.metering.ledger import Ledger
from portal.domain.metering.models import UsageEvent
from portal.domain.metering.values import BadEvent, Event, Outcome, Rejection, parse_event
from portal.domain.settings import AtLimit, LimitVersion, find_service, limits_in_force
from portal.domain.tenants import Agency, Client, period_at
from portal.domain.tenants.models import Agency as AgencyRow

AHEAD = timedelta(minutes=5)
MOST_MONTHS_BACK = 13


def record(agency: Agency, batch: Sequence[Any], *, now: datetime) -> Outcome:
    """Count each event of the batch once, for ever; the good ones count whatever the bad ones are.

    `batch` holds events as they came (decoded JSON). One transaction: after an error nothing of
    it counted and it can be sent again. The agency's row is locked meanwhile, so that two batches
    with the same event can't both count it.
    """
    outcome = Outcome()
    with transaction():
        locked(AgencyRow.select(AgencyRow.id).where(AgencyRow.id == agency.id)).get()
        intake = _Intake(agency, now)
        events = list(_parsed(batch, outcome))
        intake.load([event for _, event in events])
        for index, event in events:
            code = intake.take(event)
            if code == "accepted":
                outcome.accepted += 1
            elif code == "duplicate":
                outcome.duplicates += 1
            else:
                outcome.rejected.append(Rejection(index, event.id, code, _DETAILS[code]))
        intake.write()
        for client, service in intake.touched:
            alerts.check(client, service, now=now)
    outcome.rejected.sort(key=lambda rejection: rejection.index)
    return outcome


_DETAILS = {
    "id_conflict": "this id was used before with another body",
    "ceiling_reached": "the client's ceiling leaves no room for it",
    "service_disabled": "the service is switched off for this client",
    "client_suspended": "the client is suspended",
    "unknown_client": "the agency has no such client",
    "unknown_service": "there is no such metered service",
    "too_early": "it lies more than 5 minutes ahead",
    "too_old": "it lies more than 13 months back",
    "invalid": "the correction does not fit an event of the same client and service, or goes below zero",
}


def _parsed(batch: Sequence[Any], outcome: Outcome):  # type: ignore[no-untyped-def]  # (index, Event) pairs
    for index, raw in enumerate(batch):
        try:
            yield index, parse_event(raw)
        except BadEvent as error:
            known = raw.get("id") if isinstance(raw, dict) and isinstance(raw.get("id"), str) else None
            outcome.rejected.append(Rejection(index, known[:128] if known else None, "invalid", str(error)))


class _Intake:
    """One batch on its way in: what it needs is loaded at once, what it changes is written at once."""

    def __init__(self, agency: Agency, now: datetime) -> None:
        self.agency, self.now = agency, now
        self.oldest = periods.start_of(_months_back(periods.label_of(now, agency.timezone)), agency.timezone)
        self.clients: dict[str, Client] = {}
        self.limits: dict[UUID, dict[str, LimitVersion]] = {}
        self.seen: dict[str, tuple[str, UUID, str, int]] = {}
        self.rows: list[UsageEvent] = []
        self.ledger = Ledger(agency)
        self.touched: dict[tuple[Client, str], None] = {}

    def load(self, events: list[Event]) -> None:
        names = {event.client for event in events}
        for client in Client.select().where(
            (Client.agency == self.agency) & (Client.slug.in_(names) | Client.id.in_(_uuids(names)))
        ):
            client.agency = self.agency
            self.clients[client.slug] = self.clients[str(client.id)] = client
        ids = {event.id for event in events} | {event.corrects for event in events if event.corrects}
        known = UsageEvent.select().where((UsageEvent.agency == self.agency) & UsageEvent.event_id.in_(ids))
        for row in known:
            self.seen[row.event_id] = (row.body_hash, row.client_id, row.service, row.quantity)

    def take(self, event: Event) -> str:
        """Decide about one event and book it; the code of what became of it."""
        if event.id in self.seen:
            return "duplicate" if self.seen[event.id][0] == event.body_hash else "id_conflict"
        client, service = self.clients.get(event.client), find_service(event.service)
        if client is None:
            return "unknown_client"
        if service is None or not service.is_metered:
            return "unknown_service"
        if event.at > self.now + AHEAD:
            return "too_early"
        if event.at < self.oldest:
            return "too_old"
        if client.suspended_at or self.agency.suspended_at:
            return "client_suspended"
        limit = self._limit(client, service.key)
        if limit is None or not limit.enabled:
            return "service_disabled"
        if (event.value is not None) != service.is_gauge:
            return "invalid"
        refused = self._correction_refused(event, client) or self._book(event, client, limit, service.is_gauge)
        if refused:
            return refused
        self.seen[event.id] = (event.body_hash, client.id, service.key, event.quantity or 0)
        self.touched[(client, service.key)] = None
        return "accepted"

    def write(self) -> None:
        for start in range(0, len(self.rows), 500):
            UsageEvent.insert_many([row.__data__ for row in self.rows[start : start + 500]]).execute()
        self.ledger.write()

    def _limit(self, client: Client, service: str) -> LimitVersion | None:
        if client.id not in self.limits:
            self.limits[client.id] = limits_in_force(client)
        return self.limits[client.id].get(service)

    def _correction_refused(self, event: Event, client: Client) -> str | None:
        if event.corrects is None:
            return None
        origin = self.seen.get(event.corrects)
        fits = origin is not None and origin[1:3] == (client.id, event.service) and origin[3] > 0
        return None if fits else "invalid"

    def _book(self, event: Event, client: Client, limit: LimitVersion, gauge: bool) -> str | None:
        period = period_at(self.agency, event.at)
        amount = event.value if gauge else event.quantity
        assert amount is not None, "the form was checked"
        page = self.ledger.page(client, event.service, period)
        wanted = amount if gauge else page.used + amount
        if wanted < 0:
            return "invalid"
        most = limit.limit if limit.at_limit == AtLimit.STOP else limit.ceiling
        if limit.at_limit != AtLimit.BILL and most is not None and wanted > most and amount > 0:
            return "ceiling_reached"
        day = periods.local_day(event.at, self.agency.timezone)
        self.ledger.book(page, amount, at=event.at, day=day, gauge=gauge)
        self.rows.append(
            UsageEvent(
                agency=self.agency,
                event_id=event.id,
                body_hash=event.body_hash,
                client=client,
                service=event.service,
                quantity=amount,
                corrects=event.corrects,
                at=event.at,
                received_at=self.now,
                period=period.label,
            )
        )
        return None


def _months_back(label: str) -> str:
    for _ in range(MOST_MONTHS_BACK):
        label = periods.preceding(label)
    return label


def _uuids(names: set[str]) -> list[UUID]:
    found = []
    for name in names:
        try:
            found.append(UUID(name))
        except ValueError:
            continue
    return found
