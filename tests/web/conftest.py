"""A portal with a few pages of its own, to see what every page gets: houses, stamps, headers, refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, request

from portal import create_app, db
from portal.config import Settings
from portal.domain.accounts import Role, Staff, TooManyAttempts
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from portal.domain.rights import Permission
from portal.domain.tenants import Agency
from portal.web import access, htmx
from tests.browser import Browser
from tests.factories import make_agency, make_app, make_client, make_contributor, make_staff
from tests.worlds import built

ERRORS: dict[str, Exception] = {
    "not-found": NotFound(),
    "forbidden": Forbidden("box_missing"),
    "refused": Refused("operator_exists"),
    "invalid": Invalid({"email": ("email_bad", {}), "name": ("name_missing", {})}),
    "conflict": Conflict("order_changed"),
    "often": TooManyAttempts("too_many_attempts", seconds=61),
    "crash": ZeroDivisionError("canary-of-a-crash"),
    "busy": db.AWAY[0]("database is locked"),
    "slip": db.AWAY[0]("no such column: canary"),
}


def _fails(kind: str) -> str:
    raise ERRORS[kind]


def _echo(who: Any) -> str:
    return f"<!doctype html><html lang='en'><title>x</title><main><h1>{type(who).__name__}</h1></main></html>"


def _person(who: Any, **_: Any) -> str:
    return _echo(who)


def _nobody(**_: Any) -> str:
    return _echo(None)


def _reads() -> str:
    return _echo(request.form.get("text"))


def _part(_staff: Staff) -> Any:
    return htmx.fragment_or_redirect("errors/_refusal.html", to="/agency/probe", trigger="changed", refusal=_Said())


class _Said:
    title, text = "Title", "Text"


@pytest.fixture(scope="session")
def _probing(settings: Settings) -> Flask:
    app = create_app(settings)
    for rule, endpoint, view, methods in (
        ("/agency/probe/", "see", access.agency_staff(may=Permission.SEE)(_person), ["GET", "POST"]),
        ("/agency/prices", "prices", access.agency_staff(may=Permission.PRICES)(_person), ["GET"]),
        ("/agency/part", "part", access.agency_staff(may=Permission.SEE)(_part), ["POST"]),
        ("/office/<slug:app>/menus-probe", "menus", access.contributor(may="menus")(_person), ["GET", "POST"]),
        ("/office/<slug:app>/home-probe", "home", access.contributor(may="home")(_person), ["GET"]),
        ("/api/v1/probe", "machine", access.machine(scope="usage:write")(_person), ["GET", "POST"]),
        ("/api/v1/fails/<kind>", "api_fails", access.public("test", on="platform", forgeable=False)(_fails), ["GET"]),
        ("/operator/probe", "operator", access.operator(may="run")(_person), ["GET"]),
        ("/fails/<kind>", "fails", access.public("test", on="both")(_fails), ["GET"]),
        ("/reads", "reads", access.public("test", on="both")(_reads), ["POST"]),
        ("/agency-only", "agency_only", access.public("test", on="agency")(_nobody), ["GET"]),
        ("/inside-too", "inside", access.signed_in(on="agency", inside=True)(_person), ["GET"]),
    ):
        app.add_url_rule(rule, f"probe.{endpoint}", view, methods=methods)
    return app


@pytest.fixture
def app(_probing: Flask, database: Any) -> Flask:
    return _probing


@dataclass
class World:
    """Two agencies. Ana owns the first, Bruno manages its client; Carla is inside its app, Dora inside the other's."""

    one: Agency
    other: Agency
    ana: Staff
    bruno: Staff
    carla: Any
    dora: Any


@pytest.fixture
def world(database: Any) -> World:
    return built(database, _world)


def _world() -> World:
    one, other = make_agency("aurora", "Aurora"), make_agency("northwind", "Northwind", language="en")
    client, unassigned = make_client(one, "Cantina"), make_client(one, "Moda")
    return World(
        one,
        other,
        make_staff(Role.OWNER, one, email="ana@aurora.example", name="Ana Prado"),
        make_staff(Role.MANAGER, one, clients=[unassigned]),
        make_contributor(make_app(client), ["menus"], email="carla@cantina.example"),
        make_contributor(make_app(make_client(other, "Cantina")), ["menus"]),
    )


@pytest.fixture
def at(app: Flask, settings: Settings) -> Callable[[str], Browser]:
    """A browser that nobody has signed in with, at a host."""
    return lambda host: Browser(app, settings, host)


@pytest.fixture
def platform(at: Callable[[str], Browser]) -> Browser:
    return at("localhost")


@pytest.fixture
def aurora(at: Callable[[str], Browser], world: World) -> Browser:
    return at("aurora.localhost")
