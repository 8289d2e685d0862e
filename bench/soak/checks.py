"""The account of the senders held against the tables: every difference is one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from bench.soak import tables
from bench.soak.expected import Expected
from bench.soak.senders import COUNTED, Account
from bench.soak.spec import GAUGE, Plan
from bench.soak.tables import Ask
from bench.soak.world import World


def differences(plan: Plan, world: World, account: Account, expected: Expected, ask: Ask) -> Iterator[str]:
    """Everything that is not as it must be."""
    yield from account.wrong
    yield from _answers(account)
    rows = tables.one(ask, "SELECT count(*) FROM usage_event")
    if rows != expected.events:
        yield f"{expected.events} events were acknowledged, {rows} are kept"
    if account.accepted > rows:
        yield f"{account.accepted} events were called accepted, {rows} are kept"
    yield from _unequal(plan, "period", expected.counters, tables.counters(ask, world))
    yield from _unequal(plan, "day", expected.days, tables.days(ask, world))
    yield from _passed(plan, world, ask)
    yield from _alerts(plan, world, expected, ask)
    yield from _letters(plan, world, ask)


def _answers(account: Account) -> Iterator[str]:
    for status, count in account.statuses.items():
        if status not in ("200", "409", "429", "503", "401") and not status.startswith("lost"):
            yield f"{count} answers were {status}"


def _unequal(
    plan: Plan, kind: str, wanted: Mapping[tuple[int, str, str], object], kept: Mapping[tuple[int, str, str], object]
) -> Iterator[str]:
    for key in sorted(wanted.keys() | kept.keys()):
        if wanted.get(key) != kept.get(key):
            client, service, place = key
            name = plan.clients[client].slug
            yield f"{kind} {place} of {name} {service}: kept {kept.get(key)}, acknowledged {wanted.get(key)}"


def _passed(plan: Plan, world: World, ask: Ask) -> Iterator[str]:
    """No cap is passed by one unit."""
    for (client, service, period), kept in tables.counters(ask, world).items():
        cap = plan.clients[client].meters[service].cap
        if cap is not None and kept.used > cap:
            yield f"{plan.clients[client].slug} {service} {period} stands at {kept.used}, its cap is {cap}"


def _alerts(plan: Plan, world: World, expected: Expected, ask: Ask) -> Iterator[str]:
    kept = Counter(matter for _, matter, _, _ in tables.alerts(ask, world))
    for matter in sorted(expected.alerts | kept.keys()):
        client, service, percent = matter
        name = f"{plan.clients[client].slug} {service} {percent} %"
        if kept[matter] > 1:
            yield f"the alert {name} exists {kept[matter]} times"
        elif not kept[matter]:
            yield f"the alert {name} is missing"
        elif matter not in expected.alerts | expected.perhaps:
            yield f"the alert {name} was never due"


def _letters(plan: Plan, world: World, ask: Ask) -> Iterator[str]:
    """Each alert is told once to each who should hear of it; one that fell together with a higher one by that alone."""
    alerts = tables.alerts(ask, world)
    raised = {(matter[:2], percent_at(matter), moment) for _, matter, moment, _ in alerts}
    told = Counter(key.removeprefix("alert:").replace("-", "") for key in tables.messages(ask, "alert.raised"))
    written = Counter(_addressed(key) for key in tables.letters(ask))
    noticed = Counter((email, source) for email, source, _ in tables.notices(ask))
    at_once = {(email, source) for email, source, now in tables.notices(ask) if now}
    for alert, matter, moment, _ in alerts:
        client, service, percent = matter
        name = f"{plan.clients[client].slug} {service} {percent} %"
        higher = any(what == matter[:2] and when == moment and more > percent for what, more, when in raised)
        wanted = 0 if higher else 1
        if told[alert] != wanted:
            yield f"the alert {name} is told {told[alert]} times instead of {wanted}"
        owner = world.owners[plan.clients[client].agency]
        if noticed[owner, f"raised:{alert}"] != wanted:
            yield f"{owner} hears {noticed[owner, f'raised:{alert}']} times of the alert {name}"
        readers = {} if plan.clients[client].suspended else dict.fromkeys(world.readers[client], wanted)
        for person, letters in {owner: int((owner, f"raised:{alert}") in at_once), **readers}.items():
            if written[alert, person] != letters:
                yield f"{person} gets {written[alert, person]} letters of the alert {name} instead of {letters}"


def percent_at(matter: tuple[int, str, int]) -> int:
    return matter[2]


def _addressed(key: str) -> tuple[str, str]:
    """`mail:limit_reached:<alert>:<address>` as alert and address; letters about other things come out as none."""
    parts = key.split(":", 3)
    about_alerts = len(parts) == 4 and parts[1] in ("limit_reached", "limit_approaching")
    return (parts[2].replace("-", ""), parts[3]) if about_alerts else ("", key)


def figures(plan: Plan, account: Account, expected: Expected) -> dict[str, object]:
    """What the report says of the run."""
    capped = sum(place.meets == "if room" for place in plan.events)
    return {
        "events acknowledged": expected.events,
        "events refused": sum(kept not in (0, COUNTED) for kept in account.events),
        "events that needed room": capped,
        "duplicates answered": account.duplicates,
        "consumed": sum(kept == COUNTED for kept in account.consumes),
        "consume refused": sum(kept not in (0, COUNTED) for kept in account.consumes),
        "period counters": len(expected.counters),
        "of gauges": sum(service == GAUGE for _, service, _ in expected.counters),
        "day facts": len(expected.days),
        "alerts due": len(expected.alerts),
        "alerts possible": len(expected.perhaps),
        "answers": dict(sorted(account.statuses.items())),
    }
