"""One batch of events on its way in: what it needs is read at once, what it changes is written at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal.db import microseconds, new_key
from portal.domain import periods
from portal.domain.metering import rows
from portal.domain.metering.ledger import Ledger, Page
from portal.domain.metering.months import Month, Months
from portal.domain.metering.rows import Key
from portal.domain.metering.values import Event
from portal.domain.settings import Service, default_alert_at, find_service
from portal.domain.tenants import Agency, period_at

AHEAD = timedelta(minutes=5)
MOST_MONTHS_BACK = 13


@dataclass(slots=True)
class _Named:
    """A client as events name it."""

    id: str
    suspended: bool


@dataclass(slots=True)
class _Seen:
    """An event that counted; `left` is what corrections may still take away from it."""

    body_hash: str
    client_id: str
    service: str
    left: int


class Intake:
    """Decides about events one by one; nobody else may count for the agency meanwhile."""

    def __init__(self, agency: Agency, now: datetime) -> None:
        self.agency, self.now = agency, now
        self.agency_id, self.received_at = agency.id.hex, microseconds(now)
        self.suspended = agency.suspended_at is not None
        self.newest = microseconds(now + AHEAD)
        oldest = _months_back(periods.label_of(now, agency.timezone))
        self.oldest = microseconds(periods.start_of(oldest, agency.timezone))
        self.clients: dict[str, _Named] = {}
        self.months = Months(agency)
        self.places: dict[Event, tuple[Key, Month]] = {}
        self.seen: dict[str, _Seen] = {}
        self.rows: list[tuple[object, ...]] = []
        self.ledger = Ledger(default_alert_at(agency), period_at(agency, now + AHEAD).label)

    def load(self, events: Sequence[Event]) -> None:
        """Read what these events speak of: clients, events that came before, limits and counters."""
        agency_id = self.agency_id
        names = {event.client for event in events}
        for client_id, slug, suspended in rows.clients_named(agency_id, list(names), _ids(names)):
            self.clients[slug] = self.clients[client_id] = _Named(client_id, suspended)
        corrected = {event.corrects for event in events if event.corrects}
        for event_id, body_hash, client, service, left in rows.events_known(
            agency_id, [*({e.id for e in events} | corrected)]
        ):
            self.seen[event_id] = _Seen(body_hash, client, service, left)
        for event_id, quantity in rows.taken_back(agency_id, [*corrected]) if corrected else ():
            self.seen[event_id].left += quantity
        self.ledger.load(dict(found for event in events if (found := self._place(event))))

    def take(self, event: Event) -> str:
        """Decide about one event and book it: "accepted", "duplicate", or the code of why not."""
        if known := self.seen.get(event.id):
            return "duplicate" if known.body_hash == event.body_hash else "id_conflict"
        place = self.places.get(event)
        if place is None:
            return self._why_nowhere(event)
        key, month = place
        if self.suspended or self.clients[key[0]].suspended:
            return "client_suspended"
        return self._book(event, self.ledger.pages[key], month)

    def write(self) -> None:
        """Bring everything that was accepted to the tables."""
        rows.EVENTS.write(self.rows)
        self.ledger.write()

    def page_of(self, event: Event) -> Page | None:
        """The page that the event speaks of, as it stands now."""
        place = self.places.get(event)
        return self.ledger.pages.get(place[0]) if place else None

    def _place(self, event: Event) -> tuple[Key, Service] | None:
        """Where the event will be booked, if it may be."""
        client, service = self._client(event.client), find_service(event.service)
        if client is None or service is None or not service.is_metered or not self.oldest <= event.at <= self.newest:
            return None
        month = self.months.at(event.at)
        key = client.id, service.key, month.label
        self.places[event] = key, month
        return key, service

    def _why_nowhere(self, event: Event) -> str:
        if self._client(event.client) is None:
            return "unknown_client"
        service = find_service(event.service)
        if service is None or not service.is_metered:
            return "unknown_service"
        return "too_early" if event.at > self.newest else "too_old"

    def _client(self, name: str) -> _Named | None:
        """By slug, or by id however its UUID was written."""
        return self.clients.get(name) or next((self.clients.get(found) for found in _ids([name])), None)

    def _book(self, event: Event, page: Page, month: Month) -> str:
        amount = event.quantity if event.value is None else event.value
        assert amount is not None, "parse_event gives one of them"
        if not page.enabled:
            return "service_disabled"
        if (event.value is not None) != page.is_gauge or (event.corrects and not self._fits(event, page)):
            return "invalid"
        day = month.day_at(event.at)
        if page.is_gauge:
            if page.cap is not None and page.cap < amount > page.current:
                return "ceiling_reached"
            self.ledger.set(page, amount, at=event.at, day=day)
        elif page.used + amount < 0:
            return "invalid"
        elif not self.ledger.add(page, amount, day=day):
            return "ceiling_reached"
        self._keep(event, page, amount)
        return "accepted"

    def _fits(self, event: Event, page: Page) -> bool:
        """Whether the correction speaks of an event of the same client and service, and takes no more than is left."""
        origin = self.seen.get(event.corrects or "")
        same = origin is not None and (origin.client_id, origin.service) == page.key[:2]
        return same and origin.left + (event.quantity or 0) >= 0  # type: ignore[union-attr]

    def _keep(self, event: Event, page: Page, amount: int) -> None:
        client_id, service, label = page.key
        self.rows.append(
            (
                _row_id(page, event.at),
                self.agency_id,
                event.id,
                event.body_hash,
                client_id,
                service,
                amount,
                event.corrects,
                event.at,
                self.received_at,
                label,
            )
        )
        self.seen[event.id] = _Seen(event.body_hash, client_id, service, amount)
        if event.corrects:
            self.seen[event.corrects].left += amount


def _row_id(page: Page, at: int) -> str:
    """Two values of a gauge at the same moment count in the order of their ids, so that facts can be rebuilt."""
    last = rows.last_id_at(page.key, at) if page.is_gauge and page.current_at == at else ""
    while (row_id := new_key()) <= last:
        pass  # another process was faster within the same millisecond
    return row_id


def _months_back(label: str) -> str:
    for _ in range(MOST_MONTHS_BACK):
        label = periods.preceding(label)
    return label


def _ids(names: Iterable[str]) -> list[str]:
    """Those that are UUIDs, as 32 digits."""
    found = []
    for name in names:
        if len(name) >= 32:
            try:
                found.append(UUID(name).hex)
            except ValueError:
                continue
    return found
