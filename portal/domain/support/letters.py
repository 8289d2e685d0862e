"""Who hears of a message: operators of a new one, whoever wrote of an answer. No letter to a client holds its words."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.domain import accounts, mail, rights
from portal.domain.accounts import Contributor, Member, Person
from portal.domain.support.catalogue import Side
from portal.domain.support.models import SupportMessage, SupportThread


def tell_operators(thread: SupportThread, message: SupportMessage, *, now: datetime) -> None:
    """The message with what is needed to answer it, in the vendor's brand."""
    for person in accounts.operators():
        mail.post(
            "support_written",
            to=person.email,
            name=person.name,
            language=person.language,
            agency_id=None,
            key=str(message.id),
            now=now,
            client=thread.client.name,
            agency=thread.client.agency.name,
            person=message.by_name,
            code=thread.code,
            subject=thread.subject,
            text=message.text,
        )


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
