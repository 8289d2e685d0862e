"""A domain asked for and given up again."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from portal.db import transaction
from portal.domain import audit, tenants
from portal.domain.accounts import Staff
from portal.domain.audit import Actor
from portal.domain.errors import Conflict, NotFound
from portal.domain.hosts.brakes import may_ask
from portal.domain.hosts.catalogue import State
from portal.domain.hosts.models import OwnHost
from portal.domain.hosts.names import Ours, clean_host
from portal.domain.hosts.queries import own_host_of
from portal.domain.hosts.telling import tell_people
from portal.domain.rights import Permission, stand
from portal.domain.tenants import Agency


def ask(typed: str, *, ours: Ours, by: Staff, now: datetime) -> OwnHost:
    """The agency wants to be met there; what it wanted before, and nobody came to yet, is forgotten.

    Says nothing of whose it is: that is known when it is proven. Raises Invalid or Refused (too many) at `host`;
    Conflict while another one is in use.
    """
    host = clean_host(typed, ours=ours)
    with transaction():
        stand(by, Permission.PRICES)
        row = own_host_of(by.agency)
        if row and row.host == host:
            return row
        if row and row.state != State.PENDING:
            raise Conflict("host_in_use", host=row.host)
        may_ask(by.agency, now=now)
        OwnHost.delete().where(OwnHost.agency == by.agency).execute()
        proof = secrets.token_urlsafe(24)
        row = OwnHost.create(
            agency=by.agency, host=host, proof=proof, state=State.PENDING.value, asked_at=now, due_at=now
        )
        record("host.asked", row, by=by.actor, now=now)
    return row


def remove(*, by: Staff, now: datetime) -> None:
    """Give the domain up, whatever its state. Where people came to it they are told of the old address.

    Twice changes nothing.
    """
    with transaction():
        stand(by, Permission.PRICES)
        row = own_host_of(by.agency)
        if row is None:
            return
        row.agency = by.agency
        give_up(row, by=by.actor, now=now)


def give_up(row: OwnHost, *, by: Actor, now: datetime) -> None:
    """For who is inside a transaction: the row goes, and the sub-domain serves again."""
    if not OwnHost.delete().where(OwnHost.id == row.id).execute():
        return
    if row.state == State.ACTIVE:
        tenants.note_host(row.agency, None)
        tell_people(row, "left", now=now)
    elif row.moves_at:
        tell_people(row, "stays", now=now)
    record("host.removed", row, by=by, now=now)


def record(action: str, row: OwnHost, *, by: Actor, now: datetime, **details: Any) -> None:
    audit.record(action, by=by, now=now, agency_id=row.agency_id, subject=row.host, **details)


def of_agency(agency: Agency) -> OwnHost:
    """What the agency has asked for. Raises NotFound where there is nothing, or that is gone meanwhile."""
    row = own_host_of(agency)
    if row is None:
        raise NotFound("host_gone")
    row.agency = agency
    return row
