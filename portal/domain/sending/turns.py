"""Whose turn it is at an agency's mail server: one letter at a time over all workers, and seldom while it fails."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from portal.db import transaction
from portal.domain import mail
from portal.domain.accounts import owners_of
from portal.domain.sending.models import Sender

TURN = timedelta(minutes=1)
"""For so long one letter may hold the server; it needs less, and a worker that died frees it by this."""
REST = timedelta(minutes=5)
"""So long a failing server gets no other letter."""


class Links(Protocol):
    """Where links lead; given by the edge, for the domain knows no addresses."""

    def sender_page(self) -> str: ...


def is_resting(sender: Sender, now: datetime) -> bool:
    """Whether it fails, and is not to be tried yet (or just now, by one letter)."""
    return sender.failing_since is not None and sender.held_until is not None and sender.held_until > now


def take_turn(sender: Sender, *, now: datetime) -> bool:
    """Hold the server for one letter; False where it is held already. Ends by one of the three below, or by itself."""
    free = Sender.held_until.is_null() | (Sender.held_until <= now)
    mine = (Sender.id == sender.id) & Sender.used & free
    return bool(Sender.update(held_until=now + TURN).where(mine).execute())


def give_back(sender: Sender) -> None:
    """Nothing is known of the server: there was no letter, or what became of it was the letter's own matter."""
    Sender.update(held_until=None).where(_as_it_was(sender)).execute()


def note_sent(sender: Sender) -> None:
    """A letter went out; the next trouble is told anew."""
    well = {"held_until": None, "failing_since": None, "failing_because": ""}
    Sender.update(**well).where(_as_it_was(sender)).execute()


def note_failing(sender: Sender, because: str, *, links: Links, now: datetime) -> None:
    """A letter could not be handed over; `because` is a code. The server rests; the owners are told when it begins."""
    with transaction():
        mine = _as_it_was(sender)
        Sender.update(held_until=now + REST).where(mine).execute()
        fresh = mine & Sender.failing_since.is_null()
        if Sender.update(failing_since=now, failing_because=because).where(fresh).execute():
            _tell(sender, because, links, now)


def _as_it_was(sender: Sender) -> bool:
    """What happened says nothing of settings that were changed meanwhile."""
    same: bool = (Sender.id == sender.id) & (Sender.changed_at == sender.changed_at)
    return same


def _tell(sender: Sender, because: str, links: Links, now: datetime) -> None:
    for person in owners_of(sender.agency):
        mail.post_to(
            "sender_failing",
            person,
            key=f"{sender.id}:{now.isoformat()}",
            now=now,
            because=because,
            server=sender.host,
            link=links.sender_page(),
        )
