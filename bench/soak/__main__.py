"""`bin/soak`: the whole run, its report, and 1 where anything is not as it must be."""

from __future__ import annotations

import asyncio
import json
import random
import time
from pathlib import Path
from typing import Any

import click

from bench.installation import ROOT, Installation, installed
from bench.soak import checks, entitlements, settling
from bench.soak.expected import expected_of
from bench.soak.killing import kill_now_and_then
from bench.soak.planning import make_plan
from bench.soak.senders import Crowd
from bench.soak.tables import asking
from bench.soak.world import build

RESULTS = ROOT / "bench" / "results"


@click.command()
@click.option("--events", default=1_000_000, show_default=True)
@click.option("--senders", default=1_000, show_default=True)
@click.option("--kills", default=10, show_default=True, help="How often the server is ended by SIGKILL meanwhile.")
@click.option("--seconds", default=0, help="After so long nobody sends anything new; 0: until all is sent.")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--seed", default=0, help="Of the plan; 0: a new one, which is printed.")
@click.option("--results", default=RESULTS, type=click.Path(path_type=Path), help="Where the report goes.")
def soak(events: int, senders: int, kills: int, seconds: int, database: str, seed: int, results: Path) -> None:
    """Many senders, a server that is killed meanwhile, and every sum held against an independent count."""
    seed = seed or random.randrange(1, 1_000_000)
    click.echo(f"{events} events, {senders} senders, {kills} kills, {database}, --seed {seed}", err=True)
    with installed(database) as installation:
        report = run(installation, seed, events, senders, kills, seconds)
    report = {"database": database, "seed": seed, "events": events, "senders": senders} | report
    text = json.dumps(report, indent=2)
    results.mkdir(parents=True, exist_ok=True)
    (results / f"soak-{database}.json").write_text(text + "\n")
    click.echo(text)
    raise SystemExit(0 if report["holds"] else 1)


def run(installation: Installation, seed: int, events: int, senders: int, kills: int, seconds: int) -> dict[str, Any]:
    """Plan, send, kill, settle, compare."""
    plan = make_plan(seed, events, senders)
    installation.prepare()
    world = build(plan)
    installation.serve()
    crowd, began = Crowd(plan, world, installation.port), time.monotonic()
    until = began + seconds if seconds else float("inf")
    killed = asyncio.run(_send(installation, crowd, kills, until))
    took = time.monotonic() - began
    left = settling.settle(installation)
    expected = expected_of(plan, crowd.account)
    wrong = [f"{left} messages of the outbox are not done"] if left else []
    wrong += entitlements.differences(plan, world, expected, installation.port)
    installation.stop()
    with asking(installation.database_url) as ask:
        wrong += checks.differences(plan, world, crowd.account, expected, ask)
    status, said = installation.portal("rebuild-facts", "--verify")
    if status:
        wrong.append(f"rebuild-facts --verify: {said.strip()[-500:]}")
    return {
        "holds": not wrong,
        "wrong": wrong[:100],
        "kills": killed,
        "seconds": round(took),
        "jobs": crowd.account.jobs,
        "events sent again": plan.sent_again,
        "rebuild-facts --verify": said.strip().splitlines()[-1],
        **checks.figures(plan, crowd.account, expected),
    }


async def _send(installation: Installation, crowd: Crowd, kills: int, until: float) -> int:
    async with asyncio.TaskGroup() as group:
        killing = group.create_task(kill_now_and_then(installation, crowd, kills, until))
        sending = group.create_task(crowd.send(until))
        group.create_task(_watch(installation, sending))
    return killing.result()


async def _watch(installation: Installation, sending: asyncio.Task[None]) -> None:
    """The senders ask until they are answered: whoever doesn't start again would keep them for ever."""
    while not sending.done():
        installation.check()
        await asyncio.sleep(1)


if __name__ == "__main__":
    soak()
