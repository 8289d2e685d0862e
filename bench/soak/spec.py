"""What a run is made of, in words of its own: nothing here asks the portal how it counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
"""Where the installation's clock stands when the run begins."""
PRESENT = "2026-06"
BEGAN = datetime(2026, 6, 1, 12, tzinfo=UTC)

COUNTERS = ("litmus_test", "shutterstock", "push_notification")
GAUGE = "email_sync"
SERVICES = (*COUNTERS, GAUGE)
ZONES = ("America/Sao_Paulo", "Europe/Lisbon", "Asia/Kathmandu", "Pacific/Auckland")
USUAL_THRESHOLDS = (80, 100)

# What an event is to meet. Anything else here is the code with which it has to be refused.
COUNTS = ""
IF_ROOM = "if room"


@dataclass
class Meter:
    """One service of one client: the limit that the world is given."""

    enabled: bool = True
    limit: int | None = None
    at_limit: str = "bill"
    ceiling: int | None = None

    @property
    def cap(self) -> int | None:
        return self.limit if self.at_limit == "stop" else self.ceiling


@dataclass
class ClientSpec:
    slug: str
    agency: int
    zone: str
    thresholds: tuple[int, ...] = USUAL_THRESHOLDS
    suspended: bool = False
    modes: dict[str, str] = field(default_factory=dict)
    meters: dict[str, Meter] = field(default_factory=dict)


class Event(NamedTuple):
    """`at` in microseconds since 1970; `client` is a place in the list of clients, -1 for one that does not exist."""

    id: str
    client: int
    service: str
    amount: int
    at: int
    corrects: str | None = None
    meets: str = COUNTS


class Consume(NamedTuple):
    id: str
    client: int
    service: str
    amount: int


@dataclass
class Plan:
    """Everything that will be sent. A job is ("usage", places of events) or ("consume", place of a question)."""

    seed: int
    clients: list[ClientSpec] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    consumes: list[Consume] = field(default_factory=list)
    senders: list[tuple[int, list[tuple[str, list[int]]]]] = field(default_factory=list)
    """For each sender its agency and its jobs, in their order."""

    @property
    def jobs(self) -> int:
        return sum(len(jobs) for _, jobs in self.senders)

    @property
    def sent_again(self) -> int:
        """How many events are delivered a second time."""
        everything = sum(len(places) for _, jobs in self.senders for kind, places in jobs if kind == "usage")
        return everything - len(self.events)


@lru_cache(maxsize=400_000)
def local_day(at: int, zone: str) -> str:
    """The day of a moment on the clock of a zone, by the second."""
    return datetime.fromtimestamp(at // 1_000_000, ZoneInfo(zone)).strftime("%Y-%m-%d")


def micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def units_of(limit: int, percent: int) -> int:
    """The use at which a threshold is reached."""
    return max(1, (limit * percent + 99) // 100)
