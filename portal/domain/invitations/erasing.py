"""What invitations hold of a person who is erased."""

from __future__ import annotations

from uuid import UUID

from portal.domain.invitations.models import Invitation, InvitationLine, InvitationList
from portal.domain.tenants.models import App, Client


def forget_person(agency_id: UUID, person_id: UUID, email: str) -> None:
    """Those to the address go, with the pasted lists it stands in; of those that the person sent, the name."""
    apps = App.select(App.id).join(Client).where(Client.agency == agency_id)
    lists = InvitationList.select(InvitationList.id).where(InvitationList.app.in_(apps))
    lines = InvitationLine.batch.in_(lists) & (InvitationLine.email == email)
    holding = [row.batch_id for row in InvitationLine.select(InvitationLine.batch).where(lines)]
    InvitationList.update(text="").where(InvitationList.id.in_(holding)).execute()
    InvitationLine.delete().where(lines).execute()
    Invitation.delete().where(Invitation.app.in_(apps) & (Invitation.email == email)).execute()
    Invitation.update(inviter_name="").where(Invitation.inviter_id == person_id).execute()
    InvitationList.update(by_name="").where(InvitationList.by_id == person_id).execute()
