"""Many invited at once: addresses pasted, judged one by one, looked at, then invited by the worker at a steady pace."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from peewee import chunked, fn

from portal.db import locked, microseconds, transaction
from portal.domain import outbox, rights
from portal.domain.accounts import Contributor, Member, Person, clean_email, clean_name
from portal.domain.errors import Invalid, NotFound, Refused
from portal.domain.invitations.actions import MOST_MAILS_AN_HOUR, check_offer, with_access
from portal.domain.invitations.models import Invitation, InvitationLine, InvitationList
from portal.domain.invitations.queries import open_invitations
from portal.domain.invitations.reading import Address, read_addresses
from portal.domain.tenants import App

MOST_ADDRESSES = 500
LONGEST_TEXT = 200_000
_FORGOTTEN = timedelta(days=7)

Problem = tuple[str, dict[str, Any]]


def begin_list(
    member: Member, text: str, boxes: list[str], *, language: str, ends_on: date | None, now: datetime
) -> InvitationList:
    """Read the addresses and judge each; nobody is invited yet.

    Raises Invalid at `addresses` for none or too many, and what `invite` raises for boxes, language and day.
    """
    found = _read(text)
    with transaction():
        rights.stay(member)
        check_offer(member, boxes, language, ends_on, now)
        mine = (InvitationList.app == member.app) & (InvitationList.state == "checking")
        InvitationList.delete().where(mine & (InvitationList.created_at < now - _FORGOTTEN)).execute()
        batch = InvitationList.create(
            app=member.app,
            text=text,
            boxes=with_access(boxes),
            language=language,
            ends_on=ends_on,
            state="checking",
            by_id=member.person.id,
            by_kind=member.actor.kind,
            by_name=member.person.shown_name,
            created_at=now,
        )
        _write_lines(batch, member, found, now)
    return batch


def confirm_list(batch: InvitationList, *, now: datetime) -> None:
    """Let the worker invite every good line; the others are left out. Confirmed twice, it runs once.

    Raises Refused where no line is good.
    """
    with transaction():
        held = locked(InvitationList.select().where(InvitationList.id == batch.id)).get()
        if held.state != "checking":
            return
        if not waiting_lines(batch).exists():
            raise Refused("no_good_line")
        InvitationList.update(state="running", confirmed_at=now).where(InvitationList.id == batch.id).execute()
        batch.state = "running"
        outbox.put("invitations.work", key=f"invitations:{batch.id}", now=now, batch=str(batch.id))


def discard_list(batch: InvitationList) -> None:
    """Forget a list that was not confirmed. Raises Refused for one that was."""
    with transaction():
        gone = InvitationList.delete().where((InvitationList.id == batch.id) & (InvitationList.state == "checking"))
        if not gone.execute():
            raise Refused("already_confirmed")


def list_of(member: Member, batch_id: UUID) -> InvitationList:
    """A list that this person made for this back office. Raises NotFound for every other."""
    found = InvitationList.get_or_none(
        (InvitationList.id == batch_id)
        & (InvitationList.app == member.app)
        & (InvitationList.by_id == member.person.id)
    )
    if found is None:
        raise NotFound
    found.app = member.app
    return found


def earlier_list(member: Member, text: str) -> InvitationList | None:
    """The list whose id somebody wrote into an address, as far as it is his."""
    try:
        return list_of(member, UUID(text))
    except (ValueError, NotFound):
        return None


def running_list(member: Member) -> InvitationList | None:
    """The list of this person that is being worked on."""
    mine = (InvitationList.app == member.app) & (InvitationList.by_id == member.person.id)
    return InvitationList.select().where(mine & (InvitationList.state == "running")).first()


def lines_of(batch: InvitationList) -> list[InvitationLine]:
    """All of them, in the order in which they were pasted."""
    return list(InvitationLine.select().where(InvitationLine.batch == batch).order_by(InvitationLine.number))


def counts_of_lines(batch: InvitationList) -> dict[str, int]:
    """How many lines are good, bad, done and failed."""
    rows = InvitationLine.select(InvitationLine.state, fn.COUNT(InvitationLine.id)).where(InvitationLine.batch == batch)
    counted: dict[str, int] = dict(cast("Any", rows.group_by(InvitationLine.state).tuples()))
    return {state: counted.get(state, 0) for state in ("good", "bad", "done", "failed")}


def waiting_lines(batch: InvitationList) -> Any:
    """The good lines that nobody was invited by yet, as a query."""
    good = (InvitationLine.batch == batch) & (InvitationLine.state == "good")
    return InvitationLine.select().where(good).order_by(InvitationLine.number)


def _read(text: str) -> list[Address]:
    if len(text) > LONGEST_TEXT:
        raise Invalid({"addresses": ("too_long", {"most": LONGEST_TEXT})})
    found = read_addresses(text)
    if not found:
        raise Invalid({"addresses": ("addresses_missing", {})})
    if len(found) > MOST_ADDRESSES:
        raise Invalid({"addresses": ("too_many_addresses", {"most": MOST_ADDRESSES})})
    return found


def _write_lines(batch: InvitationList, member: Member, found: list[Address], now: datetime) -> None:
    rows = []
    judge = _Judge(member, found, now)
    for number, address in enumerate(found, 1):
        email, name, problem = judge.judged(address)
        values = {"text": address.text, "email": email, "name": name, "problem": problem}
        state = "bad" if problem else "good"
        rows.append(InvitationLine(batch=batch, number=number, state=state, **values).__data__)
    for part in chunked(rows, 100):
        InvitationLine.insert_many(part).execute()


class _Judge:
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
