"""Commands that open what belongs to somebody: the operator, an agency, a machine's key."""

from __future__ import annotations

import json
from typing import Any

import click

from portal import clock
from portal.cli.group import CONSOLE, agency_named, jobs_context, migrate_now, portal, speaks_plainly
from portal.db import database
from portal.domain import accounts, tenants
from portal.domain.tenants import Payee


@portal.command("create-operator")
@click.option("--email", required=True)
@click.option("--name", default="")
@click.option("--legal-name", required=True, help="Who is paid; printed in the payee field of statements alone.")
@click.option("--address", default="")
@click.password_option(prompt="Password")
@speaks_plainly
def create_operator(email: str, name: str, legal_name: str, address: str, password: str) -> None:
    """The operator of a new installation, with a sign-in."""
    migrate_now()
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
@speaks_plainly
def create_agency(owner: str, owner_name: str, password: str, payee: str, **facts: Any) -> None:
    """A new agency with its owner."""
    migrate_now()
    accounts.check_strength(password, known=[owner, owner_name, facts["name"]])
    with database.atomic():
        agency = tenants.create_agency(
            facts.pop("slug"), facts.pop("name"), payee=Payee(payee), **facts, by=CONSOLE, now=clock.now()
        )
        accounts.add_staff(
            agency, owner, accounts.Role.OWNER, name=owner_name, password=password, by=CONSOLE, now=clock.now()
        )
    click.echo(f"{agency.name} is at {jobs_context().settings.address_of(jobs_context().host_of(agency))}/")


@portal.command("create-credential")
@click.option("--agency", "slug", required=True)
@click.option("--scope", "scopes", multiple=True, required=True)
@click.option("--label", default="")
@speaks_plainly
def create_credential(slug: str, scopes: tuple[str, ...], label: str) -> None:
    """A machine's key for the API of one agency; its last line is the key, shown this once."""
    credential, secret = accounts.create_credential(
        agency_named(slug), scopes=list(scopes), label=label, by=CONSOLE, now=clock.now()
    )
    click.echo(json.dumps({"client_id": credential.client_id, "client_secret": secret}))
