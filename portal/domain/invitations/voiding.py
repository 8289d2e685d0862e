"""What somebody of the agency's staff sent and may no longer stand for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from portal.db import transaction
from portal.domain.audit import Actor
from portal.domain.invitations.models import Invitation
from portal.domain.invitations.trail import record, still_open
from portal.domain.tenants import Agency, App


def revoke_sent_by(agency: Agency, person_id: UUID, *, keep: Collection[UUID], by: Actor, now: datetime) -> None:
    """Take back every open invitation of that person to the agency's back offices, but those of clients in `keep`."""
    waiting = Invitation.accepted_at.is_null() & Invitation.revoked_at.is_null()
    sent = (App.agency == agency) & (Invitation.inviter_id == person_id) & waiting
    with transaction():
        for row in list(Invitation.select(Invitation, App).join(App).where(sent)):
            kept = row.app.client_id in keep
            if not kept and Invitation.update(revoked_at=now).where(still_open(row)).execute():
                record("invitation.revoked", row, by=by, now=now)
