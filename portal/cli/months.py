"""Commands about what is counted and billed."""

from __future__ import annotations

from datetime import timedelta
from time import sleep as pause

import click

from portal import clock
from portal.cli.group import CONSOLE, agency_named, jobs_context, portal, speaks_plainly
from portal.domain import billing, metering, tenants
from portal.jobs import drain


@portal.command("close-month")
@click.option("--period", required=True, help="The month, such as 2026-06.")
@click.option("--agency", "slug", help="One agency alone.")
@click.option("--now", "at_once", is_flag=True, help="Do not wait for the end of the grace.")
@speaks_plainly
def close_month(period: str, slug: str | None, *, at_once: bool) -> None:
    """Issue the statements of a finished month, print their PDFs, and say what was issued."""
    context, now = jobs_context(), clock.now()
    grace = timedelta(days=context.settings.grace_days)
    everything = []
    for agency in [agency_named(slug)] if slug else tenants.agencies():
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
@speaks_plainly
def rebuild_facts(slug: str | None, *, verify: bool) -> None:
    """Count day facts and period counters anew from the events."""
    agencies = [agency_named(slug)] if slug else tenants.agencies()
    if not verify:
        click.echo(f"clients mended: {sum(metering.rebuild(agency) for agency in agencies)}")
        return
    found = [wrong for agency in agencies for wrong in metering.differences(agency)]
    for wrong in found:
        click.echo(f"{wrong.client.slug} {wrong.service} {wrong.place}: kept {wrong.kept}, counted {wrong.counted}")
    click.echo(f"facts that differ from their events: {len(found)}")
    raise SystemExit(1 if found else 0)


def _wait_for_pdfs(statements: list[billing.Statement], *, seconds: int = 60) -> None:
    """A running worker may have taken some of the printing: it is done when this command ends."""
    for _ in range(seconds * 2):
        if all(billing.statement_by_id(statement.id).is_ready for statement in statements):
            return
        pause(0.5)
    raise click.ClickException("The statements are issued, but some PDFs are not printed yet; see bin/portal doctor.")
