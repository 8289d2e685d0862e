from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from peewee import IntegrityError

from portal.db import transaction
from portal.domain import audit, money, texts
from portal.domain.audit import Actor
from portal.domain.errors import Conflict, Invalid
from portal.domain.tenants.catalogue import Payee
from portal.domain.tenants.models import Agency, App, Client, Operator
from portal.domain.tenants.search import keep_text
from portal.domain.tenants.slugs import RESERVED, is_slug, slug_from, sort_name
from portal.domain.tenants.terms import set_term
from portal.languages import LANGUAGES

LONGEST_NAME = 120


@cache
def _timezones() -> set[str]:
    """All that this machine knows: some hundred files, looked for once."""
    return available_timezones()


def create_operator(legal_name: str, *, address: str = "", now: datetime) -> Operator:
    """The one operator of this installation. Raises Conflict when there is one."""
    with transaction():
        if Operator.select().exists():
            raise Conflict("operator_exists")
        return Operator.create(legal_name=legal_name, address=address, created_at=now)


def create_agency(
    slug: str,
    name: str,
    *,
    prefix: str,
    legal_name: str = "",
    address: str = "",
    email: str = "",
    language: str = "pt-BR",
    currency: str = "BRL",
    timezone: str = "America/Sao_Paulo",
    tax_label: str = "",
    tax_rate: int = 0,
    payee: Payee = Payee.OPERATOR,
    by: Actor,
    now: datetime,
) -> Agency:
    """A new agency with its money rules; `tax_rate` in basis points (500 is 5 %).

    Raises Invalid for values that can't be taken, Conflict when slug or prefix is in use.
    """
    name = texts.tidy(name)
    good: dict[str, tuple[bool, str]] = {
        "slug": (is_slug(slug), "bad_slug"),
        "prefix": (bool(re.fullmatch(r"[A-Z]{2,8}", prefix)), "bad_prefix"),
        "language": (language in LANGUAGES, "bad_language"),
        "currency": (money.is_currency(currency), "bad_currency"),
        "timezone": (timezone in _timezones(), "bad_timezone"),
        "tax_rate": (0 <= tax_rate <= 10_000, "bad_rate"),
    }
    problems: dict[str, tuple[str, dict[str, Any]]] = {}
    problems |= {field: (code, {}) for field, (fits, code) in good.items() if not fits}
    if problem := texts.name_problem(name, most=LONGEST_NAME):
        problems["name"] = problem
    if problems:
        raise Invalid(problems)
    with transaction():
        if Agency.select().where((Agency.slug == slug) | (Agency.prefix == prefix)).exists():
            raise Conflict("agency_exists", field="slug")
        agency = Agency.create(
            slug=slug,
            name=name,
            prefix=prefix,
            legal_name=legal_name or name,
            address=address,
            email=email,
            language=language,
            currency=currency,
            timezone=timezone,
            created_at=now,
        )
        for key, value in {
            "tax_label": tax_label,
            "tax_rate": tax_rate,
            "payee": payee.value,
            "collects": "everything",
        }.items():
            set_term(agency, key, value, agency=agency, now=now)
        audit.record("agency.created", by=by, now=now, agency_id=agency.id, subject=name)
    return agency


def set_alert_at(agency: Agency, alert_at: tuple[int, ...] | None) -> None:
    """The percentages of a limit at which people are told, unless a client has its own; None: as usual.

    For `settings`, which checks them and writes down who set them.
    """
    agency.alert_at = list(alert_at) if alert_at else None
    Agency.update(alert_at=agency.alert_at).where(Agency.id == agency.id).execute()


def add_client(
    agency: Agency,
    name: str,
    *,
    slug: str = "",
    email: str = "",
    address: str = "",
    currency: str = "",
    language: str = "",
    began_on: date,
    by: Actor,
    now: datetime,
) -> Client:
    """A new client with its first app of the same slug.

    Raises Invalid at the field: name missing or too long, slug unusable or in use, unknown currency.
    """
    name = texts.tidy(name)
    wanted = slug.strip().lower() or _free_slug(agency, slug_from(name) or "cliente")
    problems: dict[str, tuple[str, dict[str, Any]]] = {}
    if problem := texts.name_problem(name, most=LONGEST_NAME):
        problems["name"] = problem
    if not is_slug(wanted):
        problems["slug"] = ("bad_slug", {})
    if currency and not money.is_currency(currency):
        problems["currency"] = ("bad_currency", {})
    if language and language not in LANGUAGES:
        problems["language"] = ("bad_language", {})
    if problems:
        raise Invalid(problems)
    try:
        with transaction():
            client = Client.create(
                agency=agency,
                slug=wanted,
                name=name,
                sort_name=sort_name(name),
                address=address,
                email=email,
                language=language or agency.language,
                currency=currency or agency.currency,
                began_on=began_on,
                created_at=now,
            )
            keep_text(client)
            create_app(client, name, slug=wanted, by=by, now=now)
            audit.record("client.added", by=by, now=now, agency_id=agency.id, client_id=client.id, subject=name)
    except IntegrityError:
        raise Invalid({"slug": ("slug_taken", {"slug": wanted})}) from None
    return client


def create_app(client: Client, name: str, *, slug: str, by: Actor, now: datetime) -> App:
    """One more app of the client. Raises IntegrityError when the agency has an app of that slug."""
    with transaction():
        app = App.create(agency=client.agency, client=client, slug=slug, name=name, created_at=now)
        audit.record(
            "app.created",
            by=by,
            now=now,
            agency_id=client.agency_id,
            client_id=client.id,
            app_id=app.id,
            subject=name,
        )
    return app


def rename_app(app: App, name: str, *, by: Actor, now: datetime) -> None:
    """Give the app another name. Raises Invalid when it is empty or too long."""
    name = texts.tidy(name)
    if problem := texts.name_problem(name, most=LONGEST_NAME):
        raise Invalid({"name": problem})
    if name == app.name:
        return
    with transaction():
        old, app.name = app.name, name
        app.save()
        audit.record(
            "app.renamed",
            by=by,
            now=now,
            agency_id=app.agency_id,
            client_id=app.client_id,
            app_id=app.id,
            subject=name,
            old=old,
            new=name,
        )


def set_client_access(client: Client, *, allowed: bool, by: Actor, now: datetime) -> None:
    """Whether people of the client may sign in at all; metering goes on either way."""
    with transaction():
        changed = Client.update(access=allowed).where((Client.id == client.id) & (Client.access != allowed)).execute()
        client.access = allowed
        if changed:
            action = "client.access_allowed" if allowed else "client.access_withdrawn"
            audit.record(action, by=by, now=now, agency_id=client.agency_id, client_id=client.id, subject=client.name)


def note_host(agency: Agency, host: str | None) -> None:
    """The domain of its own at which the agency is met, or None; for `hosts`, which knows it.

    Raises IntegrityError where another agency is met there.
    """
    Agency.update(own_host=host).where(Agency.id == agency.id).execute()
    agency.own_host = host


def note_card(client: Client, card: str) -> None:
    """Whose card pays for the client in the present period; for `settings`, which knows it."""
    Client.update(card=card).where((Client.id == client.id) & (Client.card != card)).execute()


def note_alert(client: Client, period: str | None) -> None:
    """The period in which the client's use needs a look, or None; for `metering`, which knows it."""
    Client.update(alert_period=period).where(Client.id == client.id).execute()


def _free_slug(agency: Agency, wanted: str) -> str:
    """The wanted slug, or the next one with a number that is free: no app of the agency has it, no rule keeps it."""
    stem, n = wanted[:36].rstrip("-"), 2
    while wanted in RESERVED or App.select().where((App.agency == agency) & (App.slug == wanted)).exists():
        wanted, n = f"{stem}-{n}", n + 1
    return wanted
