"""Who delivers what: events cut into batches, a third of them once more in other batches and another order."""

from __future__ import annotations

import random
from collections import defaultdict

from bench.soak.spec import ZONES, Plan

MOST = 1_000
_AGAIN, _SAME_BATCH = 0.25, 0.09

Job = tuple[str, list[int]]


def deal(plan: Plan, dice: random.Random, senders: int) -> None:
    """Fill `plan.senders`. What speaks of another event stands behind it in the line of the same sender."""
    firsts: list[list[int]] = [[] for _ in ZONES]
    for place, event in enumerate(plan.events):
        if event.corrects is None and event.meets != "id_conflict":
            firsts[_agency(plan, place)].append(place)
    behind = _followers(plan)
    for agency, places in enumerate(firsts):
        lines: list[list[Job]] = [[] for _ in range(len(range(agency, senders, len(ZONES))))]
        dice.shuffle(places)
        for batch in _cut(dice, places):
            _queue(dice, dice.choice(lines), batch, behind)
        again = dice.sample(places, int(len(places) * _AGAIN))
        for batch in _cut(dice, again):
            _slip_in(dice, dice.choice(lines), ("usage", batch))
        for n, ask in enumerate(plan.consumes):
            if plan.clients[ask.client].agency == agency:
                for _ in range(1 + (n % 3 == 0)):
                    _slip_in(dice, dice.choice(lines), ("consume", [n]))
        plan.senders += [(agency, line) for line in lines]


def _agency(plan: Plan, place: int) -> int:
    client = plan.events[place].client
    return plan.clients[client if client >= 0 else -1 - client].agency


def _followers(plan: Plan) -> dict[int, list[int]]:
    """For each event the places of those that speak of it: they were made right behind it."""
    found: dict[int, list[int]] = defaultdict(list)
    origin = 0
    for place, event in enumerate(plan.events):
        if event.corrects is None and event.meets != "id_conflict":
            origin = place
        else:
            found[origin].append(place)
    return found


def _cut(dice: random.Random, places: list[int]) -> list[list[int]]:
    """Batches from one event to a thousand, as many small ones as large ones."""
    found, start = [], 0
    while start < len(places):
        size = int(MOST ** dice.random())
        found.append(places[start : start + size])
        start += size
    return found


def _queue(dice: random.Random, line: list[Job], batch: list[int], behind: dict[int, list[int]]) -> None:
    """Put a batch at the end of the line, then what speaks of it; sometimes the same batch once more, word for word."""
    followers = [place for origin in batch for place in behind.get(origin, ())]
    if followers and len(batch) + len(followers) <= MOST and dice.random() < 0.5:
        batch = batch + followers
        followers = []
    line.append(("usage", batch))
    line.extend(("usage", part) for part in _cut(dice, followers))
    if dice.random() < _SAME_BATCH:
        line.append(("usage", batch))


def _slip_in(dice: random.Random, line: list[Job], job: Job) -> None:
    line.insert(dice.randint(0, len(line)), job)
