"""What the actions on an invitation share: whether it is open still, and the trail it leaves."""

from __future__ import annotations

from datetime import datetime

from peewee import Expression

from portal.domain import audit
from portal.domain.audit import Actor
from portal.domain.invitations.models import Invitation


def still_open(invitation: Invitation) -> Expression:
    """The condition under which an update may use it: as it was read, neither resent, accepted nor revoked since."""
    return (
        (Invitation.id == invitation.id)
        & (Invitation.token_hash == invitation.token_hash)
        & Invitation.accepted_at.is_null()
        & Invitation.revoked_at.is_null()
    )


def record(action: str, row: Invitation, *, by: Actor, now: datetime, **details: object) -> None:
    """One entry about the invitation, in its app's trail."""
    app = row.app
    audit.record(
        action,
        by=by,
        now=now,
        agency_id=app.agency_id,
        client_id=app.client_id,
        app_id=app.id,
        subject=row.email,
        **details,
    )
