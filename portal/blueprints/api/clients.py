"""The clients of the agency that asks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, url_for

from portal import clock
from portal.blueprints.api import bodies, schemas
from portal.blueprints.api.pace import paced
from portal.blueprints.api.pages import page_of
from portal.blueprints.api.problems import resource
from portal.blueprints.api.replies import reply
from portal.domain import accounts, periods, settings, tenants
from portal.domain.accounts import Machine
from portal.domain.errors import NotFound
from portal.domain.tenants import Agency, Client
from portal.web.access import machine

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

bp = resource("clients", __name__)


@bp.get("/clients")
@machine(scope="clients:read")
@paced
def index(asker: Machine) -> Response:
    """One page, the oldest clients first: who joins meanwhile comes last, and nobody is passed over."""

    def read(after: UUID | None, most: int) -> Sequence[Client]:
        return tenants.page_of_clients_by_id(asker.agency, after=after, most=most)

    return page_of("clients", asker.agency, read, lambda rows: [described(client) for client in rows])


@bp.post("/clients")
@machine(scope="clients:write")
@paced
def create(asker: Machine) -> Response:
    client = _open(asker, bodies.fitted(schemas.NewClient, bodies.read_object()), clock.now())
    answer = reply(described(client), 201)
    answer.location = url_for(".show", client=client.id)
    return answer


@bp.get("/clients/<client>")
@machine(scope="clients:read")
@paced
def show(asker: Machine, client: str) -> Response:
    return reply(described(client_named(asker.agency, client)))


def client_named(agency: Agency, name: str) -> Client:
    """The agency's client of that id or slug. Raises NotFound for unknown and foreign ones alike."""
    for known in names_of(name):
        with suppress(NotFound):
            if isinstance(known, UUID):
                return tenants.client_by_id(agency, known)
            return tenants.client_by_slug(agency, known)
    raise NotFound


def names_of(name: str) -> Iterator[UUID | str]:
    """What the name in a path can be: an id, a slug, both (a slug may look like an id), or nothing."""
    if _UUID.fullmatch(name):
        yield UUID(name)
    if tenants.is_slug(name):
        yield name


def described(client: Client) -> dict[str, Any]:
    return {
        "id": str(client.id),
        "slug": client.slug,
        "name": client.name,
        "email": client.email or None,
        "currency": client.currency,
        "began_on": client.began_on.isoformat(),
        "suspended": client.suspended_at is not None,
    }


def _open(asker: Machine, wanted: schemas.NewClient, now: datetime) -> Client:
    """A new client that begins today, as the dashboard's form opens one. Raises Invalid at the field."""
    return settings.open_client(
        asker.agency,
        wanted.name,
        slug=wanted.slug or "",
        currency=wanted.currency or "",
        email=accounts.clean_email(wanted.email) if wanted.email is not None else "",
        began_on=periods.local_day(now, asker.agency.timezone),
        by=asker.actor,
        now=now,
    )
