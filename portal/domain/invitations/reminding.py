"""Who is told before an access ends: the person, and whoever invited him."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from portal.db import transaction
from portal.domain import accounts, mail, periods, rights
from portal.domain.accounts import Contributor, Member, Person
from portal.domain.invitations.models import Invitation
from portal.domain.tenants import Agency, App, Client

DAYS_BEFORE = (7, 1)
"""So many days before an end a letter goes; where the worker slept on the day, as soon as it wakes."""


def remind_of_ends(agency: Agency, *, now: datetime) -> int:
    """Write to everybody whose access ends soon, and to who invited him, once each; about how many people."""
    today = periods.local_day(now, agency.timezone)
    soon = (Contributor.ends_on >= today) & (Contributor.ends_on <= today + timedelta(days=max(DAYS_BEFORE)))
    rows = (
        Contributor.select(Contributor, Person, App, Client)
        .join(Person)
        .switch(Contributor)
        .join(App)
        .join(Client)
        .where((App.agency == agency) & Contributor.ended_at.is_null() & soon)
    )
    told = 0
    for row in list(rows):
        row.app.agency = row.app.client.agency = agency
        if rights.admitted(Member(row.person, agency, row.app, row), now=now):
            with transaction():
                _tell(row, agency, cast("date", row.ends_on), today, now)
            told += 1
    return told


def _tell(row: Contributor, agency: Agency, ends_on: date, today: date, now: datetime) -> None:
    """The letters of the step that has come: their keys keep each from going twice."""
    days = (ends_on - today).days
    step = min(step for step in DAYS_BEFORE if days <= step)
    values = {
        "key": f"{row.id}:{ends_on.isoformat()}:{step}",
        "now": now,
        "app": row.app.name,
        "person": row.person.shown_name,
        "ends_on": ends_on.isoformat(),
        "days": days,
    }
    _post(row.person, agency.id, values, is_own=True, path=f"/office/{row.app.slug}/home/")
    inviter = _inviter(row, now)
    if inviter and inviter.contributor:
        _post(inviter.person, agency.id, values, is_own=False, path=f"/office/{row.app.slug}/team/{row.id}/")
        return
    for person in [inviter.person] if inviter else accounts.owners_of(agency):
        _post(person, None, values, is_own=False, path=f"/agency/clients/{row.app.client_id}/")


def _post(person: Person, agency_id: UUID | None, values: dict[str, Any], **more: Any) -> None:
    to: dict[str, Any] = {"to": person.email, "name": person.name, "language": person.language}
    mail.post("access_ending", agency_id=agency_id, **to, **values, **more)


def _inviter(row: Contributor, now: datetime) -> Member | None:
    """Whoever invited this member, while he still manages the team; None otherwise."""
    invitation = Invitation.get_or_none(Invitation.contributor == row)
    if invitation is None:
        return None
    person, app = Person.get_by_id(invitation.inviter_id), row.app
    if person.disabled_at:
        return None
    if invitation.inviter_kind == "staff":
        membership = accounts.staff_of_person(person, now=now)
        return Member(person, app.agency, app, None) if membership and accounts.may_enter(membership, app) else None
    contributor = accounts.contributor_in(app, person)
    member = Member(person, app.agency, app, contributor) if contributor else None
    return member if member and rights.may(member, "team") else None
