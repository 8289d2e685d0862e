"""The wish to have a brand looked through; the looking is work for the background."""

from __future__ import annotations

from datetime import datetime

from portal.db import transaction
from portal.domain import outbox
from portal.domain.audit import Actor
from portal.domain.tenants import Agency


def ask_scan(agency: Agency, *, by: Actor, now: datetime) -> bool:
    """Have everything that the agency's clients meet looked through; False when it was asked for this very minute."""
    with transaction():
        return outbox.put(
            "brand.scan",
            key=f"scan:{agency.id}:{now:%Y-%m-%dT%H:%M}",
            now=now,
            agency=str(agency.id),
            kind=by.kind,
            name=by.name,
            person=str(by.id) if by.id else "",
        )
