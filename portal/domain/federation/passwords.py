"""Where a provider is the only way in: no password then, but for the owners of the agency, in the open."""

from __future__ import annotations

from datetime import datetime

from portal.db import transaction
from portal.domain import audit, mail
from portal.domain.accounts import PLATFORM, Person, Role, StaffMembership, owners_of, staff_of_person
from portal.domain.audit import Actor
from portal.domain.federation.models import Provider
from portal.domain.federation.values import Use
from portal.domain.tenants import Agency


def may_use_password(person: Person) -> bool:
    """Whether a password opens anything for this person, or gets a new one.

    Where a provider is the only way, owners keep theirs: who else could mend it when the provider is down?
    """
    if person.house != PLATFORM:
        return not _is_only_way(Provider.contributors, person.agency_id)
    staff = staff_of_person(person)
    return staff is None or not is_only_way_for_staff(staff.agency, Role(staff.role))


def is_only_way_for_contributors(agency: Agency) -> bool:
    """Whether nobody of the agency's clients comes in by password."""
    return _is_only_way(Provider.contributors, agency.id)


def is_only_way_for_staff(agency: Agency, role: Role) -> bool:
    """Whether nobody of that role comes in by password."""
    return role != Role.OWNER and _is_only_way(Provider.staff, agency.id)


def note_password(person: Person, *, now: datetime) -> None:
    """An owner came in by password past a provider that is the only way for the others: all owners hear of it."""
    staff = staff_of_person(person) if person.house == PLATFORM else None
    if staff is None or staff.role != Role.OWNER or not _is_only_way(Provider.staff, staff.agency_id):
        return
    with transaction():
        audit.record(
            "sso.bypassed",
            by=Actor("staff", person.shown_name, person.id),
            now=now,
            agency_id=staff.agency_id,
            subject=person.email,
        )
        _tell_owners(staff, person, now)


def _tell_owners(staff: StaffMembership, person: Person, now: datetime) -> None:
    for owner in owners_of(staff.agency):
        mail.post(
            "sso_bypassed",
            to=owner.email,
            name=owner.name,
            language=owner.language,
            agency_id=None,
            key=f"{person.id}:{now.isoformat()}",
            now=now,
            who=person.shown_name,
            at=now.isoformat(),
            zone=staff.agency.timezone,
            path="/agency/activity/",
        )


def _is_only_way(kind, agency_id) -> bool:  # type: ignore[no-untyped-def]  # a peewee column and an id
    return bool(Provider.select().where((Provider.agency == agency_id) & (kind == Use.ONLY.value)).exists())
