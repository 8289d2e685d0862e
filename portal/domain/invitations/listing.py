"""The people of a back office as a list: members by name, then who was invited by address, a page at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Literal, get_args
from uuid import UUID

from peewee import Case, ModelSelect, fn

from portal.db import database, fields_of, row_of
from portal.domain import periods, rights
from portal.domain.accounts import Contributor, Member, Person
from portal.domain.invitations.models import Invitation
from portal.domain.invitations.queries import days_left
from portal.domain.tenants import sort_name

State = Literal["active", "ends_soon", "ended", "pending", "expired"]
STATES: tuple[State, ...] = get_args(State)
SOON_DAYS = 7
"""So many days before it ends, an access is said to end soon."""


@dataclass(frozen=True)
class TeamEntry:
    """One line of the team list: a member, or an invitation that waits. `days` are left to the link or the end date."""

    state: State
    id: UUID
    name: str
    email: str
    boxes: frozenset[str]
    ends_on: date | None
    days: int | None
    is_self: bool
    manageable: bool


@dataclass(frozen=True)
class TeamPage:
    """Some entries; `newer` and `older` are the ids at its edges where there are more beyond."""

    entries: list[TeamEntry]
    newer: UUID | None
    older: UUID | None


def team_of(
    member: Member,
    *,
    search: str = "",
    only: State | None = None,
    invited: bool = True,
    after: UUID | None = None,
    before: UUID | None = None,
    most: int = 50,
    now: datetime,
) -> TeamPage:
    """A page of everybody of this back office but the owners; without `invited` of those who joined.

    `search` looks at names, whatever their accents and case, and at addresses. An `after` or `before` that is
    nobody here counts as the start.
    """
    upwards = before is not None
    parts: list[_Part] = [_Members(member, search, only, now)]
    if invited:
        parts.insert(0 if upwards else 1, _Invited(member, search, only, now))
    edge = next((part for part in parts if part.holds(after or before)), None) if after or before else None
    rows: list[Any] = []
    for part in parts[parts.index(edge) if edge else 0 :]:
        rows += part.rows((after or before) if part is edge else None, upwards, most + 1 - len(rows))
    if upwards and edge is None:
        return team_of(member, search=search, only=only, invited=invited, most=most, now=now)
    more, rows = len(rows) > most, rows[:most]
    entries = entries_of(member, rows[::-1] if upwards else rows, now=now)
    newer = bool(rows) and (more if upwards else edge is not None)
    older = bool(rows) and (upwards or more)
    return TeamPage(entries, entries[0].id if newer else None, entries[-1].id if older else None)


def count_team(member: Member, *, search: str = "", now: datetime) -> dict[State, int]:
    """How many there are in each state."""
    people, invited = _Members(member, search, None, now), _Invited(member, search, None, now)
    found = {**dict(people.counts()), **dict(invited.counts())}
    return {state: found.get(state, 0) for state in STATES}


def entries_of(member: Member, rows: Iterable[Contributor | Invitation], *, now: datetime) -> list[TeamEntry]:
    """These members, persons loaded, and invitations as lines of the list."""
    rows = list(rows)
    held = rights.boxes_of_many(row for row in rows if isinstance(row, Contributor))
    own = rights.held_by(member) if member.contributor else frozenset(rights.BOXES)
    today = periods.local_day(now, member.agency.timezone)
    return [
        _of_colleague(member, row, held[row.id], own, today)
        if isinstance(row, Contributor)
        else _of_invitation(row, own, now)
        for row in rows
    ]


class _Part(ABC):
    """Members or invitations of one back office, in their order."""

    key: Any
    row_id: Any

    def __init__(self, member: Member, search: str, only: State | None, now: datetime) -> None:
        self.member, self.only, self.now = member, only, now
        self.today = periods.local_day(now, member.agency.timezone)
        self.search = sort_name(search.strip())

    @abstractmethod
    def all(self) -> ModelSelect[Any]:
        """Everybody of this part, before a state is chosen."""

    @abstractmethod
    def state(self) -> Any:
        """The state of a row, as the database says it."""

    def wanted(self) -> ModelSelect[Any]:
        query = self.all()
        return query.where(self.state() == self.only) if self.only else query

    def holds(self, edge: UUID | None) -> bool:
        return bool(self.all().where(self.row_id == edge).exists())

    def rows(self, edge: UUID | None, upwards: bool, most: int) -> list[Any]:
        """At most so many from an edge (the start or end where there is none) on, nearest first."""
        query = self.wanted()
        if edge is not None:
            at = self.all().where(self.row_id == edge).select(self.key).scalar()
            beyond = (self.key < at) if upwards else (self.key > at)
            same = (self.row_id < edge) if upwards else (self.row_id > edge)
            query = query.where(beyond | ((self.key == at) & same))
        order = (self.key.desc(), self.row_id.desc()) if upwards else (self.key, self.row_id)
        return self.read(query.order_by(*order).limit(most)) if most > 0 else []

    def read(self, query: ModelSelect[Any]) -> list[Any]:
        """The rows of `all()`."""
        return list(query)

    def counts(self) -> Iterable[tuple[State, int]]:
        state = self.state().alias("state")
        return list(self.all().select(state, fn.COUNT(self.row_id)).group_by(state).tuples())


class _Members(_Part):
    key, row_id = Contributor.sort_name, Contributor.id

    def all(self) -> ModelSelect[Any]:
        query = Contributor.select(Contributor, Person).join(Person)
        query = query.where((Contributor.app == self.member.app) & Contributor.ended_at.is_null())
        if self.search:
            query = query.where(Contributor.sort_name.contains(self.search) | Person.email.contains(self.search))
        return query

    def read(self, query: ModelSelect[Any]) -> list[Any]:
        width, rows = len(fields_of(Contributor)), []
        for cells in database.execute(query).fetchall():
            row = row_of(Contributor, cells[:width])
            row.person = row_of(Person, cells[width:])
            rows.append(row)
        return rows

    def state(self) -> Any:
        soon = self.today + timedelta(days=SOON_DAYS)
        cases = [
            (Contributor.ends_on.is_null() | (Contributor.ends_on > soon), "active"),
            (Contributor.ends_on < self.today, "ended"),
        ]
        return Case(None, cases, "ends_soon")


class _Invited(_Part):
    key, row_id = Invitation.email, Invitation.id

    def all(self) -> ModelSelect[Any]:
        query = self._waiting(Invitation)
        if self.search:
            query = query.where(Invitation.email.contains(self.search) | Invitation.id.in_(self._named))
        return query

    @cached_property
    def _named(self) -> list[UUID]:
        """Who is called what is looked for: folded here, for no database folds accents as members' names are."""
        named = self._waiting(Invitation.id, Invitation.name).where(Invitation.name != "")
        return [row.id for row in named if self.search in sort_name(row.name)]

    def _waiting(self, *columns: Any) -> ModelSelect[Any]:
        unused = Invitation.accepted_at.is_null() & Invitation.revoked_at.is_null()
        query: ModelSelect[Any] = Invitation.select(*columns).where((Invitation.app == self.member.app) & unused)
        return query

    def state(self) -> Any:
        return Case(None, [(Invitation.expires_at > self.now, "pending")], "expired")


def _of_colleague(
    member: Member, row: Contributor, boxes: frozenset[str], own: frozenset[str], today: date
) -> TeamEntry:
    days = (row.ends_on - today).days if row.ends_on else None
    is_self = member.contributor is not None and row.id == member.contributor.id
    return TeamEntry(
        state="active" if days is None or days > SOON_DAYS else "ended" if days < 0 else "ends_soon",
        id=row.id,
        name=row.person.name,
        email=row.person.email,
        boxes=boxes,
        ends_on=row.ends_on,
        days=days,
        is_self=is_self,
        manageable=not is_self and boxes <= own,
    )


def _of_invitation(row: Invitation, own: frozenset[str], now: datetime) -> TeamEntry:
    left = days_left(row, now)
    boxes = frozenset(row.boxes).intersection(rights.BOXES)
    return TeamEntry(
        state="pending" if left else "expired",
        id=row.id,
        name=row.name,
        email=row.email,
        boxes=boxes,
        ends_on=row.ends_on,
        days=left,
        is_self=False,
        manageable=boxes <= own,
    )
