"""Letters by the installation's own server: a slow one holds nothing but itself, and no letter leaves twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Event

import pytest

from portal.db import database, transaction
from portal.domain import mail, outbox
from portal.domain.outbox import Message
from portal.gateways import mailbox
from portal.gateways.smtp import Temporary, Unreached
from portal.jobs import build_queue, drain, house_letters
from portal.jobs.letters import HOUSE
from portal.jobs.outbox import APART
from tests.factories import NOW


class Post:
    """A mail server that takes each letter when it is let go, or fails."""

    def __init__(self):
        self.begun, self.let_go, self.error = [], Event(), None

    def __call__(self, outgoing, settings):
        self.begun.append(outgoing.to)
        if self.error:
            raise self.error
        assert self.let_go.wait(20)


@pytest.fixture
def post(context, monkeypatch):
    slow = Post()
    monkeypatch.setattr(mailbox, "post", slow)
    yield slow
    slow.let_go.set()


def write(many):
    with transaction():
        for n in range(many):
            to = f"p{n}@cantina.example"
            mail.post("sender_test", to=to, name="", language="en", agency_id=None, key=to, now=NOW, server="x")


def under_way(context, now):
    def delivered():
        try:
            return house_letters.deliver(context, now=now)
        finally:
            database.close()

    return ThreadPoolExecutor(1).submit(delivered)


def wait_for(true):
    for _ in range(1000):
        if true():
            return True
        Event().wait(0.01)
    return False


def sorted_out(context):
    return drain(context, now=lambda: NOW, without=APART)


def test_a_slow_server_holds_neither_other_work_nor_letters_it_has_no_hand_for(context, post):
    write(6)
    with transaction():
        outbox.put("webhooks.due", key="other", now=NOW)
    sorted_out(context)
    slow = under_way(context, lambda: NOW)
    assert wait_for(lambda: len(post.begun) == 4)
    assert Message.get(Message.key == "other").done_at, "who does the rest speaks with no server"
    assert Message.select().where((Message.topic == HOUSE) & Message.claimed_until.is_null()).count() == 2
    assert house_letters.deliver(context, now=lambda: NOW) == 0 and len(post.begun) == 4
    post.let_go.set()
    assert slow.result() == 6 and len(set(post.begun)) == len(post.begun) == 6


def test_a_letter_under_way_is_taken_by_no_other_worker_however_long_it_takes(context, post):
    write(1)
    sorted_out(context)
    minutes = count()
    slow = under_way(context, lambda: NOW + timedelta(minutes=next(minutes)))
    assert wait_for(lambda: (Message.get().claimed_until or NOW) > NOW + timedelta(minutes=7))
    assert outbox.claim(NOW + timedelta(minutes=6), topic=HOUSE) == [], "its first five minutes are over"
    post.let_go.set()
    assert slow.result() == 1 and Message.get().done_at


def test_a_server_that_can_not_be_reached_costs_the_others_no_attempt(context, post):
    write(9)
    sorted_out(context)
    post.error = Unreached("TimeoutError")
    assert house_letters.deliver(context, now=lambda: NOW) == 4 == len(post.begun)
    assert Message.select().where((Message.attempts == 0) & Message.claimed_until.is_null()).count() == 5
    post.error = Temporary("450 later")
    assert house_letters.deliver(context, now=lambda: NOW) == 5, "a refusal of one says nothing of the others"
    post.error = None
    post.let_go.set()
    assert house_letters.deliver(context, now=lambda: NOW + timedelta(minutes=1)) == 9
    assert Message.select().where(Message.done_at.is_null()).count() == 0


def test_a_letter_that_can_not_be_made_stops_no_other(context, post):
    write(2)
    sorted_out(context)
    Message.update(payload={"agency": None}).where(Message.key.contains("p0@")).execute()
    post.let_go.set()
    assert house_letters.deliver(context, now=lambda: NOW) == 2 and post.begun == ["p1@cantina.example"]


def test_a_bell_of_its_own_wakes_who_sends(context):
    queue = build_queue(context)
    try:
        write(1)
        sorted_out(context)
    finally:
        outbox.ring_with(None)
    assert [task.name for task in queue.pending()] == ["empty_outbox", "send_house_letters"]
