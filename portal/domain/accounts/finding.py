"""Finding people by a part of their name or the beginning of their address, within what the asker may see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from portal.db import is_postgres, key_of, rows_of
from portal.domain.accounts.catalogue import Role
from portal.domain.accounts.listing import Search
from portal.domain.accounts.models import Contributor, Person, StaffMembership
from portal.domain.accounts.principals import Staff
from portal.domain.accounts.queries import staff_of
from portal.domain.tenants import MOST_CANDIDATES, App, Client, liked

_NAMED = (
    "SELECT m.id, m.sort_name FROM app a JOIN contributor m ON m.app_id = a.id"
    " WHERE a.agency_id = ?::uuid AND m.ended_at IS NULL AND {fits} {his}"
    f" LIMIT {MOST_CANDIDATES}"
)
_ADDRESSED = (
    "SELECT m.id, m.sort_name FROM person p JOIN contributor m ON m.person_id = p.id JOIN app a ON a.id = m.app_id"
    " WHERE p.house = ? AND {fits} AND a.agency_id = ?::uuid AND m.ended_at IS NULL {his}"
    f" LIMIT {MOST_CANDIDATES}"
)
_HIS = "AND a.client_id IN (SELECT client_id FROM staff_assignment WHERE membership_id = ?::uuid)"


def find_contributors(staff: Staff, text: str, *, most: int) -> list[Contributor]:
    """Living members of the back offices of this person's clients, by name; person, app and client loaded.

    Less than three letters are the beginning of a name or of an address. Of very many that fit, any are found.
    """
    asked = Search(text)
    if not asked.folded:
        return []
    found = {key_of(row[0]): row[1] for row in [*_named(staff, asked), *_addressed(staff, text.strip().lower())]}
    first = sorted(found, key=lambda key: (found[key], key))[:most]
    return _loaded([UUID(key) for key in first])


def find_staff(staff: Staff, text: str, *, most: int) -> list[StaffMembership]:
    """Who of the agency's staff is called so, or has an address that begins so, persons loaded; oldest first."""
    asked = Search(text)
    if not asked.folded:
        return []
    return [row for row in staff_of(staff.agency) if _is_meant(row.person, asked)][:most]


def _is_meant(person: Person, asked: Search) -> bool:
    name = Search(person.shown_name).folded
    called = asked.folded in name if asked.is_inside else name.startswith(asked.folded)
    return called or person.email.startswith(asked.text.strip().lower())


def _named(staff: Staff, asked: Search) -> list[Any]:
    if asked.is_inside:
        fits = "strpos(m.sort_name, ?) > 0" if is_postgres() else "instr(m.sort_name, ?) > 0"
        values = [asked.folded]
    else:
        fits, values = _begins("m.sort_name", asked.folded)
    his, more = _his(staff)
    return rows_of(_NAMED.format(fits=fits, his=his), key_of(staff.agency.id), *values, *more)


def _addressed(staff: Staff, email: str) -> list[Any]:
    fits, values = _begins("p.email", email)
    his, more = _his(staff)
    key = key_of(staff.agency.id)
    return rows_of(_ADDRESSED.format(fits=fits, his=his), str(staff.agency.id), *values, key, *more)


def _begins(column: str, text: str) -> tuple[str, list[Any]]:
    if is_postgres():
        return f"{column} LIKE ?", [f"{liked(text)}%"]
    return f"{column} >= ? AND {column} < ?", [text, f"{text}\U0010ffff"]


def _his(staff: Staff) -> tuple[str, list[Any]]:
    """A manager finds people of his clients alone."""
    return (_HIS, [key_of(staff.membership_id)]) if staff.role == Role.MANAGER else ("", [])


def _loaded(ids: list[UUID]) -> list[Contributor]:
    query = Contributor.select(Contributor, Person, App, Client).join(Person).switch(Contributor).join(App).join(Client)
    found = {row.id: row for row in query.where(Contributor.id.in_(ids))} if ids else {}
    return [found[key] for key in ids]
