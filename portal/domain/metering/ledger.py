"""Counters and day facts while a batch is booked: read at once, written at once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from portal.db import new_key
from portal.domain.metering import rows
from portal.domain.metering.calculations import threshold_units
from portal.domain.metering.rows import Key
from portal.domain.settings import AtLimit, Service, cap_of


@dataclass(slots=True)
class Page:
    """One service of one client in one period: the limit in force and the counter, as this batch leaves it."""

    key: Key
    service: Service
    enabled: bool
    limit: int | None
    at_limit: AtLimit
    ceiling: int | None
    alert_at: tuple[int, ...]
    used: int = 0
    carried: int = 0
    peak: int = 0
    current: int = 0
    current_at: int | None = None
    before: int = 0
    added: int = 0
    is_new: bool = True
    cap: int | None = field(init=False)
    """The use that is never passed; None where every excess is billed."""
    is_gauge: bool = field(init=False)

    def __post_init__(self) -> None:
        self.is_gauge = self.service.is_gauge
        self.cap = cap_of(self.at_limit, self.limit, self.ceiling)

    @property
    def crossed(self) -> bool:
        """Whether there may be something to tell: a threshold, limit or cap was passed, or use was taken back."""
        if self.limit is None:
            return False
        marks = [threshold_units(self.limit, percent) for percent in self.alert_at]
        marks += [self.limit + 1, self.limit + 1 if self.cap is None else max(self.cap, 1)]
        return self.used < self.before or any(self.before < mark <= self.used for mark in marks)


@dataclass(slots=True)
class _Day:
    """What a batch booked on one day: a counter's sum, or a gauge's peak and its latest value."""

    used: int = 0
    left: int = 0
    left_at: int | None = None


@dataclass
class Ledger:
    """The pages that a batch touches.

    `alert_at`: the agency's thresholds, for clients without their own; `latest`: no period is later than this one.
    """

    alert_at: tuple[int, ...]
    latest: str
    pages: dict[Key, Page] = field(default_factory=dict)
    touched: dict[Key, Page] = field(default_factory=dict)
    days: dict[tuple[str, str, str], _Day] = field(default_factory=dict)
    gauge_days: dict[tuple[str, str, str], _Day] = field(default_factory=dict)

    def load(self, services: dict[Key, Service]) -> None:
        """Read these pages; a service that nobody ever set for the client is off."""
        for key, found in rows.meters(sorted(services)):
            self.pages[key] = self._page(key, services[key], found)
        for page in self.pages.values():
            if page.is_gauge and page.is_new:
                page.carried = page.used = page.current = rows.left_before(page.key)

    def add(self, page: Page, amount: int, *, day: str) -> bool:
        """Count so many units, or take them back; whether there was room for them."""
        if page.cap is None:
            page.added += amount
        elif amount < 0:
            rows.ADDITIONS.write([_counter(page, amount)])
        elif not rows.claim(new_key(), page.key, amount):
            return False
        page.used = page.current = page.used + amount
        self.touched[page.key] = page
        client, service, _ = page.key
        fact = self.days.get((client, service, day)) or self.days.setdefault((client, service, day), _Day())
        fact.used += amount
        return True

    def set(self, page: Page, value: int, *, at: int, day: str) -> None:
        """A gauge stood at `value` then: the latest moment is its present value, of equal ones what came in last."""
        page.peak = max(page.peak, value)
        page.used = max(page.carried, page.peak)
        if page.current_at is None or at >= page.current_at:
            page.current, page.current_at = value, at
        self.touched[page.key] = page
        client, service, _ = page.key
        fact = self.gauge_days.setdefault((client, service, day), _Day())
        fact.used = max(fact.used, value)
        if fact.left_at is None or at >= fact.left_at:
            fact.left, fact.left_at = value, at

    def write(self) -> None:
        """Bring everything booked to the tables; a gauge's later periods follow what is carried over to them."""
        touched = [self.touched[key] for key in sorted(self.touched)]  # neighbours in the index, one after the other
        counters = [page for page in touched if not page.is_gauge and page.added]
        gauges = [page for page in touched if page.is_gauge]
        rows.ADDITIONS.write([_counter(page, page.added) for page in counters])
        rows.LEVELS.write([_counter(page, page.used) for page in gauges])
        for key in _first_touched(gauges):
            if key[2] < self.latest:
                rows.carry_on(key)
        rows.DAY_ADDITIONS.write(_days(self.days))
        rows.DAY_LEVELS.write(_days(self.gauge_days))

    def _page(self, key: Key, service: Service, found: tuple[Any, ...]) -> Page:
        enabled, limit, version, at_limit, ceiling, alert_at, used, *counter = found
        page = Page(
            key,
            service,
            bool(enabled),
            limit,
            AtLimit(at_limit) if version is not None else AtLimit.BILL,
            ceiling,
            tuple(json.loads(alert_at)) if alert_at else self.alert_at,
        )
        if used is not None:
            page.is_new, page.used, page.before = False, used, used
            page.carried, page.peak, page.current, page.current_at = counter
        return page


def _counter(page: Page, used: int) -> tuple[Any, ...]:
    gauge = (page.carried, page.peak, page.current, page.current_at) if page.is_gauge else (0, 0, used, None)
    return (new_key(), *page.key, used, *gauge)


def _days(days: dict[tuple[str, str, str], _Day]) -> list[tuple[Any, ...]]:
    return [
        (new_key(), *key, fact.used, fact.left, fact.left_at) for key, fact in sorted(days.items(), key=itemgetter(0))
    ]


def _first_touched(gauges: Iterable[Page]) -> list[Key]:
    """Of each gauge the earliest period that was touched."""
    first: dict[tuple[str, str], str] = {}
    for page in gauges:
        client, service, period = page.key
        first[client, service] = min(first.get((client, service), period), period)
    return [(client, service, period) for (client, service), period in first.items()]
