"""`flask --app wsgi portal …` (short: `bin/portal …`): the command line, adapters only."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import wraps
from time import sleep as pause
from typing import Any, ParamSpec, TypeVar

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from portal import clock, db, demo, heartbeat, migrating
from portal.config import Settings
from portal.db import database
from portal.domain import accounts, audit, billing, metering, outbox, tenants
from portal.domain.audit import Actor
from portal.domain.errors import DomainError, Invalid
from portal.domain.tenants import Payee
from portal.gateways.launch import KeyRing
from portal.jobs import Context, drain, drain_on_all_cores, schedule, webhooks
from portal.web.access import describe_routes
from portal.web.messages import said

P = ParamSpec("P")
R = TypeVar("R")

CONSOLE = Actor("operator", "Command line")

portal = AppGroup("portal", help="Look after this installation.")


def init_cli(app: Flask) -> None:
    """Give the application its command line."""
    app.cli.add_command(portal)


def _context() -> Context:
    found: Context = current_app.config["JOBS"]
    return found


def _speaks_plainly(command: Callable[P, R]) -> Callable[P, R]:
    """A rule that said no becomes one sentence and exit code 1."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Invalid as error:
            problems = [f"{field}: {said(code, values)}" for field, (code, values) in error.problems.items()]
            raise click.ClickException("; ".join(problems)) from None
        except DomainError as error:
            raise click.ClickException(said(error.code, error.values)) from None

    return wrapped


@portal.command("first-start")
@_speaks_plainly
def first_start() -> None:
    """Prepare the data folder: tables, the demo when it is empty, statements that are due; say where to sign in."""
    settings = _context().settings
    _migrate()
    if demo.is_empty() and not settings.production:
        click.echo(
            "Preparing the demo: people, half a year of use, and its statements in PDF. This takes a minute.", err=True
        )
        _build_demo(clock.now())
    _issue_what_is_due()
    demo.prepare_services(settings, now=clock.now())
    _greet(settings)


@portal.command()
def migrate() -> None:
    """Bring the database to the present schema."""
    for name in _migrate():
        click.echo(f"applied {name}")


@portal.command("demo")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The day it is shown at, such as 2026-06-30.")
@_speaks_plainly
def make_demo(until: datetime | None) -> None:
    """Fill an empty installation with the demo, as of a day."""
    settings = _context().settings
    if settings.production:
        raise click.ClickException("PORTAL_ENV is production: the demo has no place there")
    _migrate()
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
    if _context().settings.production:
        raise click.ClickException("PORTAL_ENV is production: its clock can't be moved")
    _migrate()
    clock.move_to(datetime.combine(day.date(), time(12), UTC))
    click.echo(f"It is now {clock.now():%Y-%m-%d %H:%M} UTC.")


@portal.command("create-operator")
@click.option("--email", required=True)
@click.option("--name", default="")
@click.option("--legal-name", required=True, help="Who is paid; printed in the payee field of statements alone.")
@click.option("--address", default="")
@click.password_option(prompt="Password")
@_speaks_plainly
def create_operator(email: str, name: str, legal_name: str, address: str, password: str) -> None:
    """The operator of a new installation, with a sign-in."""
    _migrate()
    accounts.check_strength(password, known=[email, name])
    with database.atomic():
        tenants.create_operator(legal_name, address=address, now=clock.now())
        accounts.add_operator(email, name=name, password=password, now=clock.now())
    click.echo(f"{email} can sign in now.")


@portal.command("create-agency")
@click.option("--slug", required=True, help="Its place in host names, such as aurora.")
@click.option("--name", required=True)
@click.option("--prefix", required=True, help="Of statement numbers, such as AUR; never changes.")
@click.option("--language", default="pt-BR", show_default=True)
@click.option("--currency", default="BRL", show_default=True)
@click.option("--timezone", default="America/Sao_Paulo", show_default=True)
@click.option("--tax-label", default="")
@click.option("--tax-rate", default=0, help="In basis points: 500 is 5 %.")
@click.option("--payee", type=click.Choice([p.value for p in Payee]), default="operator", show_default=True)
@click.option("--owner", required=True, help="The owner's e-mail address.")
@click.option("--owner-name", default="")
@click.password_option(prompt="The owner's password")
@_speaks_plainly
def create_agency(owner: str, owner_name: str, password: str, payee: str, **facts: Any) -> None:
    """A new agency with its owner."""
    _migrate()
    accounts.check_strength(password, known=[owner, owner_name, facts["name"]])
    with database.atomic():
        agency = tenants.create_agency(
            facts.pop("slug"), facts.pop("name"), payee=Payee(payee), **facts, by=CONSOLE, now=clock.now()
        )
        accounts.add_staff(
            agency, owner, accounts.Role.OWNER, name=owner_name, password=password, by=CONSOLE, now=clock.now()
        )
    click.echo(f"{agency.name} is at {_context().settings.address_of(_context().host_of(agency))}/")


@portal.command("create-credential")
@click.option("--agency", "slug", required=True)
@click.option("--scope", "scopes", multiple=True, required=True)
@click.option("--label", default="")
@_speaks_plainly
def create_credential(slug: str, scopes: tuple[str, ...], label: str) -> None:
    """A machine's key for the API of one agency; its last line is the key, shown this once."""
    credential, secret = accounts.create_credential(
        _agency(slug), scopes=list(scopes), label=label, by=CONSOLE, now=clock.now()
    )
    click.echo(json.dumps({"client_id": credential.client_id, "client_secret": secret}))


@portal.command("rotate-launch-key")
def rotate_launch_key() -> None:
    """Sign the tokens for services outside with a new key; the old one is published for a day more."""
    kid = KeyRing(_context().settings.data_dir).rotate(now=datetime.now(UTC))
    click.echo(f"Launch tokens are signed with the key {kid} now.")


@portal.command("close-month")
@click.option("--period", required=True, help="The month, such as 2026-06.")
@click.option("--agency", "slug", help="One agency alone.")
@click.option("--now", "at_once", is_flag=True, help="Do not wait for the end of the grace.")
@_speaks_plainly
def close_month(period: str, slug: str | None, *, at_once: bool) -> None:
    """Issue the statements of a finished month, print their PDFs, and say what was issued."""
    context, now = _context(), clock.now()
    grace = timedelta(days=context.settings.grace_days)
    everything = []
    for agency in [_agency(slug)] if slug else tenants.agencies():
        issued = billing.close_month(
            agency, period, brand_of=context.brand_of, grace=grace, at_once=at_once, by=CONSOLE, now=now
        )
        for statement in issued:
            to = statement.client.name if statement.client else agency.name
            amount = statement.due or statement.remitted
            click.echo(f"{statement.number}  {statement.state:16} {statement.currency} {amount:>12}  {to}")
        everything += issued
    drain(context)
    _wait_for_pdfs(everything)


@portal.command("rebuild-facts")
@click.option("--agency", "slug", help="One agency alone.")
@click.option("--verify", is_flag=True, help="Only compare; ends with 1 where something differs.")
@_speaks_plainly
def rebuild_facts(slug: str | None, *, verify: bool) -> None:
    """Count day facts and period counters anew from the events."""
    agencies = [_agency(slug)] if slug else tenants.agencies()
    if not verify:
        click.echo(f"clients mended: {sum(metering.rebuild(agency) for agency in agencies)}")
        return
    found = [wrong for agency in agencies for wrong in metering.differences(agency)]
    for wrong in found:
        click.echo(f"{wrong.client.slug} {wrong.service} {wrong.place}: kept {wrong.kept}, counted {wrong.counted}")
    click.echo(f"facts that differ from their events: {len(found)}")
    raise SystemExit(1 if found else 0)


@portal.command("audit-verify")
@click.option("--agency", "slug", help="The chain of one agency alone.")
@click.option("--expect", help="NUMBER:SEAL as it was printed for that agency earlier and kept elsewhere.")
def audit_verify(slug: str | None, expect: str | None) -> None:
    """Seal what is new in the audit trail and follow its chains; ends with 1 at the first entry that is wrong."""
    noted = _noted(expect) if expect else None
    if noted and not slug:
        raise click.UsageError("--expect speaks of one chain: name its agency too.")
    audit.seal()
    chains = [_agency(slug).id] if slug else audit.chains()
    names = {agency.id: agency.slug for agency in tenants.agencies()}
    verdicts = [audit.verify(chain, expected=noted) for chain in chains]
    for verdict in verdicts:
        name = names.get(verdict.agency_id, verdict.agency_id) if verdict.agency_id else "(installation)"
        click.echo(f"{'BAD' if verdict.wrong else 'ok '}  {name}: {_verdict(verdict)}")
    raise SystemExit(1 if any(verdict.wrong for verdict in verdicts) else 0)


@portal.command("worker")
@click.option("--once", is_flag=True, help="Do what is due and end.")
def worker(*, once: bool) -> None:
    """Do the work in the background until SIGTERM; what is under way is finished."""
    context = _context()
    heartbeat.beat()
    if once:
        drain(context)
        webhooks.deliver(context)
        return
    current_app.config["QUEUE"].create_consumer(
        workers=3, initial_delay=0.1, max_delay=1.0, check_worker_health=True, graceful_signal="TERM"
    ).run()


@portal.command("access-matrix")
def access_matrix() -> None:
    """Every route with what it asks of whoever comes."""
    click.echo(describe_routes(current_app))


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


def _migrate() -> list[str]:
    database.connect(reuse_if_open=True)
    return migrating.migrate()


def _build_demo(until: datetime) -> None:
    context = _context()
    password = context.settings.demo_password
    if password is None:
        raise click.ClickException("PORTAL_DEMO_PASSWORD is not set")
    grace = timedelta(days=context.settings.grace_days)
    outbox.ring_with(None)  # nobody has to be woken for what is done right here
    demo.build(password.get_secret_value(), brand_of=context.brand_of, grace=grace, until=until)
    drain_on_all_cores(context, "statement.render")
    demo.silence(now=until)


def _issue_what_is_due() -> None:
    schedule.close_months(_context(), now=clock.now())
    drain(_context())


def _wait_for_pdfs(statements: list[billing.Statement], *, seconds: int = 60) -> None:
    """A running worker may have taken some of the printing: it is done when this command ends."""
    for _ in range(seconds * 2):
        if all(billing.statement_by_id(statement.id).is_ready for statement in statements):
            return
        pause(0.5)
    raise click.ClickException("The statements are issued, but some PDFs are not printed yet; see bin/portal doctor.")


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


def _agency(slug: str) -> tenants.Agency:
    found = tenants.agency_by_slug(slug)
    if found is None:
        raise click.ClickException(f"There is no agency {slug}.")
    return found


def _noted(text: str) -> tuple[int, str]:
    number, _, seal = text.partition(":")
    if not number.isdecimal() or not seal:
        raise click.UsageError("--expect looks like 1234:9f3a…, as this command printed it.")
    return int(number), seal


def _verdict(verdict: audit.Verdict) -> str:
    entry = verdict.entry
    which = f"entry {verdict.number} ({entry.id}, {entry.action}, {entry.at:%Y-%m-%d %H:%M} UTC)" if entry else ""
    match verdict.wrong:
        case "changed":
            return f"{which} is not what was sealed"
        case "missing":
            return f"entry {verdict.number} is missing; {entry.id if entry else ''} stands in its place"
        case "cut":
            return f"what came after entry {verdict.number} is missing"
    return f"{verdict.entries} entries, {verdict.erased} of them with words erased; {verdict.number}:{verdict.seal}"


def _dead() -> list[Any]:
    return outbox.dead()
