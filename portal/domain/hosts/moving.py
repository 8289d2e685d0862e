"""The change of address: planned and told beforehand, then done."""

from __future__ import annotations

from datetime import datetime, timedelta

from peewee import IntegrityError

from portal.db import locked, transaction
from portal.domain import tenants
from portal.domain.accounts import Staff
from portal.domain.audit import SYSTEM, Actor
from portal.domain.errors import Conflict, Invalid, Refused
from portal.domain.hosts.asking import give_up, of_agency, record
from portal.domain.hosts.brakes import alone_with, may_plan
from portal.domain.hosts.catalogue import DAYS, State
from portal.domain.hosts.models import OwnHost
from portal.domain.hosts.queries import count_passkeys
from portal.domain.hosts.telling import tell_people
from portal.domain.rights import Permission, stand

FRESH = timedelta(days=2)
"""A planned change is done only where the domain was found good since."""
_ALIKE = timedelta(hours=1)
"""Two plans as close as this are one."""


def plan(days: int, *, by: Staff, now: datetime) -> OwnHost:
    """People are told now and find the agency at its domain in so many days; where it is active, no longer.

    The same plan again changes nothing. Away at once is always possible: there may be haste. Raises Invalid at `days`;
    Refused there where everybody heard of too many plans, and where the domain is not ready.
    """
    if days not in DAYS:
        raise Invalid({"days": ("choose_one", {})})
    moment = now + timedelta(days=days)
    with transaction():
        stand(by, Permission.PRICES)
        row = of_agency(by.agency)
        leaving = row.state == State.ACTIVE
        if not leaving:
            _check_ready(row, days)
        if days and row.moves_at and abs(moment - row.moves_at) < _ALIKE:
            return row
        if days or not leaving:
            may_plan(by.agency, now=now)
        _set(row, moment)
        record("host.leaving" if leaving else "host.planned", row, by=by.actor, now=now, days=days)
        if days:
            tell_people(row, "leaving" if leaving else "planned", now=now)
        else:
            _move(row, by=by.actor, now=now)
    return row


def _check_ready(row: OwnHost, days: int) -> None:
    """Raises Refused where the domain is not good; Invalid where passkeys would stop without a word before."""
    if not row.is_ready:
        raise Refused("host_not_ready", host=row.host)
    if days == 0 and count_passkeys(row.agency, but=row.host):
        raise Invalid({"days": ("host_needs_notice", {})})


def stay(*, by: Staff, now: datetime) -> None:
    """Call a planned change off and say so; twice changes nothing."""
    with transaction():
        stand(by, Permission.PRICES)
        row = of_agency(by.agency)
        if row.moves_at:
            tell_people(row, "stays", now=now)
            _set(row, None)
            record("host.stayed", row, by=by.actor, now=now)


def move_due(*, now: datetime) -> int:
    """Do the changes whose time has come; how many. One whose domain is not good at the moment waits."""
    done = 0
    for due in list(OwnHost.select().where(OwnHost.moves_at <= now)):
        with transaction():
            alone_with(due.agency_id)
            row = locked(OwnHost.select().where((OwnHost.id == due.id) & (OwnHost.moves_at <= now))).first()
            good = row and row.is_ready and row.good_at is not None and now - row.good_at <= FRESH
            if row and (good or row.state == State.ACTIVE):
                row.agency = tenants.agency_by_id(row.agency_id)
                done += _moved(row, now)
    return done


def _moved(row: OwnHost, now: datetime) -> bool:
    try:
        with transaction():
            _move(row, by=SYSTEM, now=now)
    except Conflict:  # another agency was faster; the page says so
        OwnHost.update(moves_at=None, trouble="taken").where(OwnHost.id == row.id).execute()
        return False
    return True


def _move(row: OwnHost, *, by: Actor, now: datetime) -> None:
    """Raises Conflict where another agency is met there."""
    if row.state == State.ACTIVE:
        give_up(row, by=by, now=now)
        return
    try:
        with transaction():
            tenants.note_host(row.agency, row.host)
    except IntegrityError:
        row.agency.own_host = None
        raise Conflict("host_taken", host=row.host) from None
    _set(row, None)
    OwnHost.update(state=State.ACTIVE.value, active_since=now).where(OwnHost.id == row.id).execute()
    row.state, row.active_since = State.ACTIVE.value, now
    record("host.active", row, by=by, now=now)
    tell_people(row, "moved", now=now)


def _set(row: OwnHost, moment: datetime | None) -> None:
    OwnHost.update(moves_at=moment).where(OwnHost.id == row.id).execute()
    row.moves_at = moment
