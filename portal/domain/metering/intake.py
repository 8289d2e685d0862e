"""One batch of events on its way in: what it needs is loaded at once, what it changes is written at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from peewee import fn

from portal.domain import periods
from portal.domain.metering.ledger import Ledger
from portal.domain.metering.models import UsageEvent
from portal.domain.metering.values import Event
from portal.domain.settings import LimitVersion, Service, find_service, limits_in_force
from portal.domain.tenants import Agency, Client, Period, period_at

AHEAD = timedelta(minutes=5)
MOST_MONTHS_BACK = 13
_ROWS_AT_ONCE = 500

DETAILS = {
    "id_conflict": "this id was used before with another body",
    "ceiling_reached": "the client's ceiling leaves no room for it",
    "service_disabled": "the service is switched off for this client",
    "client_suspended": "the client is suspended",
    "unknown_client": "the agency has no such client",
    "unknown_service": "there is no such metered service",
    "too_early": "it lies more than 5 minutes ahead",
    "too_old": "it lies more than 13 months back",
    "invalid": "a gauge takes value, a counter quantity; a correction fits an event of the same client and service "
    "and leaves nothing below zero",
}


@dataclass
class _Seen:
    """An event that counted; `left` is what corrections may still take away from it."""

    body_hash: str
    client_id: UUID
    service: str
    left: int


class Intake:
    """Decides about events one by one; nobody else may count for the agency meanwhile."""

    def __init__(self, agency: Agency, now: datetime) -> None:
        self.agency, self.now = agency, now
        self.oldest = periods.start_of(_months_back(periods.label_of(now, agency.timezone)), agency.timezone)
        self.clients: dict[str, Client] = {}
        self.limits: dict[UUID, dict[str, LimitVersion]] = {}
        self.periods: list[Period] = []
        self.seen: dict[str, _Seen] = {}
        self.rows: list[UsageEvent] = []
        self.ledger = Ledger()
        self.touched: dict[tuple[Client, str], None] = {}

    def load(self, events: Sequence[Event]) -> None:
        """Read what these events speak of: clients, and events that came before."""
        names = {event.client for event in events}
        for client in Client.select().where(
            (Client.agency == self.agency) & (Client.slug.in_(names) | Client.id.in_(_uuids(names)))
        ):
            client.agency = self.agency
            self.clients[client.slug] = self.clients[str(client.id)] = client
        corrected = {event.corrects for event in events if event.corrects}
        of_agency = UsageEvent.agency == self.agency
        for row in UsageEvent.select().where(
            of_agency & UsageEvent.event_id.in_({event.id for event in events} | corrected)
        ):
            self.seen[row.event_id] = _Seen(row.body_hash, row.client_id, row.service, row.quantity)
        for origin, quantity in _taken(self.agency, corrected):
            self.seen[origin].left += quantity

    def take(self, event: Event) -> str:
        """Decide about one event and book it: "accepted", "duplicate", or the code of why not."""
        if known := self.seen.get(event.id):
            return "duplicate" if known.body_hash == event.body_hash else "id_conflict"
        client, service = self._client(event.client), find_service(event.service)
        if client is None:
            return "unknown_client"
        if service is None or not service.is_metered:
            return "unknown_service"
        return self._refusal(event, client, service) or self._book(event, client, service)

    def write(self) -> None:
        """Bring everything that was accepted to the tables."""
        for start in range(0, len(self.rows), _ROWS_AT_ONCE):
            UsageEvent.insert_many([row.__data__ for row in self.rows[start : start + _ROWS_AT_ONCE]]).execute()
        self.ledger.write()

    def _client(self, name: str) -> Client | None:
        """By slug, or by id however its UUID was written."""
        return self.clients.get(name) or next((self.clients.get(str(found)) for found in _uuids([name])), None)

    def _refusal(self, event: Event, client: Client, service: Service) -> str | None:
        checks = (
            (event.at > self.now + AHEAD, "too_early"),
            (event.at < self.oldest, "too_old"),
            (bool(client.suspended_at or self.agency.suspended_at), "client_suspended"),
            (not self._limit(client, service).enabled, "service_disabled"),
            ((event.value is not None) != service.is_gauge, "invalid"),
            (event.corrects is not None and not self._fits_origin(event, client), "invalid"),
        )
        return next((code for wrong, code in checks if wrong), None)

    def _fits_origin(self, event: Event, client: Client) -> bool:
        origin = self.seen.get(event.corrects or "")
        return (
            origin is not None
            and (origin.client_id, origin.service) == (client.id, event.service)
            and origin.left + (event.quantity or 0) >= 0
        )

    def _book(self, event: Event, client: Client, service: Service) -> str:
        period = self._period(event.at)
        page = self.ledger.page(client, service, period.label)
        amount = (event.value if service.is_gauge else event.quantity) or 0
        used = amount if service.is_gauge else page.used + amount
        if used < 0:
            return "invalid"
        cap = self._limit(client, service).cap
        grows = amount > (page.current if service.is_gauge else 0)
        if cap is not None and used > cap and grows:
            return "ceiling_reached"
        self.ledger.book(page, amount, at=event.at, day=_day_in(period, event.at), gauge=service.is_gauge)
        self._keep(event, client, amount, period)
        return "accepted"

    def _keep(self, event: Event, client: Client, amount: int, period: Period) -> None:
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
        self.seen[event.id] = _Seen(event.body_hash, client.id, event.service, amount)
        if event.corrects:
            self.seen[event.corrects].left += amount
        self.touched[client, event.service] = None

    def _limit(self, client: Client, service: Service) -> LimitVersion:
        if client.id not in self.limits:
            self.limits[client.id] = limits_in_force(client)
        return self.limits[client.id][service.key]

    def _period(self, moment: datetime) -> Period:
        found = next((period for period in self.periods if period.starts_at <= moment < period.ends_at), None)
        if found is None:
            found = period_at(self.agency, moment)
            self.periods.append(found)
        return found


def _taken(agency: Agency, origins: set[str]) -> Iterator[tuple[str, int]]:
    """What earlier corrections took from these events (below zero), by the event's id."""
    sums = (
        UsageEvent.select(UsageEvent.corrects, fn.SUM(UsageEvent.quantity))
        .where((UsageEvent.agency == agency) & UsageEvent.corrects.in_(origins))
        .group_by(UsageEvent.corrects)
    )
    for origin, quantity in sums.tuples().execute() if origins else ():
        yield origin, int(quantity)


def _day_in(period: Period, moment: datetime) -> date:
    """The day on the period's clock; where a change of zone moved the month's edge, its first or last day."""
    day = periods.local_day(moment, period.zone)
    return min(max(day, periods.first_day(period.label)), periods.last_day(period.label))


def _months_back(label: str) -> str:
    for _ in range(MOST_MONTHS_BACK):
        label = periods.preceding(label)
    return label


def _uuids(names: Iterable[str]) -> list[UUID]:
    found = []
    for name in names:
        try:
            found.append(UUID(name))
        except ValueError:
            continue
    return found
