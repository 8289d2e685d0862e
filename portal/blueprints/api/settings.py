"""Client settings: the dashboard's form, and its rules, for machines."""

from __future__ import annotations

from flask import Response, request

from portal import clock
from portal.blueprints.api import bodies, settings_body
from portal.blueprints.api.clients import client_named
from portal.blueprints.api.pace import paced
from portal.blueprints.api.problems import Problem, resource, wrong_fields
from portal.blueprints.api.replies import reply
from portal.domain import settings
from portal.domain.accounts import Machine
from portal.domain.errors import Conflict, Invalid
from portal.domain.settings import Current
from portal.domain.tenants import Client
from portal.web.access import machine
from portal.web.messages import problems_of

bp = resource("settings", __name__)


@bp.get("/clients/<client>/settings")
@machine(scope="clients:read")
@paced
def show(asker: Machine, client: str) -> Response:
    return _answer(_held(client_named(asker.agency, client)))


@bp.patch("/clients/<client>/settings")
@machine(scope="clients:write")
@paced
def save(asker: Machine, client: str) -> Response:
    """Bring the parts that were sent into force, or none of them."""
    found = client_named(asker.agency, client)
    body, held = bodies.read_object(), _held(found)
    if request.if_match and not request.if_match.contains(str(held.version)):
        raise Problem("settings_changed", version=held.version)
    _save(held, settings_body.wish_of(held, settings_body.change_of(held, body)), asker)
    return _answer(_held(found))


def _held(client: Client) -> Current:
    return settings.current(client, now=clock.now())


def _save(held: Current, wish: settings.Wish, asker: Machine) -> None:
    """Raises Problem, fields named as the body names them."""
    try:
        settings.save(held.client, wish, seen_version=held.version, by=asker.actor, now=clock.now())
    except Invalid as error:
        problems = problems_of(error)
        raise wrong_fields({settings_body.name_of(field): said for field, said in problems.items()}) from None
    except Conflict:
        raise Problem("settings_changed", version=_held(held.client).version) from None


def _answer(held: Current) -> Response:
    answer = reply(settings_body.described(held))
    answer.set_etag(str(held.version))
    return answer
