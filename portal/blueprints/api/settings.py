"""Client settings: the dashboard's form, and its rules, for machines."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

from portal import clock
from portal.blueprints.api import bodies, settings_body
from portal.blueprints.api.clients import client_named
from portal.blueprints.api.pace import paced
from portal.blueprints.api.problems import Problem, resource, wrong_fields
from portal.blueprints.api.replies import reply
from portal.domain import settings
from portal.domain.accounts import Machine
from portal.domain.errors import Invalid
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
    found, body = client_named(asker.agency, client), bodies.read_object()

    def wished(held: Current) -> settings.Wish:
        if request.if_match and not request.if_match.contains(str(held.version)):
            raise Problem("settings_changed", version=held.version)
        return settings_body.wish_of(held, settings_body.change_of(held, body))

    _save(found, wished, asker)
    return _answer(_held(found))


def _held(client: Client) -> Current:
    return settings.current(client, now=clock.now())


def _save(client: Client, wished: Callable[[Current], settings.Wish], asker: Machine) -> None:
    """Raises Problem, fields named as the body names them."""
    try:
        settings.save_over(client, wished, by=asker.actor, now=clock.now())
    except Invalid as error:
        problems = problems_of(error)
        raise wrong_fields({settings_body.name_of(field): said for field, said in problems.items()}) from None


def _answer(held: Current) -> Response:
    answer = reply(settings_body.described(held))
    answer.set_etag(str(held.version))
    return answer
