"""The server ended the hard way while the senders are at it, and started again."""

from __future__ import annotations

import asyncio
import random
import time

import click

from bench.installation import Installation
from bench.soak.senders import Crowd


async def kill_now_and_then(installation: Installation, crowd: Crowd, kills: int, until: float) -> int:
    """So many times, spread at random over the work to be done or the time that it may take; how many it were."""
    began = time.monotonic()
    dice = random.Random(crowd.plan.seed + 1)
    done = 0
    for share in sorted(dice.uniform(0.02, 0.9) for _ in range(kills)):
        at = began + share * (until - began)
        while crowd.account.jobs < share * crowd.plan.jobs and time.monotonic() < at:  # noqa: ASYNC110 (two causes)
            await asyncio.sleep(0.02)
        await asyncio.sleep(dice.random() / 2)
        await asyncio.to_thread(installation.kill)
        done += 1
        click.echo(f"  killed after {crowd.account.jobs} of {crowd.plan.jobs} jobs", err=True)
        await asyncio.sleep(dice.random())
        installation.start()
    return done
