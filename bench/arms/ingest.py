"""Usage over HTTP."""

from __future__ import annotations

import itertools

from bench import load
from bench.rounds import Round
from bench.stage import Stage

AT = "2026-06-15T10:00:00Z"
_slices = itertools.count()


class Usage:
    """New events in batches; a slice counts the answers, and looks that every event of them is written."""

    def __init__(self, name: str, stage: Stage, clients: int, *, size: int = 1000, connections: int = 4) -> None:
        self.name, self.stage, self.size, self.connections = name, stage, size, connections
        slugs = (stage.folder / "clients").read_text().split()
        step = max(1, len(slugs) // clients)
        self.clients = stage.file(f"clients-{name}", slugs[::step][:clients])

    def run(self) -> Round:
        stage = self.stage
        before = stage.count("usage_event")
        seen = load.send(
            stage.url, "usage.lua", stage.host, stage.folder / "tokens", self.clients, self.size,
            f"slice-{next(_slices)}-", AT, connections=self.connections,
        )  # fmt: skip
        written = stage.count("usage_event") - before
        assert not seen.refused, f"{self.name}: {seen.refused} refused"
        assert written >= seen.requests * self.size, f"{seen.requests} answers, {written} events"
        return {self.name: seen.rate * self.size, f"{self.name}.p50": seen.p50, f"{self.name}.p99": seen.p99}
