"""The command that erases a person."""

from __future__ import annotations

import click

from portal import clock
from portal.cli.group import CONSOLE, agency_named, portal, speaks_plainly
from portal.domain import accounts, support


@portal.command("erase-person")
@click.argument("email")
@click.option("--agency", "slug", required=True, help="The agency at whose host the person signed in.")
@click.confirmation_option(prompt="This can't be taken back. Erase everything that is kept of this person?")
@speaks_plainly
def erase_person(email: str, slug: str) -> None:
    """Take what is kept of a person of a client out of every table, once he was removed from the teams."""
    agency = agency_named(slug)
    person = accounts.person_in(str(agency.id), accounts.clean_email(email))
    if person is None:
        raise click.ClickException(f"Nobody at {agency.name} has the address {email}.")
    touched = support.erase_person(person, by=CONSOLE, now=clock.now())
    click.echo(f"Erased. {touched} entries of the trail lost words; bin/portal audit-verify follows it as before.")
