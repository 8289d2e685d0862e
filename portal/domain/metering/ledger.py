"""Counters and day facts while a batch is booked: loaded once, written once."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from peewee import EXCLUDED, Case

from portal.domain.metering.models import DayFact, PeriodCounter
from portal.domain.settings import find_service
from portal.domain.tenants import Agency, Client, Period


class Ledger:
    """The pages (one per client, service and period) that a batch touches."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.pages: dict[tuple[UUID, str, str], PeriodCounter] = {}
        self.sums: dict[tuple[UUID, str, date], int] = {}
        self.peaks: dict[tuple[UUID, str, date], int] = {}
        self.touched: dict[tuple[UUID, str, str], PeriodCounter] = {}

    def page(self, client: Client, service: str, period: Period) -> PeriodCounter:
        """The counter as it stands with what this batch booked so far; a gauge begins at what was carried over."""
        key = (client.id, service, period.label)
        if key not in self.pages:
            self.pages[key] = _find(client.id, service, period.label) or _begin(client, service, period.label)
        return self.pages[key]

    def book(self, page: PeriodCounter, amount: int, *, at: datetime, day: date, gauge: bool) -> None:
        """Add one event to its page and its day."""
        key = (page.client_id, page.service, day)
        if gauge:
            page.peak = max(page.peak, amount)
            page.used = max(page.carried, page.peak)
            if page.current_at is None or at >= page.current_at:
                page.current, page.current_at = amount, at
            self.peaks[key] = max(self.peaks.get(key, 0), amount)
        else:
            page.used += amount
            page.current = page.used
            self.sums[key] = self.sums.get(key, 0) + amount
        self.touched[(page.client_id, page.service, page.period)] = page

    def write(self) -> None:
        """Bring everything booked to the tables; later periods of a gauge follow what they carry over."""
        for page in self.touched.values():
            _upsert(page)
            service = find_service(page.service)
            if service and service.is_gauge:
                _carry_on(page)
        for key, value in self.sums.items():
            _upsert_day(key, value, DayFact.used + value)
        for key, value in self.peaks.items():
            _upsert_day(key, value, Case(None, [(DayFact.used < value, value)], DayFact.used))


def _find(client_id: UUID, service: str, period: str) -> PeriodCounter | None:
    return PeriodCounter.get_or_none(
        (PeriodCounter.client == client_id) & (PeriodCounter.service == service) & (PeriodCounter.period == period)
    )


def _begin(client: Client, service: str, period: str) -> PeriodCounter:
    page = PeriodCounter(
        client=client, service=service, period=period, used=0, carried=0, peak=0, current=0, current_at=None
    )
    kind = find_service(service)
    if kind and kind.is_gauge:
        before = (
            PeriodCounter.select()
            .where(
                (PeriodCounter.client == client) & (PeriodCounter.service == service) & (PeriodCounter.period < period)
            )
            .order_by(PeriodCounter.period.desc())
            .first()
        )
        page.carried = page.used = page.current = before.current if before else 0
    return page


def _upsert(page: PeriodCounter) -> None:
    fields = (
        PeriodCounter.used,
        PeriodCounter.carried,
        PeriodCounter.peak,
        PeriodCounter.current,
        PeriodCounter.current_at,
    )
    PeriodCounter.insert(**page.__data__).on_conflict(
        conflict_target=[PeriodCounter.client, PeriodCounter.service, PeriodCounter.period],
        update={field: getattr(EXCLUDED, field.name) for field in fields},
    ).execute()


def _carry_on(page: PeriodCounter) -> None:
    """A late value of an earlier period changes what the next ones began with, up to their own first value."""
    value = page.current
    later = (
        PeriodCounter.select()
        .where(
            (PeriodCounter.client == page.client_id)
            & (PeriodCounter.service == page.service)
            & (PeriodCounter.period > page.period)
        )
        .order_by(PeriodCounter.period)
    )
    for row in list(later):
        row.carried = value
        row.used = max(value, row.peak)
        if row.current_at is None:
            row.current = value
        _upsert(row)
        value = row.current


def _upsert_day(key: tuple[UUID, str, date], value: int, merged: object) -> None:
    client_id, service, day = key
    DayFact.insert(**DayFact(client=client_id, service=service, day=day, used=value).__data__).on_conflict(
        conflict_target=[DayFact.client, DayFact.service, DayFact.day], update={DayFact.used: merged}
    ).execute()
