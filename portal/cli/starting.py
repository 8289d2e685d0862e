"""Commands that prepare a data folder: its tables, the demo, the demo's clock."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import click

from portal import clock, demo
from portal.cli.group import jobs_context, migrate_now, portal, speaks_plainly
from portal.config import Settings
from portal.db import database
from portal.domain import outbox, tenants
from portal.jobs import drain, drain_on_all_cores, schedule


@portal.command("first-start")
@click.option("--port", "says_port", is_flag=True, help="Say in the first line at which port it is served.")
@speaks_plainly
def first_start(*, says_port: bool) -> None:
    """Prepare the data folder: tables, the demo when it is empty, statements that are due; say where to sign in."""
    settings = jobs_context().settings
    if says_port:
        click.echo(settings.port)
    migrate_now()
    if demo.is_empty() and not settings.production:
        click.echo(
            "Preparing the demo: people, half a year of use, and its statements in PDF. This takes a few minutes.",
            err=True,
        )
        _build_demo(clock.now())
    _issue_what_is_due()
    demo.prepare_services(settings, now=clock.now())
    _greet(settings)


@portal.command()
def welcome() -> None:
    """Say again where to sign in, and, beside the demo, as whom."""
    database.connect(reuse_if_open=True)
    _greet(jobs_context().settings)


@portal.command()
def migrate() -> None:
    """Bring the database to the present schema."""
    for name in migrate_now():
        click.echo(f"applied {name}")


@portal.command("demo")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The day it is shown at, such as 2026-06-30.")
@speaks_plainly
def make_demo(until: datetime | None) -> None:
    """Fill an empty installation with the demo, as of a day."""
    settings = jobs_context().settings
    if settings.production:
        raise click.ClickException("PORTAL_ENV is production: the demo has no place there")
    migrate_now()
    if not demo.is_empty():
        raise click.ClickException("This data folder is in use. Choose an empty one by PORTAL_DATA_DIR.")
    if until:
        clock.move_to(datetime.combine(until.date(), time(18), UTC))
    _build_demo(clock.now())
    _issue_what_is_due()
    _greet(settings)


@portal.command("clock")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
def move_clock(day: datetime) -> None:
    """Let the demo's clock show noon of a day and run on from there."""
    if jobs_context().settings.production:
        raise click.ClickException("PORTAL_ENV is production: its clock can't be moved")
    migrate_now()
    clock.move_to(datetime.combine(day.date(), time(12), UTC))
    click.echo(f"It is now {clock.now():%Y-%m-%d %H:%M} UTC.")


def _build_demo(until: datetime) -> None:
    context = jobs_context()
    password = context.settings.demo_password
    if password is None:
        raise click.ClickException("PORTAL_DEMO_PASSWORD is not set")
    grace = timedelta(days=context.settings.grace_days)
    outbox.ring_with(None)  # nobody has to be woken for what is done right here
    demo.build(password.get_secret_value(), brand_of=context.brand_of, grace=grace, until=until)
    drain_on_all_cores(context, "statement.render")
    demo.silence(now=until)


def _issue_what_is_due() -> None:
    schedule.close_months(jobs_context(), now=clock.now())
    drain(jobs_context())


def _greet(settings: Settings) -> None:
    click.echo(f"Dashboard     {settings.address_of(settings.platform_host)}/")
    for agency in tenants.agencies():
        click.echo(f"{agency.name:13} {settings.address_of(settings.agency_host(agency.slug))}/")
    if settings.smtp_url is None and not settings.production:
        click.echo(f"Mail          {settings.address_of(settings.platform_host)}/dev/mail")
    if settings.demo_password and not settings.production:
        for house, email in demo.SIGN_INS:
            click.echo(f"Sign in       {email}  ({'dashboard' if house == 'platform' else house})")
        click.echo(f"Password      {settings.demo_password.get_secret_value()}  (for all of them)")
    click.echo(f"Settings      {settings.data_dir / 'portal.env'}")
    click.echo(f"Brands        {settings.themes_dir}")
    click.echo(f"Once more     {_unusual(settings)}bin/portal welcome")


def _unusual(settings: Settings) -> str:
    """What goes before `bin/portal` so that it means this installation; nothing for the usual folder and port."""
    usual = Path(__file__).parents[2] / "var"
    folder = "" if settings.data_dir == usual else f"PORTAL_DATA_DIR={shlex.quote(str(settings.data_dir))} "
    return folder + ("" if settings.port == Settings.model_fields["port"].default else f"PORTAL_PORT={settings.port} ")
