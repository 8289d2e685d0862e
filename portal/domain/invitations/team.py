"""People taken out of a back office, or given a last day."""

from __future__ import annotations

from datetime import date, datetime

from portal.db import transaction
from portal.domain import periods, rights
from portal.domain.accounts import Contributor, Member, end_contributor, limit_contributor
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
