"""The independent count: what must stand in the tables, added up from what was acknowledged."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from bench.soak.senders import COUNTED, Account
from bench.soak.spec import GAUGE, NOW, PRESENT, Event, Plan, local_day, micros, units_of


class Counter(NamedTuple):
    """As a period's row has it; a plain counter's `current` is its sum."""

    used: int
    carried: int
    peak: int
    current: int
    current_at: int | None


class Day(NamedTuple):
    used: int
    left: int
    left_at: int | None


@dataclass
class Expected:
    """By (place of the client, service, period or day). `alerts`: those that must exist; `perhaps`: those that may."""

    events: int = 0
    counters: dict[tuple[int, str, str], Counter] = field(default_factory=dict)
    days: dict[tuple[int, str, str], Day] = field(default_factory=dict)
    alerts: set[tuple[int, str, int]] = field(default_factory=set)
    perhaps: set[tuple[int, str, int]] = field(default_factory=set)


def expected_of(plan: Plan, account: Account) -> Expected:
    """Add up what counts; a question of consume counts today."""
    found = Expected()
    gross: dict[tuple[int, str], int] = defaultdict(int)
    sums: dict[tuple[int, str, str], int] = defaultdict(int)
    levels: dict[int, list[tuple[int, int]]] = defaultdict(list)
    now = micros(NOW)
    counted = [event for place, event in enumerate(plan.events) if account.events[place] == COUNTED]
    for place, ask in enumerate(plan.consumes):
        if account.consumes[place] == COUNTED:
            counted.append(Event(ask.id, ask.client, ask.service, ask.amount, now))
    for event in counted:
        found.events += 1
        if event.service == GAUGE:
            levels[event.client].append((event.at, event.amount))
            continue
        day = local_day(event.at, plan.clients[event.client].zone)
        sums[event.client, event.service, day] += event.amount
        if day.startswith(PRESENT) and event.amount > 0:
            gross[event.client, event.service] += event.amount
    _add_up(found, sums)
    for client, values in levels.items():
        gross[client, GAUGE] = max(value for _, value in values)
        _level(found, plan, client, sorted(values))
    _thresholds(found, plan, gross)
    return found


def _add_up(found: Expected, sums: dict[tuple[int, str, str], int]) -> None:
    months: dict[tuple[int, str, str], int] = defaultdict(int)
    for (client, service, day), used in sums.items():
        found.days[client, service, day] = Day(used, 0, None)
        months[client, service, day[:7]] += used
    for key, used in months.items():
        found.counters[key] = Counter(used, 0, 0, used, None)


def _level(found: Expected, plan: Plan, client: int, values: list[tuple[int, int]]) -> None:
    """A gauge: each month begins with what the one before left, and its use is its peak."""
    left, month = 0, ""
    for at, value in values:
        day = local_day(at, plan.clients[client].zone)
        if day[:7] != month:
            month, carried, peak = day[:7], left, 0
        peak, left = max(peak, value), value
        before = found.days.get((client, GAUGE, day))
        found.counters[client, GAUGE, month] = Counter(max(carried, peak), carried, peak, value, at)
        found.days[client, GAUGE, day] = Day(max(value, before.used if before else 0), value, at)


def _thresholds(found: Expected, plan: Plan, gross: dict[tuple[int, str], int]) -> None:
    """What this month's use has reached at its end must have told; what it never reached, however it came in, must not.

    In between (corrected, or a gauge while its late values were missing, or one that only stays where an earlier
    month left it) lies what may have.
    """
    for (client, service), most in gross.items():
        spec = plan.clients[client]
        meter, kept = spec.meters[service], found.counters.get((client, service, PRESENT))
        if meter.limit is None:
            continue
        own = (kept.peak if service == GAUGE else kept.used) if kept else 0
        for percent in spec.thresholds:
            units = units_of(meter.limit, percent)
            if own >= units:
                found.alerts.add((client, service, percent))
            elif most >= units:
                found.perhaps.add((client, service, percent))
