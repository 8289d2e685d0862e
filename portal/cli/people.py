"""Commands about one person: a second factor that is lost taken away, everything that is kept erased."""

from __future__ import annotations

import click

from portal import clock
from portal.cli.group import CONSOLE, agency_named, portal, speaks_plainly
from portal.domain import accounts, sign_in, support
from portal.domain.accounts import PLATFORM, Person
from portal.domain.tenants import Agency


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


@portal.command("reset-second-factor")
@click.argument("email")
@click.option("--agency", "slug", help="The agency on whose staff the person is.")
@click.option("--client-side", is_flag=True, help="It is a person of the agency's clients, not of its staff.")
@click.option("--operator", is_flag=True, help="It is an operator; instead of --agency.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@speaks_plainly
def reset_second_factor(email: str, slug: str | None, client_side: bool, operator: bool, yes: bool) -> None:
    """Let somebody who lost device and recovery codes sign in by the password alone.

    App, passkeys and recovery codes go, every session ends, and the person gets an e-mail. Where a second factor is
    asked of everybody, a new one is set up at the next sign-in.
    """
    if operator == bool(slug) or (operator and client_side):
        raise click.UsageError("Name --agency, or --operator for an operator.")
    person, whose = _operator(email) if operator else _of_agency(email, agency_named(slug or ""), client_side)
    click.echo(f"{person.shown_name} <{person.email}>, {whose} ({_factors_of(person)}).")
    if not sign_in.has_factor(person):
        raise click.ClickException("There is nothing to take away: the password alone opens this account.")
    if not yes:
        click.confirm("Are you sure that it is this person who asks? Take all of it away?", abort=True)
    sign_in.take_factors(person, by=CONSOLE, now=clock.now())
    click.echo(f"Taken away, and signed out everywhere. An e-mail goes to {person.email}.")


def _operator(email: str) -> tuple[Person, str]:
    person = accounts.person_in(PLATFORM, accounts.clean_email(email))
    if person is None or not person.is_operator:
        raise click.ClickException(f"No operator has the address {email}.")
    return person, "operator"


def _of_agency(email: str, agency: Agency, client_side: bool) -> tuple[Person, str]:
    """Somebody of the agency's staff, or of its clients' people, and what he is there."""
    address = accounts.clean_email(email)
    staff = accounts.staff_with_address(agency, address)
    contributor = accounts.person_in(str(agency.id), address)
    if client_side and contributor:
        return contributor, f"of the clients of {agency.name}"
    if staff and not client_side:
        return staff.person, f"{staff.role} of {agency.name}"
    hint = ""
    if staff or contributor:
        hint = " Leave out --client-side." if client_side else " A person of its clients has: add --client-side."
    where = "Nobody of the clients" if client_side else "Nobody on the staff"
    raise click.ClickException(f"{where} of {agency.name} has the address {email}.{hint}")


def _factors_of(person: Person) -> str:
    """What has to be there beside the password, in words."""
    app = "yes" if sign_in.authenticator_of(person) else "no"
    keys, codes = len(sign_in.passkeys_of(person)), sign_in.codes_left(person)
    return f"authenticator app: {app}, passkeys: {keys}, unused recovery codes: {codes}"
