"""A person of a client erased: nothing of him is left anywhere, and what was done and decided stays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from portal.db import transaction
from portal.domain import audit, federation, invitations, mail, publishing, requests, rights, sign_in
from portal.domain.accounts import Contributor, Person, blank, blank_inviter
from portal.domain.audit import Actor
from portal.domain.support.models import SupportMessage, SupportThread
from portal.domain.tenants import agency_by_id


def erase_person(person: Person, *, by: Actor, now: datetime) -> int:
    """Take the person's words out of every table; how many entries of the trail lost some.

    Raises Refused for whoever still has a place in a back office. Staff can't be erased: their names stand under what
    an agency decided and has to account for.
    """
    assert person.agency_id, "only people of an agency's clients are erased"
    agency = agency_by_id(person.agency_id)
    with transaction():
        emails = invitations.addresses_of(person, agency)
        blank(person, now=now)
        blank_inviter(person)
        rights.forget_giver(person)
        publishing.forget_publisher(person.id)
        federation.forget_person(person, now=now)
        invitations.forget_person(person, agency, emails)
        his = {"request": requests.forget_asker(person.id), "code": _forget_writer(person)}
        _forget_letters(person, emails)
        return audit.erase(person.id, emails, his=his, agency_id=agency.id, by=by, now=now)


def _forget_letters(person: Person, emails: Collection[str]) -> None:
    """Those to the person, at whatever address, and those that tell others when his access ends."""
    members = {str(row.id) for row in Contributor.select(Contributor.id).where(Contributor.person == person)}
    mail.withhold("access_ending", lambda key, _told: key in members)
    for email in emails:
        mail.forget(email, person.agency_id)
    sign_in.forget_wishes(person, emails)


def _forget_writer(person: Person) -> set[str]:
    """What the person wrote to direct support goes, and letters with it; the codes of conversations he began."""
    begun = {row.code for row in SupportThread.select().where(SupportThread.begun_by == person.id)}
    spoke = SupportMessage.select(SupportMessage.thread).where(SupportMessage.by_id == person.id)
    joined = {row.code for row in SupportThread.select().where(SupportThread.id.in_(spoke))}
    mail.withhold("support_written", lambda _key, told: told["values"]["code"] in joined)
    mail.reword("support_answered", lambda _, told: {"subject": ""} if told["values"]["code"] in begun else {})
    SupportThread.update(subject="", begun_name="").where(SupportThread.begun_by == person.id).execute()
    SupportMessage.update(by_name="", text="").where(SupportMessage.by_id == person.id).execute()
    return begun
