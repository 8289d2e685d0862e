"""Who of one client's people may come in, and what they hold: for the agency, across all the client's apps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from peewee import fn

from portal.domain.accounts import Contributor, Member, Person
from portal.domain.rights.models import Right
from portal.domain.rights.queries import admitted, boxes_of_many
from portal.domain.tenants import App, Client


@dataclass(frozen=True)
class Inside:
    """One membership: what it holds, and whether it opens the back office at the moment."""

    contributor: Contributor
    boxes: frozenset[str]
    admitted: bool


@dataclass(frozen=True)
class People:
    """The first of a client's people, by name, and how many there are."""

    rows: list[Inside]
    total: int


def people_inside(client: Client, *, most: int, now: datetime) -> People:
    """The first `most` living memberships of the client's apps, person and app loaded."""
    living = (App.client == client) & Contributor.ended_at.is_null()
    query = Contributor.select(Contributor, Person, App).join(Person).switch(Contributor).join(App).where(living)
    rows = list(query.order_by(Person.name, Person.email, App.name).limit(most))
    boxes = boxes_of_many(rows)
    found = []
    for row in rows:
        row.app.client, row.app.agency = client, client.agency
        member = Member(row.person, client.agency, row.app, row)
        found.append(Inside(row, boxes[row.id], admitted(member, now=now)))
    return People(found, Contributor.select().join(App).where(living).count())


def holders_of(client: Client) -> dict[str, int]:
    """How many living memberships of the client hold each box."""
    query = Right.select(Right.box, fn.COUNT(Right.id)).join(Contributor).join(App)
    living = (App.client == client) & Contributor.ended_at.is_null()
    return dict(query.where(living).group_by(Right.box).tuples())
