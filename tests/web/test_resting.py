"""A session that nobody uses ends, whatever its open pages ask by themselves; and one that is used ends too (SE-09)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.domain import accounts
from portal.domain.accounts import SignIn
from tests.factories import PASSWORD

POLLED = {"X-Polled": "yes"}


@pytest.fixture
def wait(monkeypatch):
    def wait(**more):
        moment = clock.now() + timedelta(**more)
        monkeypatch.setattr(clock, "now", lambda: moment)

    return wait


def test_what_a_page_asks_by_itself_is_no_use_of_the_session(browse, world, wait):
    ana = browse(world.ana)
    assert ana.get("/agency/probe/").status == 200
    for _ in range(7):
        wait(hours=1)
        assert ana.get("/agency/probe/", htmx=True, headers=POLLED).status == 200
    wait(hours=1, minutes=1)
    page = ana.get("/agency/probe/", htmx=True, headers=POLLED)
    assert (page.status, page.location) == (401, "/sign-in"), "eight hours without a click"
    assert ana.get("/agency/probe/").status == 302


def test_what_the_person_does_is_one_and_holds_for_twenty_hours_at_most(browse, world, wait):
    ana = browse(world.ana)
    for _ in range(3):
        wait(hours=6)
        assert ana.get("/agency/probe/").status == 200
    assert SignIn.get().seen_at == clock.now()
    wait(hours=2, seconds=1)
    assert ana.get("/agency/probe/").status == 302


def test_who_runs_the_installation_rests_half_an_hour_at_most(browse, world, wait):
    operator = accounts.add_operator("op@portal.example", name="Op", password=PASSWORD, now=clock.now())
    browser = browse(operator)
    for minutes, status in ((29, 200), (29, 200), (31, 302)):
        wait(minutes=minutes)
        assert browser.get("/operator/probe").status == status
