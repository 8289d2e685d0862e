from __future__ import annotations

from peewee import CharField, DateField, ForeignKeyField, TextField, UUIDField

from portal.db import Entity, JsonField, MomentField
from portal.domain.accounts.models import Contributor
from portal.domain.tenants.models import App


class Invitation(Entity):
    """An offer to one address to join one back office. Only the newest link works; its token is kept as a hash.

    `sends` are the moments of its mails, in microseconds: an address gets only so many an hour.
    """

    app = ForeignKeyField(App, backref="invitations", on_delete="CASCADE")
    email = CharField(254)
    language = CharField(8)
    boxes = JsonField()
    ends_on = DateField(null=True)
    token_hash = CharField(64, unique=True)
    inviter_id = UUIDField(null=True)
    inviter_kind = CharField(16)
    inviter_name = TextField()
    created_at = MomentField()
    sent_at = MomentField()
    sends = JsonField(default=list)
    expires_at = MomentField()
    expired_at = MomentField(null=True)
    revoked_at = MomentField(null=True)
    accepted_at = MomentField(null=True)
    contributor = ForeignKeyField(Contributor, null=True, on_delete="SET NULL")

    class Meta:
        indexes = ((("app", "email"), False),)
