"""Requests as the agency finds them, and as who asked does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from peewee import fn

from portal.db import key_of, rows_of
from portal.domain.accounts import Member, Role, Staff, clients_of_staff
from portal.domain.accounts.models import StaffAssignment
from portal.domain.errors import NotFound
from portal.domain.requests.catalogue import State
from portal.domain.requests.models import Request
from portal.domain.tenants import App, Client

_WAITING = "SELECT count(*) FROM request WHERE agency_id = ?::uuid AND state = ?"
_OF_MANAGER = " AND client_id IN (SELECT client_id FROM staff_assignment WHERE membership_id = ?::uuid)"


@dataclass(frozen=True)
class QueuePage:
    """Some requests; `newer` and `older` are those at its edges where there are more beyond."""

    rows: list[Request]
    newer: Request | None
    older: Request | None


@dataclass(frozen=True)
class Total:
    """How many requests of a client for a section are open, and how many there were in all."""

    client: Client
    section: str
    open: int
    all: int


def queue_of(
    staff: Staff,
    state: State | None = None,
    *,
    client_id: UUID | None = None,
    after: UUID | None = None,
    before: UUID | None = None,
    most: int = 25,
) -> QueuePage:
    """A page of the requests of this person's clients, newest first, client and app loaded.

    An edge (`after`: older than that one; `before`: newer) that is no request of his counts as the start.
    """
    query = _visible(staff)
    edge = query.where(Request.id == (after or before)).first() if after or before else None
    query = query.where(Request.state == state.value) if state else query
    query = query.where(Request.client == client_id) if client_id else query
    upwards = edge is not None and before is not None
    if edge is not None:
        query = query.where(Request.id > edge.id if upwards else Request.id < edge.id)
    found = list(query.order_by(Request.id if upwards else Request.id.desc()).limit(most + 1))
    more, rows = len(found) > most, found[:most]
    if upwards:
        rows.reverse()
    for row in rows:
        row.client.agency = row.app.agency = staff.agency
        row.app.client = row.client
    newer = bool(rows) and (more if upwards else edge is not None)
    older = bool(rows) and (upwards or more)
    return QueuePage(rows, rows[0] if newer else None, rows[-1] if older else None)


def request_of(staff: Staff, request_id: UUID) -> Request:
    """One of them. Raises NotFound for foreign, unassigned and unknown ones alike."""
    found = _visible(staff).where(Request.id == request_id).first()
    if found is None:
        raise NotFound
    found.client.agency = found.app.agency = staff.agency
    return found


def counts_of(staff: Staff) -> dict[State, int]:
    """How many requests stand in each state."""
    rows = _narrowed(Request.select(Request.state, fn.COUNT(Request.id)), staff).group_by(Request.state)
    found = {State(state): count for state, count in rows.tuples()}
    return {state: found.get(state, 0) for state in State}


def waiting_for(staff: Staff) -> int:
    """How many requests wait for an answer: asked on every page of the dashboard."""
    values = (key_of(staff.agency.id), State.OPEN.value)
    if staff.role == Role.MANAGER:
        [(count,)] = rows_of(_WAITING + _OF_MANAGER, *values, key_of(staff.membership_id))
    else:
        [(count,)] = rows_of(_WAITING, *values)
    return int(count)


def totals_of(staff: Staff, *, client_id: UUID | None = None) -> list[Total]:
    """By client (all of this person's, or one of them) and section, those with most open ones first."""
    rows = _narrowed(Request.select(Request.client, Request.section, Request.state, fn.COUNT(Request.id)), staff)
    rows = rows.group_by(Request.client, Request.section, Request.state)
    rows = rows.where(Request.client == client_id) if client_id else rows
    counts: dict[tuple[UUID, str], dict[str, int]] = {}
    for client, section, state, count in rows.tuples():
        counts.setdefault((client, section), {})[state] = count
    clients = {row.id: row for row in clients_of_staff(staff, among={client for client, _ in counts})}
    totals = [
        Total(clients[client], section, by_state.get(State.OPEN.value, 0), sum(by_state.values()))
        for (client, section), by_state in counts.items()
    ]
    return sorted(totals, key=lambda total: (-total.open, -total.all, total.client.name, total.section))


def asked_by(member: Member, section: str) -> list[Request]:
    """What this person asked for one section, newest first."""
    mine = (Request.app == member.app) & (Request.section == section) & (Request.asked_by == member.person.id)
    return list(Request.select().where(mine).order_by(Request.id.desc()).limit(5))


def _visible(staff: Staff) -> Any:
    joined = Request.select(Request, Client, App).join(Client).switch(Request).join(App)
    return _narrowed(joined, staff)


def _narrowed(query: Any, staff: Staff) -> Any:
    """Of the agency; of a manager's clients alone."""
    query = query.where(Request.agency == staff.agency)
    if staff.role == Role.MANAGER:
        assigned = StaffAssignment.select(StaffAssignment.client)
        return query.where(Request.client.in_(assigned.where(StaffAssignment.membership == staff.membership_id)))
    return query
