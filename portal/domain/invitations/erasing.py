"""What invitations hold of a person who is erased."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.domain import mail, rights
from portal.domain.accounts import Person
from portal.domain.invitations.models import Invitation, InvitationLine, InvitationList
from portal.domain.tenants import Agency
from portal.domain.tenants.models import App, Client


def forget_person(person: Person, agency: Agency) -> None:
    """Those to the address go, with the pasted lists it stands in; of those that the person sent, the name.

    Letters about them that wait, or were set aside, have the client's name in its place.
    """
    email = person.email
    apps = App.select(App.id).join(Client).where(Client.agency == agency)
    lists = InvitationList.select(InvitationList.id).where(InvitationList.app.in_(apps))
    lines = InvitationLine.batch.in_(lists) & (InvitationLine.email == email)
    holding = [row.batch_id for row in InvitationLine.select(InvitationLine.batch).where(lines)]
    InvitationList.update(text="").where(InvitationList.id.in_(holding)).execute()
    InvitationLine.delete().where(lines).execute()
    Invitation.delete().where(Invitation.app.in_(apps) & (Invitation.email == email)).execute()
    _forget_sender(person, agency)
    InvitationList.update(by_name="").where(InvitationList.by_id == person.id).execute()


def _forget_sender(person: Person, agency: Agency) -> None:
    sent = list(Invitation.select().where(Invitation.inviter_id == person.id))
    _reword(sent, agency)
    for row in sent:
        if row.accepted_at:
            rights.forget_given(row.contributor_id, row.inviter_name, row.accepted_at)
    Invitation.update(inviter_name="").where(Invitation.inviter_id == person.id).execute()


def _reword(sent: Iterable[Invitation], agency: Agency) -> None:
    """Letters that haven't left name the client as who invited; those of older links are found by no id."""
    clients = {(row.email, row.inviter_name): row.app.client.name for row in sent}

    def words(_key: str, told: dict[str, Any]) -> dict[str, str]:
        client = clients.get((told["to"], told["values"]["inviter"])) if told["agency"] == str(agency.id) else None
        return {"inviter": client} if client else {}

    for letter in ("invitation", "joined"):
        mail.reword(letter, words)
