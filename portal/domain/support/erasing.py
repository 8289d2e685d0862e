"""A person of a client erased: nothing of him is left anywhere, and what was done and decided stays."""

from __future__ import annotations

from datetime import datetime

from portal.db import transaction
from portal.domain import audit, federation, invitations, mail, requests
from portal.domain.accounts import Person, blank, blank_inviter
from portal.domain.audit import Actor
from portal.domain.support.models import SupportMessage, SupportThread


def erase_person(person: Person, *, by: Actor, now: datetime) -> int:
    """Take the person's words out of every table; how many entries of the trail lost some.

    Raises Refused for whoever still has a place in a back office. Staff can't be erased: their names stand under what
    an agency decided and has to account for.
    """
    assert person.agency_id, "only people of an agency's clients are erased"
    known_as = [person.email, *([person.name] if person.name else [])]
    with transaction():
        blank(person, now=now)
        blank_inviter(person.shown_name, person)
        federation.forget_person(person, now=now)
        invitations.forget_person(person.agency_id, person.id, person.email)
        requests.forget_asker(person.id)
        mail.forget(person.email)
        mine = SupportThread.begun_by == person.id
        SupportThread.update(subject="", begun_name="").where(mine).execute()
        SupportMessage.update(by_name="", text="").where(SupportMessage.by_id == person.id).execute()
        return audit.erase(person.id, known_as, agency_id=person.agency_id, by=by, now=now)
