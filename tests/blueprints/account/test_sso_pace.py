"""How often a browser may be sent to a provider, whom that costs a call and us a thread. SO-10."""

from __future__ import annotations

from portal.domain import federation
from portal.web import pace
from tests.blueprints.account.test_sso import (
    BEGIN,
    CARLA,
    _reachable,
    again,
    agency,
    ana,
    aurora,
    carla,
    enter,
    leave,
    set_up,
)

__all__ = ["_reachable", "agency", "ana", "aurora", "carla", "set_up"]


def test_one_address_begins_so_often_a_minute_at_one_agency(aurora, carla, set_up, provider, monkeypatch):
    monkeypatch.setattr(pace, "MOST", 3)
    set_up()
    back = provider.authorize(leave(aurora), **CARLA)
    for _ in range(2):
        assert again(aurora).post(BEGIN).status == 200
    page = again(aurora).post(BEGIN)
    assert page.status == 429 and 0 < int(page.headers["Retry-After"]) <= 60
    assert federation.Errand.select().count() == 3
    assert aurora.request("GET", back).status == 303  # who is on his way comes in
    monkeypatch.setattr(pace, "WINDOW", 0.0)
    assert enter(again(aurora), provider, **CARLA).status == 303


def test_addresses_of_one_network_count_together_and_others_apart(monkeypatch):
    monkeypatch.setattr(pace, "MOST", 1)
    pace.step("a", "2001:db8::1")
    for address, free in [("2001:db8::2", False), ("2001:db8:0:1::1", True), ("192.0.2.1", True), ("", True)]:
        try:
            pace.step("a", address)
            assert free
        except pace.TooManyAttempts:
            assert not free
    pace.step("b", "2001:db8::1")
