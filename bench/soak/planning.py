"""The plan of a run, whole from its seed: clients, events, and which sender delivers what, in which order."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bench.soak.dealing import deal
from bench.soak.spec import (
    BEGAN,
    COUNTERS,
    COUNTS,
    GAUGE,
    IF_ROOM,
    NOW,
    PRESENT,
    SERVICES,
    ZONES,
    ClientSpec,
    Consume,
    Event,
    Meter,
    Plan,
    local_day,
    micros,
)

CLIENTS_EACH = 13
MODES = ("far", "near", "over", "zero", "blank", "stop", "ceiling")
_CORRECTED, _DOOMED = 0.03, 0.005
_YEAR_AGO = micros(datetime(2025, 3, 1, 12, tzinfo=ZoneInfo("UTC")))


def make_plan(seed: int, events: int, senders: int) -> Plan:
    """The same numbers give the same plan."""
    dice = random.Random(seed)
    plan = Plan(seed, _clients(dice))
    _fill(plan, dice, events)
    _ask(plan, dice, max(100, events // 50))
    _set_limits(plan)
    deal(plan, dice, senders)
    return plan


def _clients(dice: random.Random) -> list[ClientSpec]:
    """Each agency in its zone has one client that is suspended and one with a service switched off."""
    found = []
    for agency, zone in enumerate(ZONES):
        for n in range(CLIENTS_EACH):
            client = ClientSpec(f"client-{agency}-{n}", agency, zone, suspended=n == CLIENTS_EACH - 1)
            client.modes = {service: dice.choice(MODES) for service in COUNTERS}
            client.modes[GAUGE] = dice.choice(("far", "near", "over", "blank", "stop"))
            if n == CLIENTS_EACH - 2:
                client.modes["shutterstock"] = "off"
            if dice.random() < 0.3:
                client.thresholds = (50, 90, 100)
            found.append(client)
    return found


def _fill(plan: Plan, dice: random.Random, count: int) -> None:
    """Few clients send much; a correction and a conflict come right behind the event that they speak of."""
    weights = [1 / (1 + n % CLIENTS_EACH) for n in range(len(plan.clients))]
    chosen = dice.choices(range(len(plan.clients)), weights, k=count)
    edges = {zone: _edges(zone) for zone in ZONES}
    moments: dict[int, set[int]] = defaultdict(set)
    for place in chosen:
        if len(plan.events) >= count:
            break
        client = plan.clients[place]
        service = dice.choices(SERVICES, (5, 3, 3, 2))[0]
        at = _moment(dice, edges[client.zone])
        while service == GAUGE and at in moments[place]:
            at += 1
        moments[place].add(at)
        event = _event(dice, len(plan.events), place, client, service, at)
        plan.events.append(event)
        if event.meets == COUNTS and service != GAUGE and event.amount > 1 and dice.random() < _CORRECTED:
            plan.events += _follow_up(dice, event)


def _event(dice: random.Random, n: int, place: int, client: ClientSpec, service: str, at: int) -> Event:
    """An event with what it is to meet."""
    amount = dice.randint(0, 60) if service == GAUGE else _amount(dice, service)
    event = Event(f"event-{client.agency}-{n}", place, service, amount, at)
    if client.suspended:
        return event._replace(meets="client_suspended")
    if client.modes[service] == "off":
        return event._replace(meets="service_disabled")
    if dice.random() < _DOOMED:
        return _doomed(dice, event)
    if client.modes[service] in ("stop", "ceiling"):
        return event._replace(meets=IF_ROOM)
    return event


def _amount(dice: random.Random, service: str) -> int:
    if service == "push_notification":
        return dice.randint(1, 5_000)
    return 1 if dice.random() < 0.6 else dice.randint(2, 30)


def _doomed(dice: random.Random, event: Event) -> Event:
    way = dice.choice(("unknown_client", "unknown_service", "too_early", "too_old", "invalid"))
    changes: dict[str, Any] = {
        "unknown_client": {"client": -1 - event.client},
        "unknown_service": {"service": "sales_optimizer", "amount": event.amount or 1},
        "too_early": {"at": micros(NOW + timedelta(days=20))},
        "too_old": {"at": _YEAR_AGO},
        "invalid": {"amount": -1},
    }[way]
    return event._replace(meets=way, **changes)


def _follow_up(dice: random.Random, event: Event) -> list[Event]:
    """What speaks of an event that counted: a part of it taken back, now and then another body under its id."""
    less = dice.randint(1, event.amount)
    found = [event._replace(id=f"{event.id}-less", amount=-less, corrects=event.id)]
    if dice.random() < 0.1:
        found.append(event._replace(amount=event.amount + 1, meets="id_conflict"))
    return found


def _moment(dice: random.Random, edges: list[int]) -> int:
    """Mostly this month, some late, some within an hour of a month's edge or a change of clocks."""
    kind = dice.random()
    if kind < 0.75:
        return dice.randrange(micros(BEGAN), micros(NOW))
    if kind < 0.9:
        return dice.randrange(micros(NOW) - 100 * 86_400_000_000, micros(NOW))
    return dice.choice(edges) + dice.randrange(-3_600_000_000, 3_600_000_000)


def _edges(zone: str) -> list[int]:
    months = [datetime(2026, month, 1, tzinfo=ZoneInfo(zone)) for month in (3, 4, 5, 6)]
    clocks = [datetime(2026, 3, 29, 1, tzinfo=ZoneInfo("UTC")), datetime(2026, 4, 4, 14, tzinfo=ZoneInfo("UTC"))]
    return [micros(moment) for moment in months + clocks]


def _ask(plan: Plan, dice: random.Random, count: int) -> None:
    """Questions that are answered and counted in one step, where there is a cap."""
    capped = [
        (place, service)
        for place, client in enumerate(plan.clients)
        for service in COUNTERS
        if client.modes[service] in ("stop", "ceiling") and not client.suspended
    ]
    for n in range(count):
        place, service = dice.choice(capped)
        plan.consumes.append(Consume(f"ask-{n}", place, service, _amount(dice, service)))


def _set_limits(plan: Plan) -> None:
    """Limits that this use passes, comes near to, or stays far from."""
    gross: dict[tuple[int, str], int] = defaultdict(int)
    for event in plan.events:
        if event.client < 0 or event.meets not in (COUNTS, IF_ROOM) or event.amount < 0:
            continue
        if event.service == GAUGE:
            gross[event.client, GAUGE] = max(gross[event.client, GAUGE], event.amount)
        elif local_day(event.at, plan.clients[event.client].zone).startswith(PRESENT):
            gross[event.client, event.service] += event.amount
    for ask in plan.consumes:
        gross[ask.client, ask.service] += ask.amount
    for place, client in enumerate(plan.clients):
        client.meters = {service: _meter(client.modes[service], gross[place, service]) for service in SERVICES}


def _meter(mode: str, gross: int) -> Meter:
    found = {
        "far": Meter(limit=gross * 3 + 10),
        "near": Meter(limit=gross + 1),
        "over": Meter(limit=gross // 2 + 1),
        "zero": Meter(limit=0),
        "blank": Meter(),
        "stop": Meter(limit=gross * 6 // 10 + 1, at_limit="stop"),
        "ceiling": Meter(limit=gross * 3 // 10 + 1, at_limit="ceiling", ceiling=gross * 6 // 10 + 1),
        "off": Meter(enabled=False, limit=0),
    }
    return found[mode]
