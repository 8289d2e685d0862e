"""A lent session: what somebody sees, without his having been there."""

from __future__ import annotations

import pytest
from flask import Flask

from portal import clock
from portal.domain import accounts
from portal.domain.accounts import SignIn
from portal.web import sessions
from tests.factories import make_agency, make_app, make_client, make_contributor


@pytest.fixture
def carla(app: Flask):
    return make_contributor(make_app(make_client(make_agency("aurora", "Aurora"))), boxes=["menus"])


@pytest.fixture
def row(carla) -> SignIn:
    return accounts.lent_session(carla.person, str(carla.app.agency_id), now=clock.now())


def status(app: Flask, host: str, path: str = "/account/") -> int:
    return app.test_client().get(path, base_url=f"http://{host}:8000").status_code


def test_while_it_is_lent_requests_of_this_code_are_that_persons(app, carla, row):
    with sessions.lent(row):
        assert status(app, "aurora.localhost") == 200
        assert status(app, "aurora.localhost", f"/office/{carla.app.slug}/menus/") == 200
        assert status(app, "aurora.localhost", f"/office/{carla.app.slug}/team/") == 403
    assert status(app, "aurora.localhost") == 302


def test_it_is_written_nowhere_and_leaves_no_visit(app, carla, row):
    with sessions.lent(row):
        status(app, "aurora.localhost")
    assert not SignIn.select().count()
    assert not accounts.sessions_of(carla.person, now=clock.now())


def test_it_holds_at_the_persons_house_alone(app, row):
    make_agency("northwind", "Northwind")
    with sessions.lent(row):
        assert status(app, "northwind.localhost") == 302
        assert status(app, "localhost") == 302


def test_no_cookie_leads_to_it(app, row):
    with sessions.lent(row):
        client = app.test_client()
        client.get("/account/", base_url="http://aurora.localhost:8000")
    assert client.get("/account/", base_url="http://aurora.localhost:8000").status_code == 302
    client.set_cookie("session", row.token_hash, domain="aurora.localhost")
    assert client.get("/account/", base_url="http://aurora.localhost:8000").status_code == 302
