from __future__ import annotations

from uuid import UUID

from portal.domain.accounts.catalogue import Role
from portal.domain.accounts.models import Contributor, Person, StaffAssignment, StaffMembership
from portal.domain.accounts.principals import Member, Staff
from portal.domain.errors import Forbidden, NotFound
from portal.domain.tenants import Agency, App, Client, client_by_id


def person_in(house: str, email: str) -> Person | None:
    """The person with that (clean) address at the house, "platform" or an agency's id."""
    return Person.get_or_none((Person.house == house) & (Person.email == email))


def staff_of_person(person: Person) -> StaffMembership | None:
    """The person's living membership of an agency's staff, agency loaded."""
    return (
        StaffMembership.select(StaffMembership, Agency)
        .join(Agency)
        .where((StaffMembership.person == person) & StaffMembership.ended_at.is_null())
        .order_by(StaffMembership.created_at)
        .first()
    )


def staff_of(agency: Agency) -> list[StaffMembership]:
    """Everybody of the agency's staff, persons loaded, oldest first."""
    return list(
        StaffMembership.select(StaffMembership, Person)
        .join(Person)
        .where((StaffMembership.agency == agency) & StaffMembership.ended_at.is_null() & Person.disabled_at.is_null())
        .order_by(StaffMembership.created_at, StaffMembership.id)
    )


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


def clients_of_staff(staff: Staff) -> list[Client]:
    """The clients that this person of the staff may see, by name."""
    query = Client.select().where(Client.agency == staff.agency)
    if staff.role == Role.MANAGER:
        query = query.where(Client.id.in_(_assigned(staff)))
    found = list(query.order_by(Client.sort_name, Client.id))
    for client in found:
        client.agency = staff.agency
    return found


def client_of(staff: Staff, client_id: UUID) -> Client:
    """One client that this person may see. Raises NotFound for foreign, unassigned and unknown ones alike."""
    client = client_by_id(staff.agency, client_id)
    if staff.role == Role.MANAGER and not _assigned(staff).where(StaffAssignment.client == client).exists():
        raise NotFound
    return client


def contributor_in(app: App, person: Person) -> Contributor | None:
    """The person's living membership of the app."""
    return (
        Contributor.select()
        .where((Contributor.app == app) & (Contributor.person == person) & Contributor.ended_at.is_null())
        .first()
    )


def contributors_of_person(person: Person) -> list[Contributor]:
    """All living memberships of a person, apps and clients loaded, by the app's name."""
    return list(
        Contributor.select(Contributor, App, Client)
        .join(App)
        .join(Client)
        .where((Contributor.person == person) & Contributor.ended_at.is_null())
        .order_by(App.name, App.id)
    )


def colleagues_of(member: Member) -> list[Contributor]:
    """Everybody with a membership of the same back office, persons loaded, by name."""
    return list(
        Contributor.select(Contributor, Person)
        .join(Person)
        .where((Contributor.app == member.app) & Contributor.ended_at.is_null())
        .order_by(Person.name, Person.email)
    )


def colleague_of(member: Member, contributor_id: UUID) -> Contributor:
    """One person of the same back office.

    Raises NotFound for anybody else, Forbidden for the agency's owners: their row is there to be seen, not touched.
    """
    found = (
        Contributor.select(Contributor, Person)
        .join(Person)
        .where((Contributor.app == member.app) & (Contributor.id == contributor_id) & Contributor.ended_at.is_null())
        .first()
    )
    if found is None:
        if is_owner_row(member.agency, contributor_id):
            raise Forbidden("owner_untouchable")
        raise NotFound
    found.app = member.app
    return found


def is_owner_row(agency: Agency, row_id: UUID) -> bool:
    """Whether the id is that of an owner of the agency, whose row the team list shows first."""
    return any(person.id == row_id for person in owners_of(agency))


def _assigned(staff: Staff):  # type: ignore[no-untyped-def]  # a peewee query
    return StaffAssignment.select(StaffAssignment.client).where(StaffAssignment.membership == staff.membership_id)
