"""Which figures there are, what each needs, and what it should reach."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from bench.arms.ingest import Batches, Singles
from bench.arms.pages import Bare, Get, Toggle, bare_server
from bench.arms.raw import Copy, Raw, RowByRow
from bench.rounds import Arm, Figure
from bench.stage import Stage, owner, staged, switchboard

SPREAD, SKEWED = 2_000, 20
FEW, SOME, MANY = 100, 10_000, 100_000


class Build:
    """Stages and arms, each made once, when a figure first asks for it."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack
        self.arms: dict[str, Arm] = {}
        self._stages: dict[tuple[int, str], Stage] = {}
        self._bare_port = 0

    def stage(self, clients: int, kind: str = "sqlite") -> Stage:
        if (clients, kind) not in self._stages:
            self._stages[clients, kind] = self.stack.enter_context(staged(clients, kind))
        return self._stages[clients, kind]

    def add(self, arm: Arm) -> None:
        self.arms.setdefault(arm.name, arm)

    def bare(self, stage: Stage, connections: int = 4) -> str:
        """The name of the bare page's arm with so many connections."""
        self._bare_port = self._bare_port or self.stack.enter_context(bare_server())
        name = f"bare.{connections}"
        self.add(Bare(self._bare_port, stage.folder, connections=connections, name=name))
        return name


def toggle(build: Build) -> list[Figure]:
    stage = build.stage(SPREAD)
    build.add(Toggle(stage, *switchboard(stage)))
    return [Figure("toggle", "toggle", build.bare(stage), 0.45)]


def client_list(build: Build) -> list[Figure]:
    stage = build.stage(SOME)
    shows = (ROW, 50)
    build.add(Get("client_list", stage, ["/agency/clients/"], cookie=owner(stage), shows=shows))
    return [Figure("client_list", "client_list", build.bare(stage), 0.35)]


ROW = '<th scope="row">'
"""What stands once in each row of the list."""
SHOWN = {"first": 50, "last": 50, "search": 1, "over": 50}


def growth(build: Build) -> list[Figure]:
    """What a page costs with very many clients, in what it costs with few."""
    for clients in (FEW, MANY):
        stage = build.stage(clients)
        cookie = owner(stage)
        for name, path in _pages(stage).items():
            shows = (ROW, SHOWN[name]) if name in SHOWN else ("", 0)
            build.add(Get(f"{name}.{clients}", stage, [path], cookie=cookie, shows=shows))
    names = _pages(build.stage(FEW))
    return [Figure(f"growth.{name}", f"{name}.{FEW}", f"{name}.{MANY}", 1.1, at_most=True) for name in names]


def _pages(stage: Stage) -> dict[str, str]:
    """Which addresses are compared; the search is for one name."""
    slugs = (stage.folder / "clients").read_text().split()
    word = slugs[len(slugs) // 2].removeprefix("padaria-")
    return {
        "first": "/agency/clients/",
        "last": f"/agency/clients/?after={stage.before_last()}",
        "search": f"/agency/clients/?q={word}",
        "over": "/agency/clients/?only=alert",
        "overview": "/agency/",
    }


def ingest(build: Build) -> list[Figure]:
    stage = build.stage(SPREAD)
    for name, clients in (("spread", SPREAD), ("skewed", SKEWED)):
        build.add(Batches(f"ingest.{name}", stage, clients))
        build.add(Raw(f"raw.{name}", stage, clients))
    build.add(RowByRow(stage, SPREAD))
    return [
        Figure("ingest.spread", "ingest.spread", "raw.spread", 0.45),
        Figure("ingest.skewed", "ingest.skewed", "raw.skewed", 0.7),
        Figure("ingest.peewee", "ingest.spread", "peewee", 60),
    ]


def single_event(build: Build) -> list[Figure]:
    stage = build.stage(SPREAD)
    build.add(Singles(stage, SPREAD, connections=16))
    return [
        Figure("single_event", "single_event", build.bare(stage, 16), 0.3),
        Figure("single_event.p99", "single_event.p99", "single_event.p50", 5, at_most=True),
    ]


def ingest_postgres(build: Build) -> list[Figure]:
    stage = build.stage(SPREAD, "postgresql")
    build.add(Batches("ingest_postgres", stage, SPREAD))
    build.add(Copy(stage, SPREAD))
    return [Figure("ingest_postgres", "ingest_postgres", "copy", 0.45)]


def entitlement(build: Build) -> list[Figure]:
    stage = build.stage(SPREAD)
    slugs = (stage.folder / "clients").read_text().split()[:500]
    paths = [f"/api/v1/clients/{slug}/services/litmus_test" for slug in slugs]
    build.add(Get("entitlement", stage, paths, shows=('"remaining"', 1)))
    return [Figure("entitlement", "entitlement", build.bare(stage), 0.5)]


ARMS: dict[str, Callable[[Build], list[Figure]]] = {
    "toggle": toggle,
    "client_list": client_list,
    "growth": growth,
    "ingest": ingest,
    "single_event": single_event,
    "ingest_postgres": ingest_postgres,
    "entitlement": entitlement,
}
