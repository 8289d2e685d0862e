"""How an offer of ownership ends, however it does: once, and written down."""

from __future__ import annotations

from datetime import datetime

from portal.domain import audit
from portal.domain.accounts import StaffMembership
from portal.domain.audit import Actor
from portal.domain.staffing.models import OwnershipOffer


def end(offer: OwnershipOffer, outcome: str, *, by: Actor, now: datetime) -> bool:
    """Close an open offer as accepted, declined, withdrawn or expired; whether it still was open."""
    waiting = (OwnershipOffer.id == offer.id) & OwnershipOffer.ended_at.is_null()
    if not OwnershipOffer.update(ended_at=now, outcome=outcome).where(waiting).execute():
        return False
    taker = offer.taker.person.email
    audit.record(f"ownership.{outcome}", by=by, now=now, agency_id=offer.agency_id, subject=taker)
    return True


def withdraw_of(row: StaffMembership, *, gone: bool, by: Actor, now: datetime) -> None:
    """Close what this person offered; and what was offered to him, when he is gone."""
    his = OwnershipOffer.giver == row
    if gone:
        his |= OwnershipOffer.taker == row
    for offer in list(OwnershipOffer.select().where(his & OwnershipOffer.ended_at.is_null())):
        end(offer, "withdrawn", by=by, now=now)
