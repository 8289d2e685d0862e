"""The people and places of the back office: the Cantina of Aurora, in the middle of June 2026."""

from __future__ import annotations

import pytest

from portal import clock
from portal.domain.accounts import Role
from tests.factories import NOW, make_agency, make_app, make_client, make_contributor, make_staff
from tests.worlds import built

EVERYTHING = ["menus", "menus:publish", "services", "services:use", "statements", "team", "settings"]


@pytest.fixture(autouse=True)
def june(database):
    clock.move_to(NOW)
    yield
    clock.forget()


@pytest.fixture
def cantina(database):
    return built(database, _cantina)


@pytest.fixture
def client(request):
    return request.getfixturevalue("cantina").client


@pytest.fixture
def aurora(database, request):
    """With its client where a test asks for that one too."""
    asked = {"cantina", "client"} & set(request.fixturenames)
    return request.getfixturevalue("cantina").agency if asked else built(database, _aurora)


def _cantina():
    return make_app(make_client(_aurora(), "Cantina da Praça"))


def _aurora():
    return make_agency("aurora", "Aurora")


@pytest.fixture
def ana(aurora):
    """The agency's owner."""
    return make_staff(Role.OWNER, aurora, name="Ana Prado")


@pytest.fixture
def carla(cantina):
    """Everything that is offered."""
    return make_contributor(cantina, EVERYTHING, email="carla@cantina.example", name="Carla Menezes")


@pytest.fixture
def fabio(cantina):
    """The menu alone, without publishing."""
    return make_contributor(cantina, ["menus"], email="fabio@cantina.example", name="Fábio Nunes")


@pytest.fixture
def stranger(database):
    """Somebody of another agency."""
    return make_contributor(make_app(make_client(make_agency("northwind", "Northwind"))), EVERYTHING)


@pytest.fixture
def neighbour(aurora):
    """Somebody of another client of the same agency."""
    return make_contributor(make_app(make_client(aurora, "Clínica")), EVERYTHING)
