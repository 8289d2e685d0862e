"""What an account holds of a person, taken out for good; the row stays, for what was done hangs on it."""

from __future__ import annotations

from datetime import datetime

from peewee import Expression

from portal.domain import audit
from portal.domain.accounts.models import Contributor, Person, SignIn
from portal.domain.accounts.queries import person_in
from portal.domain.audit import AuditEntry
from portal.domain.errors import Refused

_NOWHERE = "@erased.invalid"


def blank(person: Person, *, now: datetime) -> None:
    """Name, address and browsers go, and nobody comes in by the account any more.

    Inside the transaction of the erasing. Raises Refused for whoever still has a place in a back office.
    """
    living = (Contributor.person == person) & Contributor.ended_at.is_null()
    if Contributor.select().where(living).exists():
        raise Refused("erase_removed_first")
    gone = {"email": person.id.hex + _NOWHERE, "name": "", "password_hash": None}
    Person.update(**gone, disabled_at=person.disabled_at or now).where(Person.id == person.id).execute()
    Contributor.update(sort_name="").where(Contributor.person == person).execute()
    SignIn.update(address="", browser="").where(SignIn.person == person).execute()


def is_blank(person: Person) -> bool:
    """Whether the person was erased."""
    return person.email.endswith(_NOWHERE)


def blank_inviter(person: Person) -> None:
    """Of those whom the person let in, the name of who did it; before the trail forgets how he was called then.

    By what the trail tells: somebody else may be called the same.
    """
    for entry in audit.done_by(person.id, "contributor.added"):
        added = (Contributor.app == entry.app_id) & (Contributor.created_at == entry.at)
        theirs = added & named_in(entry) & (Contributor.invited_by == entry.actor_name)
        Contributor.update(invited_by="").where(theirs).execute()


def named_in(entry: AuditEntry) -> Expression:
    """The condition that a membership is that of the entry's subject, while somebody has that address."""
    about = person_in(str(entry.agency_id), entry.subject)
    return (Contributor.person == about) if about else Contributor.person.is_null(False)
