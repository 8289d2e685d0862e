from __future__ import annotations

from peewee import CharField, DateField, ForeignKeyField, TextField, UUIDField

from portal.db import Entity, JsonField, MomentField
from portal.domain.accounts.models import StaffMembership
from portal.domain.tenants.models import Agency


class StaffInvitation(Entity):
    """An offer to one address to join an agency's staff. Only the newest link works; its token is kept as a hash.

    `clients` are the ids of those that a manager is to look after; `sends` the moments of its mails, in
    microseconds: an address gets only so many an hour.
    """

    agency = ForeignKeyField(Agency, backref="staff_invitations", on_delete="CASCADE")
    email = CharField(254)
    language = CharField(8)
    role = CharField(16)
    clients = JsonField(default=list)
    ends_on = DateField(null=True)
    token_hash = CharField(64, unique=True)
    inviter_id = UUIDField(null=True)
    inviter_name = TextField()
    created_at = MomentField()
    sent_at = MomentField()
    sends = JsonField(default=list)
    expires_at = MomentField()
    expired_at = MomentField(null=True)
    revoked_at = MomentField(null=True)
    accepted_at = MomentField(null=True)
    membership = ForeignKeyField(StaffMembership, null=True, on_delete="SET NULL")

    class Meta:
        indexes = ((("agency", "email"), False),)


class OwnershipOffer(Entity):
    """An owner's offer of his place to somebody of the staff. `afterwards`: the role he keeps, or "leave"."""

    agency = ForeignKeyField(Agency, backref="ownership_offers", on_delete="CASCADE")
    giver = ForeignKeyField(StaffMembership, backref="offers_made", on_delete="CASCADE")
    taker = ForeignKeyField(StaffMembership, backref="offers_received", on_delete="CASCADE")
    afterwards = CharField(16)
    created_at = MomentField()
    expires_at = MomentField()
    ended_at = MomentField(null=True)
    outcome = CharField(16, null=True)
