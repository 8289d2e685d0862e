"""What a session leaves in the trail when it begins, and who a person is there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.domain import audit
from portal.domain.accounts.models import Person, StaffMembership
from portal.domain.audit import Actor, ActorKind
from portal.domain.tenants import App


def note_session(person: Person, app: App | None, *, now: datetime) -> None:
    """Write down that somebody signed in or, with `app`, entered a client's back office on the client's behalf."""
    if app is None:
        by, agency_id = doer(person)
        audit.record("session.started", by=by, now=now, agency_id=agency_id, subject=person.email)
        return
    audit.record(
        "session.entered",
        by=Actor("staff", person.shown_name, person.id, behalf=app.client.name),
        now=now,
        agency_id=app.agency_id,
        client_id=app.client_id,
        app_id=app.id,
        subject=app.name,
    )


def doer(person: Person) -> tuple[Actor, UUID | None]:
    """The person as one who does something, and the agency whose trail tells of it; None for none."""
    return Actor(_kind_of(person), person.shown_name, person.id), person.agency_id or _agency_of_staff(person)


def _kind_of(person: Person) -> ActorKind:
    if person.agency_id:
        return "contributor"
    return "operator" if person.is_operator else "staff"


def _agency_of_staff(person: Person) -> UUID | None:
    living = (StaffMembership.person == person) & StaffMembership.ended_at.is_null()
    row = StaffMembership.select(StaffMembership.agency).where(living).first()
    return row.agency_id if row else None
