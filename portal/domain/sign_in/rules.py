"""For whom of an agency a password alone is not enough, and what the agency does for people who are stuck."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from portal.db import transaction
from portal.domain import audit
from portal.domain.accounts import (
    PLATFORM,
    Person,
    Role,
    SignIn,
    Staff,
    clean_email,
    end_all_sessions,
    end_session,
    person_in,
    sessions_of,
    staff_of,
    staff_of_person,
)
from portal.domain.audit import Actor
from portal.domain.errors import Invalid, NotFound
from portal.domain.rights import Permission, stand
from portal.domain.sign_in import begun
from portal.domain.sign_in.factors import take_factors
from portal.domain.sign_in.models import FactorRule
from portal.domain.sign_in.news import write_down
from portal.domain.sign_in.people import has_factor, refuse_operator
from portal.domain.tenants import Agency


@dataclass(frozen=True)
class Demand:
    """Of whom a second factor is asked."""

    staff: bool = False
    contributors: bool = False


def demand_of(agency: Agency) -> Demand:
    row = FactorRule.get_or_none(FactorRule.agency == agency)
    return Demand(row.staff, row.contributors) if row else Demand()


def set_demand(agency: Agency, wanted: Demand, *, by: Staff, now: datetime) -> None:
    """From the next sign-in on; who is signed in goes on working. Raises Forbidden for who lost the right meanwhile."""
    with transaction():
        stand(by, Permission.STAFF)
        before = demand_of(agency)
        if before == wanted:
            return
        row = FactorRule(agency=agency, staff=wanted.staff, contributors=wanted.contributors)
        FactorRule.insert(**row.__data__).on_conflict(
            conflict_target=[FactorRule.agency],
            update={FactorRule.staff: wanted.staff, FactorRule.contributors: wanted.contributors},
        ).execute()
        audit.record(
            "factors.demanded",
            by=by.actor,
            now=now,
            agency_id=agency.id,
            subject=agency.name,
            staff=wanted.staff,
            contributors=wanted.contributors,
        )


def staff_with_factor(agency: Agency) -> tuple[int, int]:
    """How many of the agency's staff have a second factor, and how many they are."""
    people = [row.person for row in staff_of(agency)]
    return sum(has_factor(person) for person in people), len(people)


def person_to_help(by: Staff, email: str, *, of_staff: bool) -> Person:
    """Somebody of the agency's staff, or of its clients' people, whom `by` may help with his sign-in.

    Raises Invalid at `email` alike for strangers, for oneself, for operators, and for owners where `by` is none.
    """
    unknown = Invalid({"email": ("nobody_to_help", {})})
    person = person_in(PLATFORM if of_staff else str(by.agency.id), clean_email(email))
    if person is None or person.id == by.person.id or person.is_operator:
        raise unknown
    if of_staff:
        place = staff_of_person(person)
        if place is None or place.agency_id != by.agency.id or (place.role == Role.OWNER != by.role):
            raise unknown
    return person


def help_person(by: Staff, email: str, *, of_staff: bool, factors: bool, now: datetime) -> Person:
    """Sign somebody out everywhere, and take his second factors too where `factors`; who it is.

    Raises Invalid at `email` as `person_to_help`, Forbidden for who lost the right while he asked.
    """
    with transaction():
        by = replace(by, role=Role(stand(by, Permission.STAFF).role))
        person = person_to_help(by, email, of_staff=of_staff)
        if factors:
            take_factors(person, by=by.actor, now=now)
        else:
            end_everywhere(person, by=by.actor, now=now)
    return person


def end_one(person: Person, session_id: UUID, *, now: datetime) -> SignIn:
    """End one of the person's sessions. Raises NotFound for what is not his or over."""
    row = next((row for row in sessions_of(person, now=now) if row.id == session_id), None)
    if row is None:
        raise NotFound
    with transaction():
        end_session(row, now=now)
        write_down("session.ended", person, now=now)
    return row


def end_everywhere(person: Person, *, but: SignIn | None = None, by: Actor | None = None, now: datetime) -> None:
    """Sign the person out everywhere (but in the session named); `by` somebody else or himself.

    Raises Forbidden when somebody else does it to an operator.
    """
    if by:
        refuse_operator(person)
    with transaction():
        begun.forget(person)
        end_all_sessions(person, but=but, now=now)
        write_down("sessions.ended", person, by=by, now=now)
