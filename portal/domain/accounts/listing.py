"""The clients that a person of the staff sees, by name: pages, filters and counts that cost the same for any number.

Written as SQL: a page is first found as ids in an index, and joined with what it shows after that. Nothing here
counts or sorts more than some hundred rows, whatever the agency has.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from portal.db import columns_of, is_postgres, key_of, row_of, rows_of
from portal.domain.accounts.catalogue import Role
from portal.domain.accounts.models import StaffAssignment
from portal.domain.accounts.principals import Staff
from portal.domain.tenants import MOST_CANDIDATES, SHORTEST, Agency, Client, candidates, liked, sort_name

MOST_COUNTED = 1_000
"""No count goes further: one more means "more than that"."""

_CLIENTS = f"SELECT {columns_of(Client)} FROM client WHERE id IN ?ids"

Sql = tuple[str, list[Any]]


class Only(StrEnum):
    """What a list of clients can be narrowed to."""

    EVERY = ""
    ALERT = "alert"
    AGENCY_CARD = "agency-card"
    CLIENT_CARD = "client-card"
    NO_ACCESS = "no-access"
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class Search:
    """Which clients are wanted. With an alert are those noted for `period`, or exactly those `watched`."""

    text: str = ""
    only: Only = Only.EVERY
    period: str = ""
    watched: tuple[UUID, ...] | None = None

    @property
    def folded(self) -> str:
        return sort_name(self.text.strip())

    @property
    def is_inside(self) -> bool:
        """Whether the whole text is searched, not the beginning of the name alone."""
        return len(self.folded) >= SHORTEST


@dataclass(frozen=True)
class ListPage:
    """A page of clients by name; `previous` and `following` are the clients at its edges where there are more."""

    ids: list[UUID]
    previous: UUID | None
    following: UUID | None


def list_clients(
    staff: Staff, search: Search | None = None, *, after: UUID | None = None, before: UUID | None = None, most: int = 50
) -> ListPage:
    """Some of the clients that this person may see, by name, from one edge on; `loaded` reads their rows.

    An `after` or `before` that is no client of his counts as the start.
    """
    search = search or Search()
    place = _place(staff, search, after or before)
    backwards = place is not None and after is None
    found = [UUID(key_of(row[0])) for row in _page(staff, search, place, backwards, most + 1)]
    more, ids = len(found) > most, found[:most]
    if backwards:
        ids.reverse()
    before_it = bool(ids) and (more if backwards else place is not None)
    after_it = bool(ids) and (backwards or more)
    return ListPage(ids, ids[0] if before_it else None, ids[-1] if after_it else None)


def all_ids(staff: Staff, *, most: int) -> list[UUID] | None:
    """All clients of this person, in no particular order; None where he has more than `most`."""
    sql, values = _plain(staff, Search(), Only.EVERY)
    [(count,)] = rows_of(f"SELECT count(*) FROM (SELECT 1 {sql} LIMIT {most + 1}) AS few", *values)
    if count > most:
        return None
    return [UUID(key_of(row[0])) for row in rows_of(f"SELECT c.id {sql}", *values)]


def visible_among(staff: Staff, ids: Collection[UUID]) -> set[UUID]:
    """Those of these clients of the agency that this person may see."""
    if staff.role != Role.MANAGER:
        return set(ids)
    question = "SELECT client_id FROM staff_assignment WHERE membership_id = ?::uuid AND client_id IN ?ids"
    keys = [key_of(client_id) for client_id in ids]
    return {UUID(key_of(row[0])) for row in rows_of(question, key_of(staff.membership_id), keys)}


def loaded(staff: Staff, ids: Sequence[UUID]) -> list[Client]:
    """These clients of the agency, in this order."""
    keys = [key_of(client_id) for client_id in ids]
    found = {key_of(row[0]): row_of(Client, row) for row in (rows_of(_CLIENTS, keys) if keys else ())}
    for client in found.values():
        client.agency = staff.agency
    return [found[key] for key in keys]


def parts_of_clients(
    agency: Agency, *, membership: UUID | None = None, after: UUID | None = None, most: int
) -> list[Client]:
    """The next clients of the agency (of a manager, where given) in the order of their joining: for work in parts."""
    query = Client.select().where(Client.agency == agency)
    if membership:
        assigned = StaffAssignment.select(StaffAssignment.client).where(StaffAssignment.membership == membership)
        query = query.where(Client.id.in_(assigned))
    if after:
        query = query.where(Client.id > after)
    found = list(query.order_by(Client.id).limit(most))
    for client in found:
        client.agency = agency
    return found


def count_listed(staff: Staff, search: Search | None = None) -> int:
    """How many clients of this person fit; one above `MOST_COUNTED` for more than that."""
    search = search or Search()
    return counts_of_list(staff, search, [search.only])[search.only]


def counts_of_list(staff: Staff, search: Search, filters: list[Only]) -> dict[Only, int]:
    """How many clients fit the search under each of these filters, as `count_listed` counts."""
    if search.is_inside:
        sql, values = _found(staff, search)
        parts = [_narrowed(search, only) for only in filters]
        counted = [f"count(*) FILTER (WHERE {condition or '1 = 1'})" for condition, _values in parts]
        question = f"SELECT {', '.join(counted)} FROM ({sql}) f JOIN client c ON c.id = f.id"
        values = [*_values_of(parts), *values]
    else:
        parts = [_plain(staff, search, only) for only in filters]
        limit = f"ORDER BY c.sort_name, c.id LIMIT {MOST_COUNTED + 1}"  # the order leads SQLite to the filter's index
        counted = [f"(SELECT count(*) FROM (SELECT 1 {part} {limit}) AS few)" for part, _values in parts]
        question, values = f"SELECT {', '.join(counted)}", _values_of(parts)
    return dict(zip(filters, map(int, rows_of(question, *values)[0]), strict=True))


def _page(staff: Staff, search: Search, place: tuple[str, str] | None, backwards: bool, most: int) -> list[Any]:
    """Ids from one place on."""
    sign, order = ("<", "DESC") if backwards else (">", "ASC")
    if search.is_inside:
        sql, values = _found(staff, search)
        condition, more = _narrowed(search, search.only)
        join = f"JOIN client c ON c.id = f.id WHERE {condition}" if condition else "WHERE 1 = 1"
        question = f"SELECT f.id FROM ({sql}) f {join}"
        values = [*values, *more]
        edge, sorting = f" AND f.text {sign} ?", f" ORDER BY f.text {order}"
    else:
        sql, values = _plain(staff, search, search.only)
        question = f"SELECT c.id {sql}"
        edge = f" AND (c.sort_name, c.id) {sign} (?, ?::uuid)"
        sorting = f" ORDER BY c.sort_name {order}, c.id {order}"
    if place:
        question, values = question + edge, [*values, *(place[:1] if search.is_inside else place)]
    return rows_of(f"{question}{sorting} LIMIT {most}", *values)


def _place(staff: Staff, search: Search, edge: UUID | None) -> tuple[str, str] | None:
    """Where the client stands in the order of the list."""
    if edge is None:
        return None
    assigned, values = _assigned(staff)
    by = "t.text" if search.is_inside else "c.sort_name"
    found = rows_of(
        f"SELECT {by}, c.id FROM client c JOIN client_text t ON t.client_id = c.id"
        f" WHERE c.agency_id = ?::uuid AND c.id = ?::uuid {assigned}",
        key_of(staff.agency.id),
        key_of(edge),
        *values,
    )
    return (found[0][0], key_of(found[0][1])) if found else None


def _plain(staff: Staff, search: Search, only: Only) -> Sql:
    """FROM and WHERE of the list in the order of names."""
    parts = [("FROM client c WHERE c.agency_id = ?::uuid", [key_of(staff.agency.id)]), _assigned(staff)]
    condition, values = _narrowed(search, only)
    parts.append((f"AND {condition}" if condition else "", values))
    if search.folded and is_postgres():
        parts.append(("AND c.sort_name LIKE ?", [f"{liked(search.folded)}%"]))
    elif search.folded:
        parts.append(("AND c.sort_name >= ? AND c.sort_name < ?", [search.folded, f"{search.folded}\U0010ffff"]))
    return " ".join(sql for sql, _values in parts), _values_of(parts)


def _found(staff: Staff, search: Search) -> Sql:
    """`id` and `text` of the clients that a search finds, a manager's among his own."""
    if staff.role != Role.MANAGER:
        return candidates(staff.agency, search.folded)
    inside = "strpos(t.text, ?)" if is_postgres() else "instr(t.text, ?)"
    question = f"""
SELECT t.client_id AS id, t.text AS text FROM staff_assignment a JOIN client_text t ON t.client_id = a.client_id
 WHERE a.membership_id = ?::uuid AND t.agency_id = ?::uuid AND {inside} > 0 LIMIT {MOST_CANDIDATES + 1}
"""
    return question, [key_of(staff.membership_id), key_of(staff.agency.id), search.folded]


def _narrowed(search: Search, only: Only) -> Sql:
    """The condition of one filter."""
    if only == Only.ALERT and search.watched is not None:
        return "c.id IN ?ids", [[key_of(client_id) for client_id in search.watched]]
    conditions: dict[Only, Sql] = {
        Only.EVERY: ("", []),
        Only.ALERT: ("c.alert_period = ?", [search.period]),
        Only.AGENCY_CARD: ("c.card = 'agency_card'", []),
        Only.CLIENT_CARD: ("c.card = 'client_card'", []),
        Only.NO_ACCESS: ("c.access = ?", [False]),
        Only.SUSPENDED: ("c.suspended_at IS NOT NULL", []),
    }
    return conditions[only]


def _assigned(staff: Staff) -> Sql:
    if staff.role != Role.MANAGER:
        return "", []
    sql = "AND c.id IN (SELECT client_id FROM staff_assignment WHERE membership_id = ?::uuid)"
    return sql, [key_of(staff.membership_id)]


def _values_of(parts: list[Sql]) -> list[Any]:
    return [value for _sql, values in parts for value in values]
