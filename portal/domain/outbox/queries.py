from __future__ import annotations

from datetime import datetime

from portal.domain.outbox.models import Message


def due_count(now: datetime) -> int:
    """How many messages wait and could go now."""
    return (
        Message.select()
        .where(Message.done_at.is_null() & Message.failed_at.is_null() & (Message.due_at <= now))
        .count()
    )


def is_known(key: str) -> bool:
    """Whether that was put already, done or not."""
    return bool(Message.select().where(Message.key == key).exists())


def next_of(topic: str, now: datetime) -> Message | None:
    """What could be taken now of a topic, the oldest first."""
    free = Message.claimed_until.is_null() | (Message.claimed_until <= now)
    waiting = Message.done_at.is_null() & Message.failed_at.is_null() & (Message.due_at <= now) & free
    return Message.select().where(waiting & (Message.topic == topic)).order_by(Message.due_at, Message.id).first()


def put_as(key: str) -> Message | None:
    """The message of that key, done or not."""
    return Message.get_or_none(Message.key == key)


def dead(limit: int = 50) -> list[Message]:
    """Messages that were given up, newest first."""
    return list(
        Message.select().where(Message.failed_at.is_null(False)).order_by(Message.failed_at.desc()).limit(limit)
    )
