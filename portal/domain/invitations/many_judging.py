"""What would keep somebody from being invited by a list: said at his line before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from portal.db import microseconds
from portal.domain import rights
from portal.domain.accounts import Contributor, Member, Person, clean_email, clean_name
from portal.domain.errors import Invalid
from portal.domain.invitations.actions import MOST_MAILS_AN_HOUR
from portal.domain.invitations.models import Invitation
from portal.domain.invitations.queries import open_invitations
from portal.domain.invitations.reading import Address
from portal.domain.tenants import App

Problem = tuple[str, dict[str, Any]]


class Judge:
    """What would keep somebody from being invited; what all lines need is asked once."""

    def __init__(self, member: Member, found: list[Address], now: datetime) -> None:
        emails = [email for address in found for email, problem in [_cleaned(address)] if not problem]
        self.seen: set[str] = set()
        self.members = _members(member, emails)
        self.tired = _tired(member, emails, now)
        self.above = {row.email for row in open_invitations(member) if not rights.may_manage(member, row.boxes)}

    def judged(self, address: Address) -> tuple[str, str, Problem | None]:
        """The clean address and name of a line, and its problem."""
        email, problem = _cleaned(address)
        problem = problem or self._problem(email)
        self.seen.add(email)
        try:
            return email, clean_name(address.name), problem
        except Invalid as error:
            return email, "", problem or error.problems["name"]

    def _problem(self, email: str) -> Problem | None:
        if email in self.seen:
            return "twice_in_list", {}
        if email in self.members:
            return "already_member", {}
        if email in self.above:
            return "person_above_you", {}
        return ("too_many_mails", {"most": MOST_MAILS_AN_HOUR}) if email in self.tired else None


def _cleaned(address: Address) -> tuple[str, Problem | None]:
    try:
        return clean_email(address.email), None
    except Invalid as error:
        return address.email, error.problems["email"]


def _members(member: Member, emails: Iterable[str]) -> set[str]:
    living = (Contributor.app == member.app) & Contributor.ended_at.is_null()
    rows = Contributor.select(Contributor, Person).join(Person).where(living & Person.email.in_(list(emails)))
    return {row.person.email for row in rows}


def _tired(member: Member, emails: Iterable[str], now: datetime) -> set[str]:
    """The addresses that got as many mails as go to one within an hour, counted within the agency."""
    since = now - timedelta(hours=1)
    sent: dict[str, int] = {}
    of_agency = (App.agency == member.agency) & (Invitation.sent_at > since) & Invitation.email.in_(list(emails))
    for row in Invitation.select(Invitation.email, Invitation.sends).join(App).where(of_agency):
        sent[row.email] = sent.get(row.email, 0) + sum(at > microseconds(since) for at in row.sends)
    return {email for email, count in sent.items() if count >= MOST_MAILS_AN_HOUR}
