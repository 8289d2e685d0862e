"""People taken out of a back office, given a last day, a language, or boxes by the handful."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from portal.db import transaction
from portal.domain import periods, rights
from portal.domain.accounts import Contributor, Member, end_contributor, limit_contributor, set_correspondence
from portal.domain.errors import Invalid
from portal.domain.invitations.models import Invitation
from portal.domain.invitations.trail import record, still_open


def remove(colleague: Contributor, *, by: Member, now: datetime) -> None:
    """Take a person out of the back office, and with him the open invitations that he sent.

    Raises Forbidden for oneself and for somebody who holds more than `by`.
    """
    with transaction():
        rights.guard(colleague, by, [])
        end_contributor(colleague, by=by.actor, now=now)
        sent = (Invitation.app == by.app) & (Invitation.inviter_id == colleague.person_id)
        waiting = Invitation.accepted_at.is_null() & Invitation.revoked_at.is_null()
        for invitation in list(Invitation.select().where(sent & waiting)):
            invitation.app = by.app
            if Invitation.update(revoked_at=now).where(still_open(invitation)).execute():
                record("invitation.revoked", invitation, by=by.actor, now=now)


def set_end(colleague: Contributor, ends_on: date | None, *, by: Member, now: datetime) -> None:
    """The last day of a person's access, in the agency's zone; None for no end.

    Raises Invalid for a day that is over, Forbidden as `remove` does.
    """
    if ends_on and ends_on < periods.local_day(now, by.agency.timezone):
        raise Invalid({"ends_on": ("day_past", {})})
    with transaction():
        rights.guard(colleague, by, [])
        limit_contributor(colleague, ends_on, by=by.actor, now=now)


def set_contact(colleague: Contributor, *, language: str, notices: bool, by: Member, now: datetime) -> None:
    """The language of a person, and whether administrative notices reach him. Raises Forbidden as `remove` does."""
    with transaction():
        rights.guard(colleague, by, [])
        set_correspondence(colleague, language=language, wanted=notices, by=by.actor, now=now)


def copied(source: Contributor, by: Member) -> list[str]:
    """The boxes of that person that `by` may give, in order: what a copy of him would hold."""
    held = rights.boxes_of(source)
    return [box.key for box in rights.grantable_boxes(by) if box.key in held]


def left_out(source: Contributor, by: Member) -> int:
    """How many boxes of that person a copy leaves out, for `by` does not hold them himself; which, he is not told."""
    return len(rights.boxes_of(source) - rights.boxes_of(by.contributor)) if by.contributor else 0


@dataclass(frozen=True)
class BoxChanges:
    """What a set of boxes would change for somebody: keys that he would get, and that he would lose, in order."""

    gained: list[str]
    lost: list[str]

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost)


def changes_to(colleague: Contributor, boxes: Iterable[str], by: Member) -> BoxChanges:
    """What bringing him to these boxes would change: of those that `by` may give, and that are not hidden."""
    held, wanted = rights.boxes_of(colleague), set(rights.completed(boxes))
    offered = [box.key for box in rights.grantable_boxes(by)]
    gained = [key for key in offered if key in wanted and key not in held]
    return BoxChanges(gained, [key for key in offered if key in held and key not in wanted])


def set_boxes(colleague: Contributor, boxes: Iterable[str], *, by: Member, now: datetime) -> BoxChanges:
    """Bring all boxes of a person that `by` may give to the wanted ones, at once; what was changed.

    Raises Forbidden for a box that `by` lacks, and as `remove` does; then nothing is changed.
    """
    boxes = list(boxes)
    with transaction():
        rights.guard(colleague, by, boxes)
        changes = changes_to(colleague, boxes, by)
        for key in changes.gained:
            rights.set_box(colleague, key, granted=True, by=by, now=now)
        for key in changes.lost:
            rights.set_box(colleague, key, granted=False, by=by, now=now)
    return changes
