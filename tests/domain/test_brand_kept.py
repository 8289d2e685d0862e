"""What takes long is made once, and only who asks for the same thing waits for it."""

import threading

import pytest

from portal.domain.branding.kept import Kept


def test_who_asks_for_another_thing_waits_for_nobody():
    kept, begun, go = Kept(9), threading.Event(), threading.Event()
    made, got = [], []

    def slowly():
        begun.set()
        assert go.wait(10)
        made.append(1)
        return "slow"

    waiting = [threading.Thread(target=lambda: got.append(kept.get("a", slowly))) for _ in range(3)]
    for thread in waiting:
        thread.start()
    assert begun.wait(10) and kept.get("b", lambda: "quick") == "quick"
    go.set()
    for thread in waiting:
        thread.join(10)
    assert got == ["slow"] * 3 and made == [1]


def test_the_longest_unused_goes_first_and_a_failure_is_not_kept():
    kept = Kept(2)
    for key in "abac":
        kept.get(key, lambda key=key: key)
    assert kept.get("a", lambda: "anew") == "a" and kept.get("b", lambda: "anew") == "anew"
    with pytest.raises(ZeroDivisionError):
        kept.get("z", lambda: 1 // 0)
    assert kept.get("z", lambda: "z") == "z"
