"""Whether whoever made an account could read the mail of its address."""

from __future__ import annotations

from portal.domain.accounts import Contributor, Person
from portal.domain.invitations.models import Invitation


def prove_address(person: Person) -> bool:
    """Whether the account came by a link that was copied, so that nobody proved its address; from now on it is."""
    places = Contributor.select(Contributor.id).where(Contributor.person == person)
    first = Invitation.contributor.in_(places) & (Invitation.accepted_at == person.created_at)
    unseen = first & Invitation.copied_at.is_null(False)
    return bool(Invitation.update(copied_at=None).where(unseen).execute())
