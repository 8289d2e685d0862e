"""The work of a list: each line's invitation is made in the transaction that marks the line, once, never twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from portal.db import locked, transaction
from portal.domain import accounts, outbox, rights
from portal.domain.accounts import Member, Person, Role
from portal.domain.errors import DomainError, Invalid
from portal.domain.invitations.actions import invite
from portal.domain.invitations.many import waiting_lines
from portal.domain.invitations.models import InvitationLine, InvitationList
from portal.domain.tenants import Agency, App, Client

A_MINUTE = 100
"""Invitations that go out in a minute: what mail servers take from a sender without growing suspicious."""


class Homes(Protocol):
    """Where agencies' hosts are."""

    def home_of(self, agency: Agency) -> str:
        """Scheme, host and port."""
        ...


def list_work(batch_id: UUID, *, homes: Homes, life: timedelta, now: datetime) -> None:
    """Invite the next lines; what is left is put into the outbox, for a minute later."""
    batch = (
        InvitationList.select(InvitationList, App, Client, Agency)
        .join(App)
        .join(Client)
        .join(Agency)
        .where((InvitationList.id == batch_id) & (InvitationList.state == "running"))
        .first()
    )
    if batch is None:
        return
    batch.app.agency = batch.app.client.agency
    member = _inviter(batch, now)
    for _turn in range(A_MINUTE):
        if not _invite_next(batch, member, homes.home_of(batch.app.agency), life, now):
            return
    with transaction():
        key = f"invitations:{batch_id}:{waiting_lines(batch).count()}:{now:%Y%m%d%H%M%S%f}"
        due = now + timedelta(minutes=1)
        outbox.put("invitations.work", key=key, now=now, due_at=due, batch=str(batch_id))


def _inviter(batch: InvitationList, now: datetime) -> Member | None:
    """Whoever made the list as he stands now; None once he may not invite any more."""
    person, app = Person.get_by_id(batch.by_id), batch.app
    if person.disabled_at:
        return None
    if batch.by_kind == "staff":
        membership = accounts.staff_of_person(person, now=now)
        if membership is None or not accounts.may_enter(membership, app):
            return None
        return Member(person, app.agency, app, None, Role(membership.role))
    contributor = accounts.contributor_in(app, person)
    member = Member(person, app.agency, app, contributor) if contributor else None
    return member if member and rights.admitted(member, now=now) and rights.may(member, "team") else None


def _invite_next(batch: InvitationList, member: Member | None, origin: str, life: timedelta, now: datetime) -> bool:
    """Deal with one more line; False when there is none left, and the list is done."""
    with transaction():
        line = locked(waiting_lines(batch).limit(1), skip=True).first()
        if line is None:
            if not waiting_lines(batch).exists():
                InvitationList.update(state="done", finished_at=now).where(InvitationList.id == batch.id).execute()
            return False
        found = _invited(batch, line, member, origin, life, now)
        InvitationLine.update(**found).where(InvitationLine.id == line.id).execute()
    return True


def _invited(
    batch: InvitationList, line: InvitationLine, member: Member | None, origin: str, life: timedelta, now: datetime
) -> dict[str, Any]:
    """What came of a line: an invitation, or why there is none. Much may have changed since the list was read."""
    if member is None:
        return {"state": "failed", "problem": ("inviter_gone", {})}
    given: dict[str, Any] = {"name": line.name, "language": batch.language, "ends_on": batch.ends_on}
    try:
        with transaction():
            row = invite(member, line.email, batch.boxes, origin=origin, life=life, now=now, **given)
    except Invalid as error:
        return {"state": "failed", "problem": next(iter(error.problems.values()))}
    except DomainError as error:
        return {"state": "failed", "problem": (error.code, error.values)}
    return {"state": "done", "invitation": row}
