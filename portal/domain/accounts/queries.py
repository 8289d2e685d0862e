from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal.db import Lookup, Prepared, Rows, microseconds
from portal.domain.accounts.catalogue import Role
from portal.domain.accounts.models import Contributor, Person, SignIn, StaffAssignment, StaffMembership
from portal.domain.accounts.principals import Member, Staff
from portal.domain.errors import Forbidden, NotFound
from portal.domain.tenants import Agency, App, Client, client_by_id
from portal.domain.tenants.slugs import sort_name

_JUST = timedelta(minutes=10)
"""How long somebody is greeted as new."""


def person_in(house: str, email: str) -> Person | None:
    """The person with that (clean) address at the house, "platform" or an agency's id."""
    return Person.get_or_none((Person.house == house) & (Person.email == email))


def has_demo_people() -> bool:
    """Whether people of the demo, who have addresses that can't exist, can sign in here."""
    return Person.select().where(Person.email.endswith(".example") & Person.disabled_at.is_null()).exists()


def staff_of_person(person: Person, *, now: datetime | None = None) -> StaffMembership | None:
    """The person's living membership of an agency's staff, agency loaded; with `now` none whose last day is over."""
    return _staff_membership(person.id.hex, microseconds(now) if now else 0)


def staff_of(agency: Agency) -> list[StaffMembership]:
    """Everybody of the agency's staff, persons loaded, oldest first."""
    return _staff(agency.id.hex)


def operators() -> list[Person]:
    """Who runs the installation, those who can sign in."""
    there = Person.is_operator & Person.disabled_at.is_null()
    return list(Person.select().where(there).order_by(Person.id))


def owners_of(agency: Agency) -> list[Person]:
    return [row.person for row in staff_of(agency) if row.role == Role.OWNER]


def staff_to_tell(client: Client) -> list[Person]:
    """Who hears of a client's limits: owners, admins and the client's managers."""
    assigned = {row.membership_id for row in StaffAssignment.select().where(StaffAssignment.client == client)}
    return [
        row.person
        for row in staff_of(client.agency)
        if row.role in (Role.OWNER, Role.ADMIN) or (row.role == Role.MANAGER and row.id in assigned)
    ]


def clients_of_staff(staff: Staff, *, among: Collection[UUID] | None = None) -> list[Client]:
    """The clients that this person of the staff may see, by name."""
    found = list(_visible(staff, among=among).order_by(Client.sort_name, Client.id))
    for client in found:
        client.agency = staff.agency
    return found


@dataclass(frozen=True)
class ClientsPage:
    """A page of clients by name; `previous` and `following` are the clients at its edges where there are more."""

    clients: list[Client]
    previous: Client | None
    following: Client | None


def page_of_clients(
    staff: Staff,
    *,
    search: str = "",
    among: Collection[UUID] | None = None,
    after: UUID | None = None,
    before: UUID | None = None,
    most: int = 50,
) -> ClientsPage:
    """Some of the clients that this person may see, by name, from one edge on.

    `search` looks into name, address and e-mail; an `after` or `before` that is no client of his counts as the start.
    """
    query = _visible(staff, search, among)
    edge = _visible(staff).where(Client.id == (after or before)).first() if after or before else None
    if edge is None:
        rows, backwards = list(query.order_by(Client.sort_name, Client.id).limit(most + 1)), False
    elif after:
        later = (Client.sort_name > edge.sort_name) | ((Client.sort_name == edge.sort_name) & (Client.id > edge.id))
        rows, backwards = list(query.where(later).order_by(Client.sort_name, Client.id).limit(most + 1)), False
    else:
        earlier = (Client.sort_name < edge.sort_name) | ((Client.sort_name == edge.sort_name) & (Client.id < edge.id))
        order = (Client.sort_name.desc(), Client.id.desc())
        rows, backwards = list(query.where(earlier).order_by(*order).limit(most + 1)), True
    more, rows = len(rows) > most, rows[:most]
    if backwards:
        rows.reverse()
    for client in rows:
        client.agency = staff.agency
    before_it = bool(rows) and (more if backwards else edge is not None)
    after_it = bool(rows) and (more if not backwards else True)
    return ClientsPage(rows, rows[0] if before_it else None, rows[-1] if after_it else None)


def ids_of_clients(staff: Staff, *, search: str = "", among: Collection[UUID] | None = None) -> list[UUID]:
    """All clients of this person that fit, whatever their number."""
    return [row.id for row in _visible(staff, search, among)]


def count_clients(
    staff: Staff,
    *,
    search: str = "",
    among: Collection[UUID] | None = None,
) -> int:
    """How many clients of this person fit."""
    return int(_visible(staff, search, among).count())


def client_of(staff: Staff, client_id: UUID) -> Client:
    """One client that this person may see. Raises NotFound for foreign, unassigned and unknown ones alike."""
    client = client_by_id(staff.agency, client_id)
    if staff.role == Role.MANAGER and not _assigned(staff).where(StaffAssignment.client == client).exists():
        raise NotFound
    return client


def contributor_in(app: App, person: Person) -> Contributor | None:
    """The person's living membership of the app."""
    return _membership(app.id.hex, person.id.hex)


def contributors_of_person(person: Person) -> list[Contributor]:
    """All living memberships of a person, apps and clients loaded, by the app's name."""
    return list(
        Contributor.select(Contributor, App, Client)
        .join(App)
        .join(Client)
        .where((Contributor.person == person) & Contributor.ended_at.is_null())
        .order_by(App.name, App.id)
    )


def has_several_apps(person: Person) -> bool:
    """Whether he has more than one living membership: asked on every page of a back office."""
    return len(_memberships(person.id.hex)) > 1


def is_first_visit(member: Member, *, now: datetime) -> bool:
    """Whether a contributor has just come in for the first time since he became a member of this back office."""
    if member.contributor is None or member.session is None or now - member.session.created_at > _JUST:
        return False
    others = SignIn.select().where(
        (SignIn.person == member.person)
        & (SignIn.id != member.session.id)
        & (SignIn.created_at >= member.contributor.created_at)
    )
    return not others.exists()


def contributors_of_app(app: App) -> list[Contributor]:
    """Everybody with a living membership of the app, persons loaded, by name."""
    return list(
        Contributor.select(Contributor, Person)
        .join(Person)
        .where((Contributor.app == app) & Contributor.ended_at.is_null())
        .order_by(Person.name, Person.email)
    )


def colleague_of(member: Member, contributor_id: UUID) -> Contributor:
    """One person of the same back office.

    Raises NotFound for anybody else, Forbidden for the agency's owners: their row is there to be seen, not touched.
    """
    found = _colleague(member.app.id.hex, contributor_id.hex)
    if found is None:
        if is_owner_row(member.agency, contributor_id):
            raise Forbidden("owner_untouchable")
        raise NotFound
    found.app = member.app
    return found


def colleague_by_email(member: Member, email: str) -> Contributor | None:
    """The person of the same back office with that address, as people type it."""
    person = person_in(str(member.agency.id), email.strip().lower())
    found = contributor_in(member.app, person) if person else None
    if person and found:
        found.app, found.person = member.app, person
    return found


def is_owner_row(agency: Agency, row_id: UUID) -> bool:
    """Whether the id is that of an owner of the agency, whose row the team list shows first."""
    return any(person.id == row_id for person in owners_of(agency))


def people_of_client(client: Client) -> list[Contributor]:
    """Everybody with a living membership of one of the client's apps, persons and apps loaded, by name."""
    return list(
        Contributor.select(Contributor, Person, App)
        .join(Person)
        .switch(Contributor)
        .join(App)
        .where((App.client == client) & Contributor.ended_at.is_null())
        .order_by(Person.name, Person.email, App.name)
    )


def _visible(  # type: ignore[no-untyped-def]  # a peewee query
    staff: Staff,
    search: str = "",
    among: Collection[UUID] | None = None,
):
    query = Client.select().where(Client.agency == staff.agency)
    if staff.role == Role.MANAGER:
        query = query.where(Client.id.in_(_assigned(staff)))
    if wanted := sort_name(search.strip()):
        query = query.where(
            Client.sort_name.contains(wanted) | Client.slug.contains(wanted) | Client.email.contains(wanted)
        )
    if among is not None:
        query = query.where(Client.id.in_(list(among)))
    return query


def _assigned(staff: Staff):  # type: ignore[no-untyped-def]  # a peewee query
    return StaffAssignment.select(StaffAssignment.client).where(StaffAssignment.membership == staff.membership_id)


_membership = Lookup(
    Contributor,
    lambda app, person: (Contributor.app == app) & (Contributor.person == person) & Contributor.ended_at.is_null(),
)
_memberships = Prepared(
    lambda person: (
        Contributor.select(Contributor.id)
        .where((Contributor.person == person) & Contributor.ended_at.is_null())
        .limit(2)
    )
)
_staff = Rows(
    StaffMembership,
    lambda agency: (
        (StaffMembership.agency == agency) & StaffMembership.ended_at.is_null() & Person.disabled_at.is_null()
    ),
    (StaffMembership.created_at, StaffMembership.id),
    person=Person,
)
_staff_membership = Lookup(
    StaffMembership,
    lambda person, now: (
        (StaffMembership.person == person)
        & StaffMembership.ended_at.is_null()
        & (StaffMembership.ends_at.is_null() | (StaffMembership.ends_at > now))
    ),
    first=StaffMembership.created_at,
    agency=Agency,
)
_colleague = Lookup(
    Contributor,
    lambda app, contributor: (
        (Contributor.app == app) & (Contributor.id == contributor) & Contributor.ended_at.is_null()
    ),
    person=Person,
)
