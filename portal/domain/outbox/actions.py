from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from peewee import Expression

from portal.db import Prepared, key_of, locked, transaction
from portal.domain.outbox.models import Message

LEASE = timedelta(minutes=5)
LANE = ":"
"""A topic with it is a lane, which is taken by its name alone."""
MOST_ATTEMPTS = 12

_bells: list[Callable[[Message], object]] = []


def ring_with(bell: Callable[[Message], object] | None) -> None:
    """Tell `bell` of every new message, inside its transaction: what wakes a worker."""
    _bells[:] = [bell] if bell else []


def put(topic: str, *, key: str, now: datetime, due_at: datetime | None = None, **payload: Any) -> bool:
    """Write down one thing to be done; False when `key` is there already.

    Must run inside the transaction of its cause.
    """
    row = Message(topic=topic, key=key, payload=payload, created_at=now, due_at=due_at or now)
    row.place("ON CONFLICT DO NOTHING")
    landed = key_of(_same(key)[0][0]) == row.id.hex
    if landed:
        ring(row)
    return bool(landed)


def ring(message: Message) -> None:
    """Wake a worker for it."""
    for bell in _bells:
        bell(message)


def claim(now: datetime, limit: int = 20, *, topic: str | None = None, without: Collection[str] = ()) -> list[Message]:
    """Take due messages (of one topic where given, or all but some) for `LEASE`; nobody else gets them meanwhile.

    A worker that dies leaves its lease to run out; the message is then taken again, but not for ever:
    one that took a worker with it each time is set aside.
    """
    taken = []
    with transaction():
        free = (Message.claimed_until.is_null()) | (Message.claimed_until <= now)
        waiting = Message.done_at.is_null() & Message.failed_at.is_null() & (Message.due_at <= now) & free
        _set_spent_aside(waiting, now)
        if topic:
            waiting &= Message.topic == topic
        else:
            waiting &= ~Message.topic.contains(LANE)
        if without and not topic:
            waiting &= Message.topic.not_in(list(without))
        due = Message.select().where(waiting).order_by(Message.due_at, Message.id).limit(limit)
        for row in locked(due, skip=True):
            changed = (
                Message.update(claimed_until=now + LEASE, attempts=Message.attempts + 1)
                .where((Message.id == row.id) & waiting)
                .execute()
            )
            if changed:
                row.attempts += 1
                taken.append(row)
    return taken


def _set_spent_aside(waiting: Expression, now: datetime) -> None:
    """Give up what waits and was tried as often as anything is."""
    spent = waiting & (Message.attempts >= MOST_ATTEMPTS)
    aside = {"failed_at": now, "claimed_until": None, "last_error": "no worker came back from it"}
    for row in locked(Message.select().where(spent).order_by(Message.id), skip=True):
        values = {**aside, "payload": _without_links(row.payload)}
        Message.update(**values).where((Message.id == row.id) & spent).execute()


def renew(message: Message, *, now: datetime) -> None:
    """Hold a message for another `LEASE`, while its work goes on; nothing when another worker has it by now."""
    same = (Message.id == message.id) & (Message.attempts == message.attempts) & Message.done_at.is_null()
    Message.update(claimed_until=now + LEASE).where(same).execute()


def finish(message: Message, *, now: datetime) -> None:
    """The thing is done. Its payload goes, which may hold a link that opens a door; whose agency's it was stays."""
    left = {name: value for name, value in message.payload.items() if name == "agency"}
    Message.update(done_at=now, claimed_until=None, payload=left).where(Message.id == message.id).execute()


def drop_key(key: str) -> None:
    """Forget the message of that key, done or not: the same thing may be put once more."""
    Message.delete().where(Message.key == key).execute()


def retry_at(message: Message, *, now: datetime) -> datetime:
    """When to try again: 15 s, 30 s, 1 min … at most 2 h after this attempt."""
    return now + timedelta(seconds=min(15 * 2 ** max(0, message.attempts - 1), 7200))


def fail(message: Message, reason: str, *, now: datetime, final: bool = False) -> None:
    """An attempt failed: try again later, or set it aside where somebody must look, without the links it holds.

    Says nothing when the message is done or another worker has it by now: the lease had run out.
    """
    final = final or message.attempts >= MOST_ATTEMPTS
    aside = {"payload": _without_links(message.payload)} if final else {}
    Message.update(
        claimed_until=None,
        last_error=reason.replace("\x00", "")[:500],
        due_at=message.due_at if final else retry_at(message, now=now),
        failed_at=now if final else None,
        **aside,
    ).where((Message.id == message.id) & (Message.attempts == message.attempts) & Message.done_at.is_null()).execute()


def discard(topics: Iterable[str], *, now: datetime) -> int:
    """Drop what waits under these topics, undone; how many messages it was.

    For the demo, whose past writes no letters.
    """
    waiting = Message.topic.in_(list(topics)) & Message.done_at.is_null() & Message.failed_at.is_null()
    return Message.update(done_at=now, payload={}).where(waiting).execute()


def _without_links(payload: Any) -> Any:
    """The same with every `link` blank: it may open a door, and nobody is waiting for it any more."""
    if isinstance(payload, dict):
        return {key: "" if key == "link" else _without_links(value) for key, value in payload.items()}
    return payload


_same = Prepared(lambda key: Message.select(Message.id).where(Message.key == key))
