"""The people and places of the back office: the Cantina of Aurora, in the middle of June 2026."""

from __future__ import annotations

import pytest

from portal import clock
from portal.domain.accounts import Role
from tests.factories import NOW, make_agency, make_app, make_client, make_contributor, make_staff

EVERYTHING = ["menus", "menus:publish", "services", "services:use", "statements", "team", "settings"]


@pytest.fixture(autouse=True)
def june(database):
    clock.move_to(NOW)
    yield
    clock.forget()


@pytest.fixture
def aurora(database):
    return make_agency("aurora", "Aurora")


@pytest.fixture
def client(aurora):
    return make_client(aurora, "Cantina da Praça")


@pytest.fixture
def cantina(client):
    return make_app(client)


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
