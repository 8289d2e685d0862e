"""Counters and day facts while a batch is booked: loaded once, written once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from peewee import EXCLUDED, Case

from portal.db import microseconds
from portal.domain.metering.models import DayFact, PeriodCounter
from portal.domain.settings import Service
from portal.domain.tenants import Client


@dataclass
class _Day:
    """What a batch booked on one day: a counter's sum, or a gauge's peak and its latest value."""

    used: int = 0
    left: int = 0
    left_at: datetime | None = None


class Ledger:
    """The pages (one per client, service and period) that a batch touches."""

    def __init__(self) -> None:
        self.pages: dict[tuple[UUID, str, str], PeriodCounter] = {}
        self.days: dict[tuple[UUID, str, date], _Day] = {}
        self.touched: dict[tuple[UUID, str, str], PeriodCounter] = {}
        self.gauges: dict[tuple[UUID, str], str] = {}

    def page(self, client: Client, service: Service, period: str) -> PeriodCounter:
        """The counter as it stands with what this batch booked so far; a gauge begins at what was carried over."""
        key = (client.id, service.key, period)
        if key not in self.pages:
            self.pages[key] = _find(*key) or self._begin(client, service, period)
        return self.pages[key]

    def book(self, page: PeriodCounter, amount: int, *, at: datetime, day: date, gauge: bool) -> None:
        """Add one event to its page and its day."""
        fact = self.days.setdefault((page.client_id, page.service, day), _Day())
        if gauge:
            page.peak = max(page.peak, amount)
            page.used = max(page.carried, page.peak)
            if page.current_at is None or at >= page.current_at:
                page.current, page.current_at = amount, at
            fact.used = max(fact.used, amount)
            if fact.left_at is None or at >= fact.left_at:
                fact.left, fact.left_at = amount, at
            key = (page.client_id, page.service)
            self.gauges[key] = min(self.gauges.get(key, page.period), page.period)
        else:
            page.used += amount
            page.current = page.used
            fact.used += amount
        self.touched[page.client_id, page.service, page.period] = page

    def write(self) -> None:
        """Bring everything booked to the tables; a gauge's periods follow what is carried over to them."""
        for page in self.touched.values():
            _upsert(page)
        for (client_id, service), period in self.gauges.items():
            _carry_on(client_id, service, period)
        for key, fact in self.days.items():
            _upsert_day(key, fact)

    def _begin(self, client: Client, service: Service, period: str) -> PeriodCounter:
        page = PeriodCounter(
            client=client, service=service.key, period=period, used=0, carried=0, peak=0, current=0, current_at=None
        )
        if service.is_gauge:
            before = [
                kept for key, kept in self.pages.items() if key[:2] == (client.id, service.key) and key[2] < period
            ]
            before += [kept] if (kept := _before(client.id, service.key, period)) else []
            latest = max(before, key=lambda kept: kept.period, default=None)
            page.carried = page.used = page.current = latest.current if latest else 0
        return page


def _find(client_id: UUID, service: str, period: str) -> PeriodCounter | None:
    return PeriodCounter.get_or_none(
        (PeriodCounter.client == client_id) & (PeriodCounter.service == service) & (PeriodCounter.period == period)
    )


def _before(client_id: UUID, service: str, period: str) -> PeriodCounter | None:
    return (
        PeriodCounter.select()
        .where(
            (PeriodCounter.client == client_id) & (PeriodCounter.service == service) & (PeriodCounter.period < period)
        )
        .order_by(PeriodCounter.period.desc())
        .first()
    )


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


def _carry_on(client_id: UUID, service: str, period: str) -> None:
    """From `period` on, let each month of a gauge begin where the one before was left: a late value changes that."""
    rows = (
        PeriodCounter.select()
        .where(
            (PeriodCounter.client == client_id) & (PeriodCounter.service == service) & (PeriodCounter.period >= period)
        )
        .order_by(PeriodCounter.period)
    )
    value: int | None = None
    for row in list(rows):
        if value is not None and row.carried != value:
            row.carried = value
            row.used = max(value, row.peak)
            _upsert(row)
        value = row.current


def _upsert_day(key: tuple[UUID, str, date], fact: _Day) -> None:
    client_id, service, day = key
    row = DayFact(client=client_id, service=service, day=day, used=fact.used, left=fact.left, left_at=fact.left_at)
    merged: dict[Any, Any] = {DayFact.used: DayFact.used + fact.used}
    if fact.left_at is not None:
        newer = DayFact.left_at <= fact.left_at
        merged = {
            DayFact.used: Case(None, [(DayFact.used < fact.used, fact.used)], DayFact.used),
            DayFact.left: Case(None, [(newer, fact.left)], DayFact.left),
            DayFact.left_at: Case(None, [(newer, microseconds(fact.left_at))], DayFact.left_at),
        }
    DayFact.insert(**row.__data__).on_conflict(
        conflict_target=[DayFact.client, DayFact.service, DayFact.day], update=merged
    ).execute()
