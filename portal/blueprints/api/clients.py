"""The clients of the agency that asks."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import Response, jsonify, request
from itsdangerous import BadSignature, URLSafeSerializer

from portal.blueprints.api.pace import paced
from portal.blueprints.api.problems import Problem, resource
from portal.domain import tenants
from portal.domain.accounts import Machine
from portal.domain.errors import NotFound
from portal.domain.tenants import Agency, Client
from portal.web.access import machine
from portal.web.hosts import settings

PAGE, LARGEST_PAGE = 50, 200
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

bp = resource("clients", __name__)


@bp.get("/clients")
@machine(scope="clients:read")
@paced
def index(asker: Machine) -> Response:
    """One page, the oldest clients first: who joins meanwhile comes last, and nobody is passed over."""
    limit = _limit(request.args.get("limit", str(PAGE)))
    after = _place(asker.agency, request.args.get("cursor"))
    left = sorted((c for c in tenants.clients_of(asker.agency) if after is None or c.id > after), key=lambda c: c.id)
    page = left[:limit]
    further = _cursors(asker.agency).dumps(str(page[-1].id)) if len(left) > limit else None
    return jsonify(items=[described(client) for client in page], next=further)


@bp.get("/clients/<client>")
@machine(scope="clients:read")
@paced
def show(asker: Machine, client: str) -> Response:
    return jsonify(described(client_named(asker.agency, client)))


def client_named(agency: Agency, name: str) -> Client:
    """The agency's client of that id or slug. Raises NotFound for unknown and foreign ones alike."""
    if _UUID.fullmatch(name):
        try:
            return tenants.client_by_id(agency, UUID(name))
        except NotFound:
            pass  # a slug may look like an id
    if not tenants.is_slug(name):
        raise NotFound
    return tenants.client_by_slug(agency, name)


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


def _limit(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= LARGEST_PAGE:
        raise Problem("bad_limit", most=LARGEST_PAGE)
    return int(text)


def _place(agency: Agency, cursor: str | None) -> UUID | None:
    """The client after which the page begins; None at the beginning."""
    if cursor is None:
        return None
    try:
        return UUID(_cursors(agency).loads(cursor))
    except BadSignature:
        raise Problem("bad_cursor") from None


def _cursors(agency: Agency) -> URLSafeSerializer:
    """Signs the cursors of one agency; another agency's are refused."""
    keys = [*settings().secret_key_fallbacks, settings().secret_key]
    return URLSafeSerializer([key.get_secret_value() for key in keys], salt=f"clients of {agency.id}")
