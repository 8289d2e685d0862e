"""Messages that speak of a person who is erased: found, taken out, said in other words."""

from __future__ import annotations

from typing import Any

from portal.domain.outbox.models import Message


def unfinished(kind: str) -> list[Message]:
    """Everything that waits or was set aside under topics that begin so."""
    return list(Message.select().where(Message.topic.startswith(kind) & Message.done_at.is_null()))


def ending(kind: str, end: str) -> list[Message]:
    """Everything under topics that begin so whose key ends like that, done or not."""
    return list(Message.select().where(Message.topic.startswith(kind) & Message.key.endswith(end)))


def beginning(start: str) -> list[Message]:
    """Everything whose key begins like that, done or not."""
    return list(Message.select().where(Message.key.startswith(start)))


def drop(message: Message) -> None:
    """Forget that there was such a message, done or not."""
    Message.delete().where(Message.id == message.id).execute()


def reword(message: Message, payload: dict[str, Any]) -> None:
    """Let a message that waits, or was set aside, say something else."""
    Message.update(payload=payload).where((Message.id == message.id) & Message.done_at.is_null()).execute()
