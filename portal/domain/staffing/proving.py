"""Whether whoever made an account of the platform host could read the mail of its address."""

from __future__ import annotations

from portal.db import microseconds
from portal.domain.accounts import Person, StaffMembership
from portal.domain.staffing.models import StaffInvitation


def prove_address(person: Person) -> bool:
    """Whether the account came by a link that was copied, so that nobody proved its address; from now on it is."""
    places = StaffMembership.select(StaffMembership.id).where(StaffMembership.person == person)
    made_by = StaffInvitation.membership.in_(places) & (StaffInvitation.accepted_at == person.created_at)
    row = StaffInvitation.get_or_none(made_by)
    if row is None or went_by_mail(row):
        return False
    StaffInvitation.update(sends=[*row.sends, microseconds(row.sent_at)]).where(StaffInvitation.id == row.id).execute()
    return True


def went_by_mail(invitation: StaffInvitation) -> bool:
    """Whether its present link was sent to the address, not copied by whoever invites."""
    return microseconds(invitation.sent_at) in invitation.sends
