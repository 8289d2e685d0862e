"""What every part of sign-in asks about a person: whose house, which clock, which factors."""

from __future__ import annotations

from uuid import UUID

from portal.db import lock_row
from portal.domain.accounts import PLATFORM, Person, staff_of_person
from portal.domain.audit import Actor
from portal.domain.errors import Forbidden, Invalid
from portal.domain.sign_in.models import Authenticator, FactorRule, Passkey
from portal.domain.tenants import Agency


def actor_of(person: Person) -> Actor:
    kind = "operator" if person.is_operator else "staff" if person.house == PLATFORM else "contributor"
    return Actor(kind, person.shown_name, person.id)  # type: ignore[arg-type]


def agency_of(person: Person) -> Agency | None:
    """The agency whose people he is one of; None for who runs the installation."""
    if person.agency_id:
        return person.agency
    staff = staff_of_person(person)
    return staff.agency if staff else None


def agency_id_of(person: Person) -> UUID | None:
    agency = agency_of(person)
    return agency.id if agency else None


def must_still_hold(person: Person) -> None:
    """That nobody changed the password or disabled the person since he was looked up, and that nobody does now.

    Inside a transaction. Raises Invalid.
    """
    lock_row(Person, person.id.hex)
    same = (Person.id == person.id) & Person.disabled_at.is_null()
    row = Person.select(Person.password_hash).where(same).first()
    if row is None or row.password_hash != person.password_hash:
        raise Invalid({"password": ("sign_in_wrong", {})})


def refuse_operator(person: Person) -> None:
    """Raises Forbidden for who runs the installation: nobody of an agency touches how he signs in."""
    if person.is_operator:
        raise Forbidden("person_above_you")


def has_factor(person: Person) -> bool:
    """Whether a password alone does not let him in."""
    mine = (Authenticator.select().where(Authenticator.person == person)).exists()
    return mine or Passkey.select().where(Passkey.person == person).exists()


def must_have_factor(person: Person) -> bool:
    """Whether his agency asks everybody of his kind for a second factor."""
    agency = agency_of(person)
    rule = FactorRule.get_or_none(FactorRule.agency == agency) if agency else None
    return bool(rule and (rule.staff if person.house == PLATFORM else rule.contributors))
