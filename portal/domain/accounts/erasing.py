"""What an account holds of a person, taken out for good; the row stays, for what was done hangs on it."""

from __future__ import annotations

from datetime import datetime

from portal.domain.accounts.models import Contributor, Person, SignIn
from portal.domain.errors import Refused


def blank(person: Person, *, now: datetime) -> None:
    """Name, address and browsers go, and nobody comes in by the account any more.

    Inside the transaction of the erasing. Raises Refused for whoever still has a place in a back office.
    """
    living = (Contributor.person == person) & Contributor.ended_at.is_null()
    if Contributor.select().where(living).exists():
        raise Refused("erase_removed_first")
    gone = {"email": f"{person.id.hex}@erased.invalid", "name": "", "password_hash": None}
    Person.update(**gone, disabled_at=person.disabled_at or now).where(Person.id == person.id).execute()
    Contributor.update(sort_name="").where(Contributor.person == person).execute()
    SignIn.update(address="", browser="").where(SignIn.person == person).execute()


def blank_inviter(name: str, person: Person) -> None:
    """Of those whom the person invited, the name of who did it."""
    here = Person.select(Person.id).where(Person.agency == person.agency_id)
    Contributor.update(invited_by="").where((Contributor.invited_by == name) & Contributor.person.in_(here)).execute()
