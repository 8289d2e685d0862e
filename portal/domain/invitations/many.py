"""Many invited at once: addresses pasted, judged one by one, looked at, then invited by the worker at a steady pace."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from peewee import Expression, chunked, fn

from portal.db import lock_row, locked, transaction
from portal.domain import outbox, rights
from portal.domain.accounts import Member
from portal.domain.errors import Invalid, NotFound, Refused
from portal.domain.invitations.actions import check_offer, with_access
from portal.domain.invitations.many_judging import Judge
from portal.domain.invitations.models import InvitationLine, InvitationList
from portal.domain.invitations.reading import Address, read_addresses
from portal.domain.tenants import App

MOST_ADDRESSES = 500
LONGEST_TEXT = 200_000
MOST_WAITING = 20
"""Lists of one back office that nobody has confirmed yet."""
MOST_OWN = 5
"""Those of one person: his oldest makes room for another one."""
_FORGOTTEN = timedelta(days=7)


def begin_list(
    member: Member, text: str, boxes: list[str], *, language: str, ends_on: date | None, now: datetime
) -> InvitationList:
    """Read the addresses and judge each; nobody is invited yet.

    Raises Invalid at `addresses` for none or too many, Refused there while too many lists of colleagues wait, and what
    `invite` raises for boxes, language and day.
    """
    found = _read(text)
    with transaction():
        lock_row(App, member.app.id.hex)
        rights.stay(member)
        check_offer(member, boxes, language, ends_on, now)
        _make_room(member, now)
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


def forget_lists(*, now: datetime) -> int:
    """Let go of lists that waited too long to be confirmed; how many these were."""
    return int(InvitationList.delete().where(_waiting() & ~_fresh(now)).execute())


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


def _make_room(member: Member, now: datetime) -> None:
    """For one more list of the person, in the place of his oldest. Alone with the back office."""
    there = InvitationList.select().where((InvitationList.app == member.app) & _waiting() & _fresh(now))
    own = list(there.where(InvitationList.by_id == member.person.id).order_by(InvitationList.created_at.desc()))
    going = [row.id for row in own[MOST_OWN - 1 :]]
    InvitationList.delete().where(_waiting(going)).execute()
    if there.count() >= MOST_WAITING:
        raise Refused("lists_waiting", field="addresses", most=MOST_WAITING)


def _waiting(ids: list[UUID] | None = None) -> Expression:
    """Nobody confirmed it yet, and it is one of these, where given."""
    waits = InvitationList.state == "checking"
    return waits if ids is None else waits & InvitationList.id.in_(ids)


def _fresh(now: datetime) -> Expression:
    return InvitationList.created_at >= now - _FORGOTTEN


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
    judge = Judge(member, found, now)
    for number, address in enumerate(found, 1):
        email, name, problem = judge.judged(address)
        values = {"text": address.text, "email": email, "name": name, "problem": problem}
        state = "bad" if problem else "good"
        rows.append(InvitationLine(batch=batch, number=number, state=state, **values).__data__)
    for part in chunked(rows, 100):
        InvitationLine.insert_many(part).execute()
