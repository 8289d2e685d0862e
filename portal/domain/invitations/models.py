from __future__ import annotations

from peewee import SQL, CharField, DateField, ForeignKeyField, IntegerField, TextField, UUIDField

from portal.db import Entity, JsonField, MomentField
from portal.domain.accounts.models import Contributor
from portal.domain.tenants.models import App


class Invitation(Entity):
    """An offer to one address to join one back office. Only the newest link works; its token is kept as a hash.

    `sends` are the moments of its mails, in microseconds: an address gets only so many an hour. `copied_at` is
    when its link was shown to somebody other than the one invited.
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
    name = TextField(default="", constraints=[SQL("DEFAULT ''")])
    copied_at = MomentField(null=True)

    class Meta:
        indexes = ((("app", "email"), False),)


class InvitationList(Entity):
    """Many to be invited at once, with the same boxes: `checking` until confirmed, then `running`, then `done`."""

    app = ForeignKeyField(App, on_delete="CASCADE")
    text = TextField()
    boxes = JsonField()
    language = CharField(8)
    ends_on = DateField(null=True)
    state = CharField(12)
    by_id = UUIDField()
    by_kind = CharField(16)
    by_name = TextField()
    created_at = MomentField()
    confirmed_at = MomentField(null=True)
    finished_at = MomentField(null=True)


class InvitationLine(Entity):
    """One address of a list. `state`: good, bad, done, failed; `problem` is a code and its values."""

    batch = ForeignKeyField(InvitationList, backref="lines", index=False, on_delete="CASCADE")
    number = IntegerField()
    text = TextField()
    email = TextField()
    name = TextField()
    state = CharField(8)
    problem = JsonField(null=True)
    invitation = ForeignKeyField(Invitation, null=True, on_delete="SET NULL")

    class Meta:
        indexes = ((("batch", "number"), True), (("batch", "state", "number"), False))
