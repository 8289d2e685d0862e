"""At least 100 requests a second for each credential, then 429."""

from __future__ import annotations

from uuid import uuid4

import pytest

from portal.blueprints.api import pace
from portal.blueprints.api.pace import Pace

BURST = 12


class Time:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def still(monkeypatch):
    """A pace whose time stands still until the test moves it."""
    time = Time()
    monkeypatch.setattr(pace, "_pace", Pace(burst=BURST, clock=time))
    return time


def test_a_hundred_requests_a_second_are_never_refused():
    time = Time()
    bucket, machine = Pace(clock=time), uuid4()
    for second in range(60):
        for n in range(100):
            time.now = 1000 + second + n / 1000  # all of them at the beginning of their second
            assert bucket.wait(machine) == 0


def test_who_asks_faster_waits_and_then_goes_on():
    time = Time()
    bucket, machine = Pace(rate=100, burst=200, clock=time), uuid4()
    assert [bucket.wait(machine) for _ in range(200)] == [0] * 200
    assert bucket.wait(machine) == pytest.approx(0.01)
    time.now += 0.011  # a little more than that: a float is not exact
    assert bucket.wait(machine) == 0
    assert bucket.wait(machine) > 0


def test_a_long_silence_saves_no_more_than_the_bucket_holds():
    time = Time()
    bucket, machine = Pace(rate=100, burst=200, clock=time), uuid4()
    bucket.wait(machine)
    time.now += 3600
    assert [bucket.wait(machine) for _ in range(200)] == [0] * 200
    assert bucket.wait(machine) > 0


def test_a_machine_that_asks_too_fast_gets_a_429_with_the_time_to_wait(machine, still):
    pages = [machine.get("/clients") for _ in range(BURST)]
    assert [page.status for page in pages].count(200) == BURST - 1, "getting the token counted too"
    page = pages[-1]
    assert (page.status, page.json["code"]) == (429, "too_many_requests")
    assert page.headers["Retry-After"] == "1"
    assert machine.ask_token().status == 429
    still.now += 1
    assert machine.get("/clients").status == 200


@pytest.mark.parametrize("path", ["/clients", "/clients/x", "/clients/x/services/litmus_test", "/usage"])
def test_every_call_is_paced(machine, still, path):
    for _ in range(BURST):
        machine.get("/clients")
    page = machine.send() if path == "/usage" else machine.get(path)
    assert page.status == 429


def test_another_machine_is_not_slowed_down(machine, stranger, still):
    for _ in range(BURST + 10):
        last = machine.get("/clients")
    assert last.status == 429
    assert stranger.get("/clients").status == 200


def test_wrong_secrets_do_not_use_up_anybodys_pace(machine, still):
    for _ in range(BURST + 10):
        assert machine.ask_token({}, client_id=machine.credential.client_id, client_secret="wrong").status == 401
    assert machine.ask_token().status == 200
