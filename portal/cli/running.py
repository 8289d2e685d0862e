"""Commands about the installation while it runs: its worker, its keys, its health."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
from flask import current_app

from portal import db, heartbeat, migrating
from portal.cli.group import jobs_context, portal
from portal.domain import outbox, tenants
from portal.gateways.launch import KeyRing
from portal.jobs import drain, own_letters, scanning, webhooks
from portal.web.access import describe_routes


@portal.command("worker")
@click.option("--once", is_flag=True, help="Do what is due and end.")
def worker(*, once: bool) -> None:
    """Do the work in the background until SIGTERM; what is under way is finished."""
    context = jobs_context()
    heartbeat.beat()
    if once:
        drain(context)
        own_letters.deliver(context)
        drain(context)
        webhooks.deliver(context)
        scanning.scan_due(context)
        return
    current_app.config["QUEUE"].create_consumer(
        workers=6, initial_delay=0.1, max_delay=1.0, check_worker_health=True, graceful_signal="TERM"
    ).run()


@portal.command("access-matrix")
def access_matrix() -> None:
    """Every route with what it asks of whoever comes."""
    click.echo(describe_routes(current_app))


@portal.command("rotate-launch-key")
def rotate_launch_key() -> None:
    """Sign the tokens for services outside with a new key; the old one is published for a day more."""
    kid = KeyRing(jobs_context().settings.data_dir).rotate(now=datetime.now(UTC))
    click.echo(f"Launch tokens are signed with the key {kid} now.")


@portal.command("doctor")
def doctor() -> None:
    """What is in order here and what is not; ends with 1 when something is not."""
    checks = {
        "database answers": db.answers,
        "schema is up to date": lambda: not migrating.pending(),
        "worker is alive": heartbeat.is_alive,
        "nothing was given up in the outbox": lambda: not _dead(),
        "searching clients has its index": tenants.search_is_indexed,
    }
    fine = True
    for name, check in checks.items():
        good = check()
        fine = fine and good
        click.echo(f"{'ok ' if good else 'BAD'}  {name}")
    for message in _dead():
        click.echo(f"     {message.topic} {message.key}: {message.last_error}")
    raise SystemExit(0 if fine else 1)


def _dead() -> list[Any]:
    return outbox.dead()
