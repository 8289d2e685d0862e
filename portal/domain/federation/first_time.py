"""The first time that a provider vouches for an account that is here already, and what is left when its word ends.

Whoever made the account may be somebody else than whoever has the address: it was made by a link, or long ago.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.db import transaction
from portal.domain.accounts import PLATFORM, Person
from portal.domain.accounts.vouching import note_no_proof
from portal.domain.errors import Refused
from portal.domain.federation.models import Identity
from portal.domain.federation.passwords import may_use_password
from portal.domain.sign_in import Entered, Visitor, enter, has_factor
from portal.domain.sign_in.afresh import start_over
from portal.domain.tenants import Agency


class NotRecognised(Refused):
    """The provider vouched for somebody who can't come in by it. `reason` is for the trail, not for the reader."""

    def __init__(self, *, reason: str, code: str = "sso_stranger") -> None:
        super().__init__(code)
        self.reason = reason


def hand_over(person: Person, *, proved_as: UUID | None, now: datetime) -> bool:
    """Make sure that the account is nobody else's; whether something that opened it before was taken away.

    On an agency's host all of that goes. On the platform, where an account outlives its agency, whoever may use a
    password has to be signed in and to have proved it lately (`proved_as`): raises NotRecognised.
    """
    if person.house == PLATFORM and person.id == proved_as:
        return False
    opens = bool(person.password_hash) or has_factor(person)
    if person.house == PLATFORM and opens and may_use_password(person):
        raise NotRecognised(reason="unproved", code="sso_prove_first")
    return start_over(person, now=now)


def let_in(person: Person, house: str, *, visitor: Visitor, now: datetime) -> Entered:
    """A session on the provider's word, which is a strong one; a password is no less asked for before it matters."""
    with transaction():
        entered = enter(person, house, strong=True, visitor=visitor, now=now)
        if person.password_hash:
            note_no_proof(entered.session)
    return entered


def forget_person(person: Person, *, now: datetime) -> None:
    """No provider vouches for the account any more, and nothing that opened it is left.

    Inside the transaction of the erasing.
    """
    Identity.delete().where(Identity.person == person).execute()
    start_over(person, now=now)


def part(person: Person, agency: Agency, *, now: datetime) -> None:
    """Somebody leaves the staff: its provider says nothing of him any more, nor does what was added on its word alone.

    Inside the transaction of his leaving.
    """
    mine = (Identity.person == person) & (Identity.provider == str(agency.id))
    if Identity.delete().where(mine).execute() and not person.password_hash:
        start_over(person, now=now)
