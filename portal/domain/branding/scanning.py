"""The wish to have a brand looked through; the looking is work for the background."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.db import lock_row, transaction
from portal.domain import outbox
from portal.domain.audit import Actor
from portal.domain.errors import Refused
from portal.domain.rights import Permission, still_may
from portal.domain.tenants import Agency

REST = timedelta(minutes=5)
"""From one wish of an agency to the next: a scan keeps the machine busy for everybody."""


def ask_scan(agency: Agency, *, by: Actor, now: datetime) -> bool:
    """Have everything that the agency's clients meet looked through; False while one is waiting or under way.

    Raises Refused when the last one was asked for less than `REST` ago.
    """
    key = f"scan:{agency.id}"
    with transaction():
        still_may(agency, by, Permission.PRICES)
        lock_row(Agency, agency.id.hex)
        last = outbox.put_as(key)
        if last and not (last.done_at or last.failed_at):
            return False
        if last and now - last.created_at < REST:
            raise Refused("scan_too_soon", minutes=REST // timedelta(minutes=1))
        outbox.drop_key(key)
        return outbox.put(
            "brand.scan",
            key=key,
            now=now,
            agency=str(agency.id),
            kind=by.kind,
            name=by.name,
            person=str(by.id) if by.id else "",
        )
