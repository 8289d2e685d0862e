"""Usage over HTTP: single events by wrk, batches by a sender that waits for every answer."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Iterator

from bench import load
from bench.rounds import Round
from bench.stage import Stage
from bench.wire import Wire

AT = "2026-06-15T10:00:00Z"
SIZE = 1000
_MOST = 60
"""Batches made ready before the clock starts: more than a second takes."""
_slices = itertools.count()


def clients_of(stage: Stage, count: int) -> list[str]:
    """The slugs of so many clients, from all over the agency."""
    slugs = (stage.folder / "clients").read_text().split()
    return slugs[:: max(1, len(slugs) // count)][:count]


class Singles:
    """One event per request; looks that every event answered is written."""

    name = "single_event"

    def __init__(self, stage: Stage, clients: int, *, connections: int) -> None:
        self.stage, self.connections = stage, connections
        self.clients = stage.file(f"clients-{self.name}", clients_of(stage, clients))

    def run(self) -> Round:
        stage, before = self.stage, self.stage.count("usage_event")
        seen = load.send(
            stage.url, "usage.lua", stage.host, stage.folder / "tokens", self.clients, 1,
            f"slice-{next(_slices)}-", AT, connections=self.connections,
        )  # fmt: skip
        written = stage.count("usage_event") - before
        assert not seen.refused, f"{self.name}: {seen.refused} refused"
        assert written >= seen.requests, f"{seen.requests} answers, {written} events"
        return {self.name: seen.rate, f"{self.name}.p50": seen.p50, f"{self.name}.p99": seen.p99}


class Batches:
    """A thousand events per request over four connections.

    wrk would leave at the end of its second what is under way: a large share of so few requests. Here a slice
    begins nothing after a second and lasts until the last answer.
    """

    def __init__(self, name: str, stage: Stage, clients: int, *, connections: int = 4) -> None:
        self.name, self.stage, self.connections = name, stage, connections
        self.clients = clients_of(stage, clients)
        token = (stage.folder / "tokens").read_text().split()[0]
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def run(self) -> Round:
        before = self.stage.count("usage_event")
        answered, took = asyncio.run(self._send(iter(self._bodies())))
        written = self.stage.count("usage_event") - before
        assert written >= answered * SIZE, f"{self.name}: {answered} answers, {written} events"
        return {self.name: answered * SIZE / took}

    def _bodies(self) -> list[bytes]:
        names, prefix = itertools.count(), f"slice-{next(_slices)}-"
        return [self._body(prefix, names) for _ in range(_MOST)]

    def _body(self, prefix: str, names: itertools.count[int]) -> bytes:
        numbers = itertools.islice(names, SIZE)
        events = [
            {
                "id": f"{prefix}{n}",
                "client": self.clients[n * 7919 % len(self.clients)],
                "service": "push_notification",
                "quantity": 1,
                "at": AT,
            }
            for n in numbers
        ]
        return json.dumps({"events": events}, separators=(",", ":")).encode()

    async def _send(self, bodies: Iterator[bytes]) -> tuple[int, float]:
        """How many were answered with everything accepted, and after how many seconds the last one was."""
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            lines = [group.create_task(self._line(bodies, began + 1)) for _ in range(self.connections)]
        return sum(line.result() for line in lines), time.perf_counter() - began

    async def _line(self, bodies: Iterator[bytes], until: float) -> int:
        wire, answered = Wire(self.stage.installation.port), 0
        while time.perf_counter() < until and (body := next(bodies, None)):
            answer = await wire.ask("POST", "/api/v1/usage", self.headers, body)
            assert answer.status == 200 and json.loads(answer.body)["accepted"] == SIZE, answer.body[:200]
            answered += 1
        wire.close()
        return answered
