from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.domain import rights
from portal.domain.accounts import Member
from portal.domain.errors import NotFound
from portal.domain.support.catalogue import State
from portal.domain.support.models import SupportMessage, SupportThread
from portal.domain.tenants import Agency, App, Client


@dataclass(frozen=True)
class Page:
    """Some conversations, the last moved first; `newer` and `older` are those at its edges where there are more."""

    rows: list[SupportThread]
    newer: SupportThread | None
    older: SupportThread | None


def is_open(member: Member) -> bool:
    """Whether messages are taken: while the client's switch is on and the section is not hidden."""
    return rights.is_available(member.client, "support")


def threads_of(member: Member, *, after: UUID | None = None, before: UUID | None = None, most: int = 25) -> Page:
    """A page of the app's conversations, each to be read by everybody who may open the section.

    An edge (`after`: moved earlier than that one; `before`: later) that is none of the app's counts as the start.
    """
    query = SupportThread.select().where(SupportThread.app == member.app)
    edge = query.where(SupportThread.id == (after or before)).first() if after or before else None
    upwards = edge is not None and before is not None
    if edge is not None:
        query = query.where(_beyond(edge, upwards=upwards))
    order = (SupportThread.moved_at, SupportThread.id)
    found = list(query.order_by(*(order if upwards else [part.desc() for part in order])).limit(most + 1))
    more, rows = len(found) > most, found[:most]
    if upwards:
        rows.reverse()
    newer = bool(rows) and (more if upwards else edge is not None)
    older = bool(rows) and (upwards or more)
    return Page(rows, rows[0] if newer else None, rows[-1] if older else None)


def _beyond(edge: SupportThread, *, upwards: bool) -> Any:
    moved, same = SupportThread.moved_at, SupportThread.moved_at == edge.moved_at
    if upwards:
        return (moved > edge.moved_at) | (same & (SupportThread.id > edge.id))
    return (moved < edge.moved_at) | (same & (SupportThread.id < edge.id))


def thread_of(member: Member, thread_id: UUID) -> SupportThread:
    """One of them. Raises NotFound for another app's and for an unknown one alike."""
    found = SupportThread.get_or_none((SupportThread.id == thread_id) & (SupportThread.app == member.app))
    if found is None:
        raise NotFound
    found.app, found.client = member.app, member.client
    return found


def messages_of(thread: SupportThread) -> list[SupportMessage]:
    """In the order in which they were written."""
    query = SupportMessage.select().where(SupportMessage.thread == thread)
    return list(query.order_by(SupportMessage.at, SupportMessage.id))


def answered(member: Member) -> int:
    """How many conversations that this person began hold an answer that he has not followed up."""
    mine = (SupportThread.app == member.app) & (SupportThread.begun_by == member.person.id)
    return int(SupportThread.select().where(mine & (SupportThread.state == State.ANSWERED.value)).count())


def queue(state: State | None = State.OPEN, *, most: int = 100) -> list[SupportThread]:
    """The operator's queue over all agencies, whoever waits longest first; None: all, the last moved first."""
    query = _whole()
    if state:
        return list(query.where(SupportThread.state == state.value).order_by(SupportThread.moved_at).limit(most))
    return list(query.order_by(SupportThread.moved_at.desc()).limit(most))


def thread_by_code(code: str) -> SupportThread:
    """The operator's look-up, of any agency. Raises NotFound."""
    found = _whole().where(SupportThread.code == code.strip().upper()).first()
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]


def _whole() -> Any:
    joined = SupportThread.select(SupportThread, Client, Agency, App).join(Client).join(Agency)
    return joined.switch(SupportThread).join(App)
