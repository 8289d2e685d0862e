"""Commands about what people see: the brand scan, and the page while the installation is being looked after."""

from __future__ import annotations

import json

import click
from flask import current_app

from portal import clock, scan
from portal.cli.group import CONSOLE, agency_named, jobs_context, portal
from portal.gateways import scans
from portal.web import maintenance


@portal.command("scan-brand")
@click.argument("agency")
@click.option("--json", "as_json", is_flag=True, help="The whole report as JSON.")
@click.option("--quiet", is_flag=True, help="Nothing about how far it is.")
def scan_brand(agency: str, *, as_json: bool, quiet: bool) -> None:
    """Look at everything that this agency's clients can meet; ends with 1 where something is not the agency's.

    What it found stands on the agency's page as well, without the names of other agencies.
    """

    def tell(done: int, steps: int, what: str) -> None:
        if what and not quiet:
            click.echo(f"[{done + 1}/{steps}] {what}", err=True)

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    looked_at = agency_named(agency)
    report = scan.scan(app, looked_at, by=CONSOLE, told=tell, naming=True)
    kept = {"report": scan.unnamed(report).as_dict(), "at": clock.now().isoformat(), "by": CONSOLE.name}
    scans.keep(jobs_context().settings, looked_at.id, state="done", **kept)
    click.echo(json.dumps(report.as_dict(), indent=2, ensure_ascii=False) if as_json else scan.as_text(report))
    raise SystemExit(0 if report.is_clean else 1)


@portal.command("maintenance")
@click.argument("wanted", type=click.Choice(["on", "off"]))
def switch_maintenance(wanted: str) -> None:
    """Show everybody the page of a moment's pause, in the brand of each host, or let them in again."""
    maintenance.switch(jobs_context().settings, on=wanted == "on")
    click.echo("Every page says that it is back in a moment." if wanted == "on" else "Everybody comes in again.")
