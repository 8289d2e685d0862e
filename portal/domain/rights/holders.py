"""Who of one client's people may come in and what they hold, across all the client's apps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from peewee import fn

from portal.domain.accounts import Contributor, Member, Person
from portal.domain.rights.models import Right
from portal.domain.rights.queries import admitted, boxes_of_many, may
from portal.domain.tenants import App, Client, apps_of_client


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
    query: Any = Right.select(Right.box, fn.COUNT(Right.id)).join(Contributor).join(App)
    living = (App.client == client) & Contributor.ended_at.is_null()
    return dict(query.where(living).group_by(Right.box).tuples())


def readers_of(client: Client, box: str, *, now: datetime) -> list[Contributor]:
    """Whom to write to about something of the client: who may see it at this moment and wants notices.

    Each person once, with the first membership that fits; person, app and client loaded.
    """
    apps = {app.id: app for app in apps_of_client(client)}
    found: dict[UUID, Contributor] = {}
    for contributor in people_with(apps.values(), box):
        contributor.app = apps[contributor.app_id]
        contributor.app.client, contributor.app.agency = client, client.agency
        member = Member(contributor.person, client.agency, contributor.app, contributor)
        if contributor.wants_notices and admitted(member, now=now) and may(member, box):
            found.setdefault(contributor.person_id, contributor)
    return list(found.values())


def people_with(app_ids: Iterable[App], box: str) -> list[Contributor]:
    """Living memberships of these apps that hold the box, persons loaded."""
    return list(
        Contributor.select(Contributor, Person)
        .join(Person)
        .switch(Contributor)
        .join(Right)
        .where(
            Contributor.app.in_([app.id for app in app_ids])
            & Contributor.ended_at.is_null()
            & Person.disabled_at.is_null()
            & (Right.box == box)
        )
    )
