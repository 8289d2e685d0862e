"""What has a brake: each new name costs a certificate, each change of mind a letter to everybody."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from portal.db import lock_row
from portal.domain.audit import AuditEntry
from portal.domain.errors import Refused
from portal.domain.hosts.models import OwnHost
from portal.domain.tenants import Agency

MOST_NAMES, MOST_PLANS = 5, 3
"""Of one agency within `DAY`."""
DAY, PAUSE = timedelta(hours=24), timedelta(minutes=1)


def alone_with(agency_id: UUID) -> None:
    """Let nobody else change the domain of the agency until the transaction ends."""
    lock_row(Agency, agency_id.hex)


def may_ask(agency: Agency, *, now: datetime) -> None:
    """For who is `alone_with` it. Raises Refused at `host` where it asked for too many, given up by now or not."""
    if _count(agency, ["host.asked"], now) >= MOST_NAMES:
        raise Refused("host_too_many", field="host", most=MOST_NAMES)


def may_plan(agency: Agency, *, now: datetime) -> None:
    """For who is `alone_with` it. Raises Refused at `days` where everybody was written to too often."""
    if _count(agency, ["host.planned", "host.leaving"], now) >= MOST_PLANS:
        raise Refused("host_plans_many", field="days", most=MOST_PLANS)


def take_look(row: OwnHost, *, now: datetime) -> None:
    """Before somebody has the domain looked at: a minute after it was asked for, and after the look before.

    No look lasts as long, so that an agency has one under way at most. Raises Refused.
    """
    waited = OwnHost.checked_at.is_null() | (OwnHost.checked_at <= now - PAUSE)
    ready = (OwnHost.id == row.id) & (OwnHost.asked_at <= now - PAUSE) & waited
    if not OwnHost.update(checked_at=now).where(ready).execute():
        raise Refused("host_looked_at")


def _count(agency: Agency, actions: list[str], now: datetime) -> int:
    """How often the trail, which keeps what is gone, has it of the last day."""
    recent = (AuditEntry.agency_id == agency.id) & (AuditEntry.at > now - DAY)
    return AuditEntry.select().where(recent & AuditEntry.action.in_(actions)).count()
