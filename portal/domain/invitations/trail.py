"""What the actions on an invitation share: whether it and its link live still, and the trail it leaves."""

from __future__ import annotations

from datetime import datetime

from peewee import Expression

from portal.domain import audit
from portal.domain.audit import Actor
from portal.domain.invitations.models import Invitation


def still_open(invitation: Invitation) -> Expression:
    """The condition that it was neither accepted nor revoked."""
    return (Invitation.id == invitation.id) & Invitation.accepted_at.is_null() & Invitation.revoked_at.is_null()


def same_link(invitation: Invitation) -> Expression:
    """The condition that it is open and was not resent since it was read: its link is the one that was seen."""
    return still_open(invitation) & (Invitation.token_hash == invitation.token_hash)


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
