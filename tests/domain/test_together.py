"""Small jobs of many threads done in one go, and nobody pays for what another one brought."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from portal.domain.metering.together import Together


def test_a_job_alone_is_done_at_once():
    assert Together(lambda jobs: [n * 2 for n in jobs]).do(21) == 42


def test_who_waits_is_served_in_one_go_with_his_own_result():
    busy, go_on, groups = Event(), Event(), []

    def act(jobs):
        groups.append(list(jobs))
        if len(groups) == 1:
            busy.set()
            go_on.wait(10)
        return [n * 2 for n in jobs]

    together = Together(act)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(together.do, 0)
        busy.wait(10)
        others = [pool.submit(together.do, n) for n in range(1, 9)]
        while len(together._waiting) < 8:
            pass
        go_on.set()
        assert [first.result(), *(other.result() for other in others)] == [n * 2 for n in range(9)]
    assert [sorted(group) for group in groups] == [[0], list(range(1, 9))]


def test_a_job_that_fails_takes_no_other_down():
    busy, go_on = Event(), Event()

    def act(jobs):
        if jobs == ["first"]:
            busy.set()
            go_on.wait(10)
        if "bad" in jobs:
            raise ValueError("bad")
        return [f"{job} done" for job in jobs]

    together = Together(act)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(together.do, "first")
        busy.wait(10)
        good, bad, fine = (pool.submit(together.do, job) for job in ("good", "bad", "fine"))
        while len(together._waiting) < 3:
            pass
        go_on.set()
        assert (first.result(), good.result(), fine.result()) == ("first done", "good done", "fine done")
        with pytest.raises(ValueError, match="bad"):
            bad.result()


def test_after_a_leader_was_stopped_the_others_are_served():
    busy, go_on, calls = Event(), Event(), []

    def act(jobs):
        calls.append(jobs)
        if len(calls) == 1:
            busy.set()
            go_on.wait(10)
        if len(calls) == 2:
            raise SystemExit
        return jobs

    together = Together(act)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(together.do, "first")
        busy.wait(10)
        others = [pool.submit(together.do, n) for n in range(3)]
        while len(together._waiting) < 3:
            pass
        go_on.set()
        ended = [other.exception() for other in others]
    assert first.result() == "first"
    assert sum(isinstance(error, SystemExit) for error in ended) == 1
    assert sum(error is None for error in ended) == 2
