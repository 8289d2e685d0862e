from __future__ import annotations

from datetime import date, datetime

from peewee import Expression, IntegrityError

from portal.db import transaction
from portal.domain import audit, texts
from portal.domain.accounts.catalogue import PLATFORM, THEMES, Role
from portal.domain.accounts.emails import clean_email
from portal.domain.accounts.models import Contributor, Person, StaffAssignment, StaffMembership
from portal.domain.accounts.passwords import hash_password
from portal.domain.accounts.sessions import end_all_sessions
from portal.domain.audit import Actor
from portal.domain.errors import Conflict, Invalid
from portal.domain.tenants import Agency, App, Client, sort_name
from portal.languages import LANGUAGES

LONGEST_NAME = 120


def register(
    house: str,
    email: str,
    *,
    name: str,
    language: str,
    password: str | None = None,
    agency: Agency | None = None,
    is_operator: bool = False,
    now: datetime,
) -> Person:
    """A new person at one house. Raises Conflict when the address is known there, Invalid for a bad one."""
    email, name = clean_email(email), clean_name(name)
    password_hash = hash_password(password) if password else None
    try:
        with transaction():
            return Person.create(
                house=house,
                agency=agency,
                email=email,
                name=name,
                language=language,
                password_hash=password_hash,
                is_operator=is_operator,
                created_at=now,
            )
    except IntegrityError:
        raise Conflict("person_exists", field="email") from None


def clean_name(name: str, *, field: str = "name") -> str:
    """A person's name, spaces tidied. Raises Invalid when it is too long or holds control characters.

    Also for a web address: names stand in letters, where mail programs would make a link of it.
    """
    name = texts.tidy(name)
    if name and (problem := texts.name_problem(name, most=LONGEST_NAME)):
        raise Invalid({field: problem})
    if texts.holds_address(name):
        raise Invalid({field: ("name_with_address", {})})
    return name


def claimed_name(name: str) -> str:
    """What a provider calls somebody, as far as it can be a name here; "" where it can't: he may change that later."""
    try:
        return clean_name(name)
    except Invalid:
        return ""


def complete(person: Person, *, name: str, password: str) -> None:
    """Give somebody who never had one a name and a password of his own."""
    person.name, person.password_hash = clean_name(name), hash_password(password)
    person.save()
    _sort_again(person)


def add_operator(email: str, *, name: str = "", language: str = "pt-BR", password: str, now: datetime) -> Person:
    """Somebody who runs the installation."""
    return register(PLATFORM, email, name=name, language=language, password=password, is_operator=True, now=now)


def add_staff(
    agency: Agency, email: str, role: Role, *, name: str, password: str | None, by: Actor, now: datetime
) -> StaffMembership:
    """Somebody new on an agency's staff."""
    with transaction():
        person = register(PLATFORM, email, name=name, language=agency.language, password=password, now=now)
        row = StaffMembership.create(person=person, agency=agency, role=role.value, created_at=now)
        audit.record("staff.added", by=by, now=now, agency_id=agency.id, subject=person.email, role=role.value)
    return row


def assign(membership: StaffMembership, client: Client, *, by: Actor, now: datetime) -> None:
    """Give a manager one more client. Doing it twice changes nothing."""
    with transaction():
        if StaffAssignment.select().where(_looks_after(membership, client)).exists():
            return
        StaffAssignment.insert(
            **StaffAssignment(membership=membership, client=client).__data__
        ).on_conflict_ignore().execute()
        audit.record(
            "staff.assigned",
            by=by,
            now=now,
            agency_id=membership.agency_id,
            client_id=client.id,
            subject=membership.person.email,
            client=client.name,
        )


def _looks_after(membership: StaffMembership, client: Client) -> Expression:
    return (StaffAssignment.membership == membership) & (StaffAssignment.client == client)


def add_contributor(app: App, person: Person, *, ends_on: date | None = None, by: Actor, now: datetime) -> Contributor:
    """Make a person a member of the app's back office, with no rights yet.

    Raises Conflict when he is one already.
    """
    with transaction():
        living = (Contributor.app == app) & (Contributor.person == person) & Contributor.ended_at.is_null()
        if Contributor.select().where(living).exists():
            raise Conflict("already_member", field="email")
        row = Contributor.create(
            person=person,
            app=app,
            invited_by=by.name,
            ends_on=ends_on,
            created_at=now,
            sort_name=sort_name(person.shown_name),
        )
        audit.record(
            "contributor.added",
            by=by,
            now=now,
            agency_id=app.agency_id,
            client_id=app.client_id,
            app_id=app.id,
            subject=person.email,
        )
    return row


def end_contributor(contributor: Contributor, *, by: Actor, now: datetime) -> None:
    """Take the person out of the back office; what he did stays in the trail. With his last one his sessions end."""
    app = contributor.app
    with transaction():
        ended = (
            Contributor.update(ended_at=now)
            .where((Contributor.id == contributor.id) & Contributor.ended_at.is_null())
            .execute()
        )
        if ended:
            audit.record(
                "contributor.removed",
                by=by,
                now=now,
                agency_id=app.agency_id,
                client_id=app.client_id,
                app_id=app.id,
                subject=contributor.person.email,
            )
            living = (Contributor.person == contributor.person_id) & Contributor.ended_at.is_null()
            if not Contributor.select().where(living).exists():
                end_all_sessions(contributor.person, now=now)


def limit_contributor(contributor: Contributor, ends_on: date | None, *, by: Actor, now: datetime) -> None:
    """Bring the last day of a membership to the wanted one; None for no end."""
    app = contributor.app
    if contributor.ends_on == ends_on:
        return
    with transaction():
        old = contributor.ends_on
        Contributor.update(ends_on=ends_on).where(Contributor.id == contributor.id).execute()
        contributor.ends_on = ends_on
        audit.record(
            "contributor.limited",
            by=by,
            now=now,
            agency_id=app.agency_id,
            client_id=app.client_id,
            app_id=app.id,
            subject=contributor.person.email,
            old=old.isoformat() if old else None,
            new=ends_on.isoformat() if ends_on else None,
        )


def rename(person: Person, name: str) -> None:
    """Raises Invalid when the name is missing or can't be taken."""
    name = clean_name(name)
    if not name:
        raise Invalid({"name": ("name_missing", {})})
    person.name = name
    person.save()
    _sort_again(person)


def readdress(person: Person, email: str) -> None:
    """Another e-mail address to sign in with. Raises Conflict when somebody of the house has it."""
    email = clean_email(email)
    try:
        with transaction():
            Person.update(email=email).where(Person.id == person.id).execute()
    except IntegrityError:
        raise Conflict("person_exists", field="email") from None
    person.email = email


def set_preferences(person: Person, *, language: str | None = None, theme: str | None = None) -> None:
    """The person's language and light. Raises Invalid for a value that does not exist."""
    if language is not None:
        if language not in LANGUAGES:
            raise Invalid({"language": ("bad_language", {})})
        person.language = language
    if theme is not None:
        if theme not in THEMES:
            raise Invalid({"theme": ("bad_choice", {})})
        person.theme = theme
    person.save()


def _sort_again(person: Person) -> None:
    """Let the lists of all his teams know the name."""
    Contributor.update(sort_name=sort_name(person.shown_name)).where(Contributor.person == person).execute()
