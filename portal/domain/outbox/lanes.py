"""Lanes: topics such as `mail.own:…`, whose messages wait for each other and delay nobody else's."""

from __future__ import annotations

from datetime import datetime

from peewee import Expression, fn

from portal.db import transaction
from portal.domain.outbox.actions import ring
from portal.domain.outbox.models import Message


def lanes_due(beginning: str, now: datetime) -> list[str]:
    """Lanes that begin so in which something could go now, who waits longest first."""
    free = Message.claimed_until.is_null() | (Message.claimed_until <= now)
    waiting = Message.done_at.is_null() & Message.failed_at.is_null() & (Message.due_at <= now) & free
    lanes = Message.select(Message.topic).where(waiting & Message.topic.startswith(beginning)).group_by(Message.topic)
    return [row.topic for row in lanes.order_by(fn.MIN(Message.due_at))]


def move(message: Message, topic: str, *, now: datetime) -> None:
    """Hand the claimed message on to another topic, where it is due at once and was never tried.

    Says nothing when another worker has it by now: the lease had run out.
    """
    same = (Message.id == message.id) & (Message.attempts == message.attempts) & (Message.topic == message.topic)
    _move(same & Message.done_at.is_null(), topic, now)


def move_waiting(source: str, topic: str, *, now: datetime, untried: bool = False) -> None:
    """The same with everything that waits under `source`, or only with what was never tried there."""
    waiting = Message.done_at.is_null() & Message.failed_at.is_null() & Message.claimed_until.is_null()
    if untried:
        waiting &= Message.attempts == 0
    _move(waiting & (Message.topic == source), topic, now)


def _move(which: Expression, topic: str, now: datetime) -> None:
    with transaction():
        values = {"topic": topic, "attempts": 0, "claimed_until": None, "due_at": now}
        if Message.update(**values).where(which).execute():
            ring(Message(topic=topic))
