"""What the dashboard's search finds, in groups: nothing beyond what the asker may open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from portal.domain import accounts, billing, rights
from portal.domain.accounts import Contributor, Role, Search, Staff, StaffMembership
from portal.domain.billing import Statement
from portal.domain.rights import Permission
from portal.formatting import listed, month
from portal.languages import gettext as _
from portal.web import page_names
from portal.web.filters import dom_id

LONGEST = 100


@dataclass(frozen=True)
class Hit:
    """One thing that was found: its name, what tells it from others, where it is."""

    label: str
    hint: str
    icon: str
    href: str


@dataclass(frozen=True)
class Group:
    """Hits of one kind; `more` is where there are more of them, if anywhere."""

    key: str
    label: str
    hits: list[Hit]
    more: str | None = None


def text_of(arguments: Mapping[str, str]) -> str:
    """What the address asks for."""
    return " ".join(arguments.get("q", "").replace("\x00", "").split())[:LONGEST]


def groups_of(staff: Staff, text: str, *, most: int) -> list[Group]:
    """The groups that have anything, at most so many hits in each."""
    if not Search(text).folded:
        return []
    groups = [_clients(staff, text, most), _people(staff, text, most), _statements(staff, text, most)]
    return [group for group in [*groups, _pages(staff, text, most)] if group.hits]


def what_can_be_found(staff: Staff) -> str:
    """In words, for whom nothing was found."""
    people = _("people of your clients and of the agency by name or the beginning of their e-mail")
    if not rights.staff_may(staff.role, Permission.STAFF):
        people = _("people of your clients by name or the beginning of their e-mail")
    kinds = [_("clients by name, e-mail or address"), people, _("statements by number"), _("pages by their name")]
    return _("You can look for %(kinds)s.", kinds=listed(kinds))


def _clients(staff: Staff, text: str, most: int) -> Group:
    page = accounts.list_clients(staff, Search(text), most=most)
    hits = [
        Hit(
            client.name,
            client.email,
            "building-store",
            url_for("agency.clients.show", client_id=client.id),
        )
        for client in accounts.loaded(staff, page.ids)
    ]
    more = url_for("agency.clients.index", q=text) if page.following else None
    return Group("clients", _("Clients"), hits, more)


def _people(staff: Staff, text: str, most: int) -> Group:
    colleagues = []
    if rights.staff_may(staff.role, Permission.STAFF):
        colleagues = accounts.find_staff(staff, text, most=most)
    members = accounts.find_contributors(staff, text, most=most - len(colleagues)) if len(colleagues) < most else []
    return Group("people", _("People"), [*(_colleague(row, staff) for row in colleagues), *map(_member, members)])


def _colleague(row: StaffMembership, staff: Staff) -> Hit:
    own = row.id == staff.membership_id
    place = url_for("agency.staff_place.show") if own else url_for("agency.staff.show", membership_id=row.id)
    return Hit(row.person.shown_name, _("%(role)s of the agency", role=Role(row.role).label), "user-shield", place)


def _member(row: Contributor) -> Hit:
    href = url_for("agency.sections.index", client_id=row.app.client_id, _anchor=dom_id("person", row.id))
    hint = row.app.client.name
    return Hit(row.person.shown_name, f"{row.person.email}, {hint}" if row.person.name else hint, "user", href)


def _statements(staff: Staff, text: str, most: int) -> Group:
    found = billing.find_statements(
        staff.agency,
        text,
        membership=staff.membership_id if staff.role == Role.MANAGER else None,
        own=rights.staff_may(staff.role, Permission.COSTS),
        most=most,
    )
    return Group("statements", _("Statements"), [_statement(row, staff) for row in found])


def _statement(row: Statement, staff: Staff) -> Hit:
    whose = row.client.name if row.client else staff.agency.name
    href = url_for("agency.statements.show", statement_id=row.id)
    return Hit(row.number, f"{whose}, {month(row.period)}", "file-invoice", href)


def _pages(staff: Staff, text: str, most: int) -> Group:
    found = page_names.find_pages(staff, text, most=most)
    hits = [
        Hit(_(entry.label), _(entry.also) if entry.also else "", entry.icon, url_for(entry.endpoint)) for entry in found
    ]
    return Group("pages", _("Pages of the dashboard"), hits)
