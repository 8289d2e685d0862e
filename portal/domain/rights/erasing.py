"""What rights hold of a person who is erased: the name of who gave them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.domain import audit
from portal.domain.accounts import Contributor, Person, named_in
from portal.domain.rights.models import Right


def forget_giver(person: Person) -> None:
    """Of the boxes that the person ticked, his name; before the trail forgets how he was called then.

    By what the trail tells: somebody else may be called the same.
    """
    for action in ("right.granted", "contributor.added"):
        for entry in audit.done_by(person.id, action):
            members = Contributor.select(Contributor.id).where((Contributor.app == entry.app_id) & named_in(entry))
            given = Right.contributor.in_(members) & (Right.given_at == entry.at)
            if "box" in entry.details:
                given &= Right.box == entry.details["box"]
            Right.update(given_by="").where(given & (Right.given_by == entry.actor_name)).execute()


def forget_given(contributor_id: UUID, name: str, at: datetime) -> None:
    """Of the boxes that came with an invitation, the name of who had sent it."""
    given = (Right.contributor == contributor_id) & (Right.given_at == at) & (Right.given_by == name)
    Right.update(given_by="").where(given).execute()
