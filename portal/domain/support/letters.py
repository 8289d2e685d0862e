"""Who hears of a message: operators of a new one, whoever wrote of an answer. No letter to a client holds its words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from portal.db import transaction
from portal.domain import accounts, mail, outbox, rights
from portal.domain.accounts import Contributor, Member, Person
from portal.domain.support.catalogue import Side
from portal.domain.support.models import SupportMessage, SupportThread

BUNDLE = timedelta(minutes=5)
"""Of one conversation operators get a letter when it begins, and then at most one in this time."""
_COMMITTED = timedelta(seconds=30)
"""After this a message of the moment before is surely there to be read."""
_START = datetime(2000, 1, 1, tzinfo=UTC)


def tell_more(message: SupportMessage, *, now: datetime) -> None:
    """Have operators told of a message further on, with what else is written in these minutes."""
    until = now - (now - _START) % BUNDLE + BUNDLE
    thread = str(message.thread_id)
    key = f"support:{thread}:{until:%Y%m%d%H%M}"
    outbox.put("support.tell", key=key, now=now, due_at=until + _COMMITTED, thread=thread, until=until.isoformat())


def tell_bundle(thread_id: UUID, until: datetime, *, now: datetime) -> None:
    """Tell operators what was written in the minutes before `until`; the first message had its own letter."""
    thread = SupportThread.get_or_none(SupportThread.id == thread_id)
    if thread is None:
        return
    of_it = SupportMessage.select().where(SupportMessage.thread == thread_id)
    further = list(of_it.order_by(SupportMessage.at, SupportMessage.id))[1:]
    said = [row for row in further if until - BUNDLE <= row.at < until and row.text and row.side != Side.OPERATOR.value]
    with transaction():
        tell_operators(thread, said, now=now)


def tell_operators(thread: SupportThread, messages: Sequence[SupportMessage], *, now: datetime) -> None:
    """One letter with these messages and what is needed to answer them, in the vendor's brand; none without any."""
    if not messages:
        return
    for person in accounts.operators():
        mail.post_to(
            "support_written",
            person,
            key=str(messages[-1].id),
            now=now,
            client=thread.client.name,
            agency=thread.client.agency.name,
            person=", ".join(dict.fromkeys(row.by_name for row in messages)),
            code=thread.code,
            subject=thread.subject,
            lines=_lines_of(messages),
        )


def _lines_of(messages: Sequence[SupportMessage]) -> list[str]:
    """The words of one; of several under name and time, marked so that none can pretend to be another's."""
    if len(messages) == 1:
        return str(messages[0].text).splitlines()
    said = []
    for row in messages:
        said += [f"{row.at:%H:%M} UTC, {row.by_name}:", *(f"| {line}" for line in row.text.splitlines())]
    return said


def tell_writers(thread: SupportThread, message: SupportMessage, *, now: datetime) -> None:
    """That there is an answer, with its place and without its words: the letter wears the agency's brand.

    To people of the client as long as direct support is open to them; to agency staff who wrote from inside.
    """
    written = SupportMessage.select(SupportMessage.side, SupportMessage.by_id).where(SupportMessage.thread == thread)
    sides = {(row.by_id, row.side) for row in written if row.by_id}
    for contributor in _contributors(thread, {by for by, side in sides if side == Side.CONTRIBUTOR.value}, now):
        path = f"/office/{thread.app.slug}/support/{thread.id}/"
        _post(thread, message, contributor.person, thread.agency_id, path, now)
    staff = {by for by, side in sides if side == Side.STAFF.value}
    for person in accounts.staff_to_tell(thread.client):
        if person.id in staff:
            _post(thread, message, person, None, f"/agency/clients/{thread.client_id}/", now)


def _contributors(thread: SupportThread, people: set[UUID], now: datetime) -> list[Contributor]:
    """Those of them who may read the conversation at this moment."""
    found = []
    for row in rights.people_with([thread.app], "support"):
        member = Member(row.person, thread.client.agency, thread.app, row)
        if row.person_id in people and rights.admitted(member, now=now) and rights.may(member, "support"):
            found.append(row)
    return found


def _post(
    thread: SupportThread, message: SupportMessage, person: Person, agency_id: UUID | None, path: str, now: datetime
) -> None:
    mail.post(
        "support_answered",
        to=person.email,
        name=person.name,
        language=person.language,
        agency_id=agency_id,
        key=str(message.id),
        now=now,
        subject=thread.subject,
        code=thread.code,
        path=path,
    )
