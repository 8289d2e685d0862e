"""What the demo's clients use: the same figures on every machine, up to the moment it is shown at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from portal.demo.catalogue import BEGAN_ON, DemoAgency, DemoClient
from portal.domain import metering, periods
from portal.domain.tenants import Agency

_STRETCH = timedelta(days=5)
_SENDS = 6


def report(agency: Agency, demo: DemoAgency, *, until: datetime) -> None:
    """Send all usage before `until`, some days at a time, each as if it arrived then."""
    events = sorted(_events(demo, agency.timezone, until), key=lambda event: event["at"])
    start = datetime.combine(BEGAN_ON, time(), UTC)
    while start < until:
        end = min(start + _STRETCH, until)
        batch = [e for e in events if start <= datetime.fromisoformat(e["at"]) < end]
        if batch:
            metering.record(agency, batch, now=end)
        start = end


def _events(demo: DemoAgency, zone: str, until: datetime) -> Iterator[dict[str, Any]]:
    last = periods.label_of(until, zone)
    for client in demo.clients:
        for label in periods.labels_between(BEGAN_ON.strftime("%Y-%m"), last):
            for n, event in enumerate(_month(client, label, zone)):
                if datetime.fromisoformat(event["at"]) < until:
                    yield {**event, "id": f"demo-{client.slug}-{label}-{n:03d}", "client": client.slug}


def _month(client: DemoClient, label: str, zone: str) -> Iterator[dict[str, Any]]:
    for day, value in client.levels.get(label, ()):
        at = _at(periods.first_day(label).replace(day=day), _chance(client.slug, label, str(day)), zone)
        yield {"service": "email_sync", "value": value, "at": at}
    for service, (low, high) in client.monthly.items():
        chance = _chance(client.slug, service, label)
        total = client.exact.get(label, {}).get(service) or chance.randint(low, high)
        parts = _parts(total, chance) if service == "push_notification" else [1] * total
        days = sorted(chance.randint(1, periods.days_in(label) - 2) for _ in parts)
        for day, quantity in zip(days, parts, strict=True):
            at = _at(periods.first_day(label).replace(day=day), chance, zone)
            yield {"service": service, "quantity": quantity, "at": at}


def _parts(total: int, chance: Random) -> list[int]:
    """A month's messages as a handful of sends of similar size."""
    weights = [chance.uniform(0.8, 1.2) for _ in range(_SENDS)]
    parts = [int(total * weight / sum(weights)) for weight in weights]
    parts[-1] += total - sum(parts)
    return parts


def _chance(*parts: str) -> Random:
    """Chance that falls the same way on every machine; it decides about nothing but the demo's figures."""
    return Random("|".join(parts))  # nosec B311


def _at(day: date, chance: Random, zone: str) -> str:
    """Some working minute of the day, on the agency's clock."""
    moment = time(chance.randint(9, 13), chance.randint(0, 59))
    return datetime.combine(day, moment, ZoneInfo(zone)).astimezone(UTC).isoformat()
