"""At least 100 requests a second for each credential, then 429."""

from __future__ import annotations

import os
import re
import runpy
from uuid import UUID, uuid4

import pytest

from portal.blueprints.api import buckets, pace
from portal.blueprints.api.pace import Pace
from tests.factories import ROOT, event

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


def left(page):
    found = re.fullmatch(r'"credential";r=(\d+);t=(\d+)', page.headers["RateLimit"])
    return int(found[1]), int(found[2])


def test_every_answer_says_what_is_left(machine, client, still):
    pages = [
        machine.ask_token(),
        machine.get("/clients"),
        machine.get("/clients/unknown"),
        machine.send(),
        machine.send(event(client)),
        machine.ask("PATCH", f"/clients/{client.slug}/settings", "{"),
        machine.get(f"/clients/{client.slug}/services/litmus_test"),
    ]
    assert {page.headers["RateLimit-Policy"] for page in pages} == {f'"credential";q={BURST};w=1'}
    found = [left(page)[0] for page in pages]
    assert found == [BURST - 1, BURST - 3, BURST - 4, BURST - 5, BURST - 6, BURST - 7, BURST - 8], (
        "the second token was asked for in between"
    )


def test_a_refusal_for_want_of_a_scope_counts_and_says_so(machine_of, agency, still):
    machine = machine_of(agency, "usage:read")
    assert left(machine.ask_token())[0] == BURST - 1
    machine.bearer  # noqa: B018 (another token)
    page = machine.get("/clients")
    assert (page.status, left(page)[0]) == (403, BURST - 3)


def test_a_429_has_nothing_left_and_the_time_tells_when_all_is_back(machine, still):
    for _ in range(BURST + 1):
        page = machine.get("/clients")
    assert (page.status, left(page)) == (429, (0, 1))
    still.now += 10
    assert left(machine.get("/clients")) == (BURST - 1, 1)


def test_nobody_without_a_credential_learns_of_a_pace(browser, machine):
    for page in (browser.request("GET", "/api/v1/clients"), browser.request("GET", "/api/v1/openapi.json")):
        assert "RateLimit" not in page.headers
    wrong = machine.ask_token({}, client_id=machine.credential.client_id, client_secret="wrong")
    assert "RateLimit" not in wrong.headers


@pytest.fixture
def handle(monkeypatch):
    """Memory as the web server hands it to its processes."""
    made = os.memfd_create(buckets.NAME)
    os.ftruncate(made, 1 << 18)
    monkeypatch.setenv(buckets.HANDLE, str(made))
    yield made
    os.close(made)


def test_processes_of_one_server_count_together(handle):
    machine, other, most = uuid4(), uuid4(), 200
    pids = []
    for _ in range(4):
        if not (pid := os.fork()):
            pacing = Pace(burst=most, clock=lambda: 1000.0, kept=buckets.buckets())
            granted = sum(pacing.take(machine)[0] for _ in range(90))
            os._exit(granted)
        pids.append(pid)
    granted = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    assert sum(granted) == most, "360 were asked for"
    here = Pace(burst=most, clock=lambda: 1000.0, kept=buckets.buckets())
    assert here.wait(machine) > 0 and here.wait(other) == 0


def test_a_bucket_that_finds_no_room_takes_that_of_who_rested_longest(handle):
    time = Time()
    pacing = Pace(burst=2, clock=time, kept=buckets.SharedBuckets(handle))
    crowd = [UUID(int=n << 64 | 7) for n in range(20)]  # all begin to look at the same slot
    for machine in crowd:
        assert pacing.take(machine) == (True, 1.0)
        time.now += 0.001
    assert pacing.take(crowd[-1])[1] < 1 and pacing.take(crowd[0]) == (True, 1.0)


@pytest.mark.parametrize("said", ["", "x", "0", "99999"])
def test_without_memory_of_the_server_each_process_counts_for_itself(monkeypatch, said):
    monkeypatch.setenv(buckets.HANDLE, said)
    assert isinstance(buckets.buckets(), buckets.OwnBuckets)


def test_the_web_server_hands_its_processes_enough_memory(monkeypatch):
    monkeypatch.setenv(buckets.HANDLE, "")
    runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    try:
        assert isinstance(buckets.buckets(), buckets.SharedBuckets)
    finally:
        os.close(int(os.environ[buckets.HANDLE]))
