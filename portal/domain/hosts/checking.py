"""Whether a domain is still its agency's, and still leads here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from portal.db import locked, transaction
from portal.domain import tenants
from portal.domain.audit import SYSTEM, Actor
from portal.domain.errors import Conflict
from portal.domain.hosts.asking import record
from portal.domain.hosts.brakes import alone_with
from portal.domain.hosts.catalogue import MISSES, State
from portal.domain.hosts.models import OwnHost
from portal.domain.hosts.telling import tell_people, tell_staff
from portal.domain.tenants import Agency

PATIENCE = timedelta(days=7)
"""Without any good check for so long a domain is lost, whatever the reason; or to be proven again before its use."""


class Found(Protocol):
    """What the name system says; `trouble` is "", no_name, no_record, timeout or failed."""

    @property
    def values(self) -> Sequence[str]: ...
    @property
    def trouble(self) -> str: ...
    @property
    def is_sure(self) -> bool: ...


class Dns(Protocol):
    def txt(self, name: str) -> Found: ...


class Probe(Protocol):
    """The way to oneself over the network: "" where the host leads here, else what is wrong."""

    def __call__(self, host: str) -> str: ...


@dataclass(frozen=True)
class Seen:
    """One look at a domain: is it proven, did the name system speak at all, and what is wrong."""

    proven: bool
    sure: bool
    trouble: str


def check(row: OwnHost, *, dns: Dns, probe: Probe, daily: bool = False, by: Actor, now: datetime) -> OwnHost:
    """Look, then take the domain one step further or, after `MISSES` daily looks in vain, back.

    Waits for the network, so not inside a transaction. Raises Conflict where the domain was given up meanwhile.
    """
    seen = _look(row, dns, probe)
    with transaction():
        alone_with(row.agency_id)
        fresh = locked(OwnHost.select().where((OwnHost.id == row.id) & (OwnHost.proof == row.proof))).first()
        if fresh is None:
            raise Conflict("host_gone")
        fresh.agency = tenants.agency_by_id(fresh.agency_id)
        _settle(fresh, seen, daily, by, now)
    return fresh


def _look(row: OwnHost, dns: Dns, probe: Probe) -> Seen:
    found = dns.txt(row.proof_name)
    if row.proof in [text.strip() for text in found.values]:
        return Seen(True, True, probe(row.host))
    return Seen(False, found.is_sure, found.trouble or "proof_wrong")


def _settle(row: OwnHost, seen: Seen, daily: bool, by: Actor, now: datetime) -> None:
    values: dict[str, Any] = {"checked_at": now, "trouble": seen.trouble}
    if seen.proven:
        values["misses"] = 0
    elif seen.sure and daily:
        values["misses"] = row.misses + 1
    if seen.proven and not seen.trouble:
        values["good_at"] = now
    _save(row, **values)
    if seen.proven and row.state in (State.PENDING, State.LOST):
        _come_on(row, by, now)
    elif row.state == State.ACTIVE and _is_over(row, now):
        _lose(row, now)
    elif row.state == State.VERIFIED and not seen.proven and _is_over(row, now):
        if row.moves_at:
            tell_people(row, "stays", now=now)
        _save(row, state=State.PENDING.value, good_at=None, moves_at=None)


def _come_on(row: OwnHost, by: Actor, now: datetime) -> None:
    """Proven: known as the agency's from now on, and where it was lost and is reached again, in use."""
    if _is_anothers(row.host, row.agency):
        _save(row, trouble="taken")
    elif row.state == State.PENDING:
        _save(row, state=State.VERIFIED.value)
        record("host.proven", row, by=by, now=now)
    elif not row.trouble:
        tenants.note_host(row.agency, row.host)
        _save(row, state=State.ACTIVE.value)
        record("host.returned", row, by=SYSTEM, now=now)
        tell_staff(row, "returned", now=now)
        tell_people(row, "moved", now=now)


def _is_over(row: OwnHost, now: datetime) -> bool:
    return row.misses >= MISSES or (row.trouble != "" and now - (row.good_at or row.asked_at) >= PATIENCE)


def _lose(row: OwnHost, now: datetime) -> None:
    tenants.note_host(row.agency, None)
    _save(row, state=State.LOST.value, moves_at=None)
    record("host.lost", row, by=SYSTEM, now=now, reason=row.trouble)
    tell_staff(row, "lost", now=now)
    tell_people(row, "left", now=now)


def _is_anothers(host: str, agency: Agency) -> bool:
    there = tenants.agency_by_host(host)
    return there is not None and there.id != agency.id


def _save(row: OwnHost, **values: Any) -> None:
    OwnHost.update(**values).where(OwnHost.id == row.id).execute()
    for name, value in values.items():
        setattr(row, name, value)
