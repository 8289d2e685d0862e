"""What must leave the house: with its cause or not at all, by one worker at a time, not for ever."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from portal.db import transaction
from portal.domain import mail, outbox
from portal.domain.outbox import Message
from tests.domain.racing import at_once, errors
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("database")

LEASE = timedelta(minutes=5)


def put(key="a", **options):
    return outbox.put("letter", key=key, now=NOW, **{"to": "carla", **options})


def claim(now=NOW, **options):
    return outbox.claim(now, **options)


def test_what_was_rolled_back_is_never_sent():
    with pytest.raises(RuntimeError), transaction():
        put()
        raise RuntimeError("power cut")
    assert claim(NOW + timedelta(days=1)) == []


def test_the_bell_rings_only_for_what_landed():
    heard = []
    outbox.ring_with(lambda message: heard.append(message.key))
    try:
        assert put("a")
        assert not put("a")
    finally:
        outbox.ring_with(None)
    put("b")
    assert heard == ["a"]


def test_the_same_thing_put_twice_is_done_once():
    assert [put(), put()] == [True, False]
    assert len(claim()) == 1


def test_the_same_thing_put_by_many_at_once_is_done_once():
    results = at_once(*[put] * 6)
    assert not errors(results)
    assert sorted(results) == [False] * 5 + [True]


def test_what_is_due_later_waits():
    put(due_at=NOW + timedelta(seconds=1))
    assert claim() == []
    assert outbox.due_count(NOW) == 0
    assert len(claim(NOW + timedelta(seconds=1))) == 1


def test_each_message_is_taken_by_one_worker():
    for n in range(40):
        put(f"m{n}")
    results = at_once(*[partial(claim, limit=20)] * 4)
    assert not errors(results)
    taken = [message.id for result in results for message in result]
    assert len(taken) == len(set(taken))
    assert len(taken) + len(claim(limit=100)) == 40


def test_messages_of_one_topic_can_be_taken_alone():
    put("a")
    outbox.put("other", key="b", now=NOW)
    assert [message.topic for message in claim(topic="other")] == ["other"]


def test_what_a_dead_worker_held_is_taken_again_when_its_lease_is_over():
    put()
    assert len(claim()) == 1
    assert claim(NOW + LEASE - timedelta(microseconds=1)) == []
    [again] = claim(NOW + LEASE)
    assert again.attempts == 2


def test_what_is_done_is_not_taken_again_and_its_payload_is_forgotten():
    put(link="https://secret")
    [message] = claim()
    outbox.finish(message, now=NOW)
    assert claim(NOW + timedelta(days=9)) == []
    assert Message.get().payload == {}


def test_what_failed_is_tried_again_ever_later_and_set_aside_at_last():
    put()
    now, waits = NOW, []
    for _ in range(12):
        [message] = claim(now)
        outbox.fail(message, "refused", now=now)
        row = Message.get()
        waits.append((row.due_at - now).total_seconds())
        now = row.due_at
    assert waits[:4] == [15, 30, 60, 120]
    assert max(waits) <= 7200
    assert claim(now + timedelta(days=9)) == []
    assert [row.last_error for row in outbox.dead()] == ["refused"]


def test_what_can_never_work_is_set_aside_at_once():
    put()
    [message] = claim()
    outbox.fail(message, "no such\x00 address", now=NOW, final=True)
    assert [row.key for row in outbox.dead()] == ["a"]


def test_what_is_given_up_keeps_no_link():
    for key in ("refused", "poison"):
        put(key, values={"link": "https://secret", "app": "Cantina"})
    refused = next(message for message in claim() if message.key == "refused")
    outbox.fail(refused, "no such address", now=NOW, final=True)
    for n in range(1, 13):
        claim(NOW + n * LEASE)
    assert [row.payload for row in outbox.dead()] == [{"to": "carla", "values": {"link": "", "app": "Cantina"}}] * 2


def test_what_takes_its_worker_with_it_each_time_is_set_aside():
    put("poison")
    put("good", due_at=NOW + timedelta(days=1))
    now = NOW
    for _ in range(12):
        assert [message.key for message in claim(now)] == ["poison"]
        now += LEASE
    assert claim(now) == []
    assert [row.key for row in outbox.dead()] == ["poison"]
    assert [message.key for message in claim(NOW + timedelta(days=1))] == ["good"]


def test_a_worker_that_comes_too_late_undoes_nothing():
    put()
    [early] = claim()
    [late] = claim(NOW + LEASE)
    outbox.fail(early, "timed out", now=NOW + LEASE, final=True)
    assert Message.get().failed_at is None
    outbox.finish(late, now=NOW + LEASE)
    outbox.fail(late, "timed out", now=NOW + LEASE, final=True)
    assert Message.get().failed_at is None


def test_letters_to_long_addresses_that_begin_alike_are_both_sent():
    for tail in ("a", "b"):
        mail.post(
            "invitation", to="x" * 200 + tail + "@example.com", name="", language="en", agency_id=None, key="k", now=NOW
        )
    assert Message.select().count() == 2
