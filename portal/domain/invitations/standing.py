"""Whether an invitation still stands: its agency works, and who sent it still holds what it gives."""

from __future__ import annotations

from datetime import datetime

from portal.db import lock_row
from portal.domain import rights
from portal.domain.accounts import Contributor, Member, Person, contributor_in
from portal.domain.errors import NotFound
from portal.domain.invitations.models import Invitation


def check_standing(invitation: Invitation, *, now: datetime) -> None:
    """Raises NotFound while its agency is suspended, and where a contributor sent it who may invite nobody now."""
    if invitation.app.agency.suspended_at:
        raise NotFound("link_dead")
    if invitation.inviter_kind == "contributor":
        _inviter(invitation, now)


def boxes_left(invitation: Invitation, *, now: datetime) -> list[str]:
    """What it gives at this moment: of a contributor's invitation, only what he still holds. Raises as above."""
    boxes = [key for key in invitation.boxes if key in rights.BOXES]
    if invitation.inviter_kind != "contributor":
        return boxes
    held = rights.held_by(_inviter(invitation, now))
    return [key for key in boxes if key in held]


def hold_inviter(invitation: Invitation) -> None:
    """Inside a transaction: from here on nobody takes from the contributor who sent it what he gives."""
    row = _membership(invitation)
    if row:
        lock_row(Contributor, row.id.hex)


def _inviter(invitation: Invitation, now: datetime) -> Member:
    row, app = _membership(invitation), invitation.app
    member = Member(row.person, app.agency, app, row) if row else None
    if member is None or not rights.admitted(member, now=now) or not rights.may(member, "team"):
        raise NotFound("link_dead")
    return member


def _membership(invitation: Invitation) -> Contributor | None:
    if invitation.inviter_kind != "contributor":
        return None
    person = Person.get_by_id(invitation.inviter_id)
    row = contributor_in(invitation.app, person)
    if row:
        row.person = person
    return row
