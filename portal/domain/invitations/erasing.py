"""What invitations hold of a person who is erased."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from portal.domain import audit, mail, rights
from portal.domain.accounts import Contributor, Person, person_in
from portal.domain.audit import Question
from portal.domain.invitations.models import Invitation, InvitationLine, InvitationList
from portal.domain.tenants import Agency
from portal.domain.tenants.models import App, Client

_MOST_CHANGES = 10_000


def addresses_of(person: Person, agency: Agency) -> frozenset[str]:
    """Every address that the person signs in with, ever did, or was invited by; before the trail forgets them.

    Without earlier ones that are somebody else's by now: what stands under those may be his.
    """
    changes = Question(agency.id, actions=["person.email_changed"], actor_id=person.id)
    changed = {entry.details.get("old", "") for entry in audit.every(changes, most=_MOST_CHANGES)}
    earlier = (changed | {row.email for row in _accepted(person)}) - {"", person.email}
    return frozenset({person.email, *(email for email in earlier if person_in(person.house, email) is None)})


def forget_person(person: Person, agency: Agency, emails: Collection[str]) -> None:
    """Those to the addresses, and those he accepted, go with the pasted lists they stand in; of his own, his name.

    Letters about these that wait, or were set aside, have the client's name in its place.
    """
    his = Invitation.email.in_(emails) | Invitation.id.in_([row.id for row in _accepted(person)])
    apps = App.select(App.id).join(Client).where(Client.agency == agency)
    lists = InvitationList.select(InvitationList.id).where(InvitationList.app.in_(apps))
    lines = InvitationLine.batch.in_(lists) & (
        InvitationLine.email.in_(emails) | InvitationLine.invitation.in_(Invitation.select(Invitation.id).where(his))
    )
    holding = [row.batch_id for row in InvitationLine.select(InvitationLine.batch).where(lines)]
    InvitationList.update(text="").where(InvitationList.id.in_(holding)).execute()
    InvitationLine.delete().where(lines).execute()
    Invitation.delete().where(Invitation.app.in_(apps) & his).execute()
    _forget_sender(person, agency)
    InvitationList.update(by_name="").where(InvitationList.by_id == person.id).execute()


def _accepted(person: Person) -> list[Invitation]:
    """The invitations that made the person's memberships, whatever address they went to."""
    members = Contributor.select(Contributor.id).where(Contributor.person == person)
    return list(Invitation.select().where(Invitation.contributor.in_(members)))


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
