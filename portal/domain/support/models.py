from __future__ import annotations

from peewee import CharField, ForeignKeyField, TextField, UUIDField

from portal.db import Entity, MomentField
from portal.domain.tenants.models import Agency, App, Client


class SupportThread(Entity):
    """One conversation. Who began it is kept by name; `code` is what people call it by, everywhere."""

    agency = ForeignKeyField(Agency, on_delete="RESTRICT", index=False)
    client = ForeignKeyField(Client, on_delete="RESTRICT")
    app = ForeignKeyField(App, on_delete="RESTRICT", index=False)
    code = CharField(9, unique=True)
    subject = TextField()
    language = CharField(8)
    begun_by = UUIDField()
    begun_name = TextField()
    state = CharField(8)
    created_at = MomentField()
    moved_at = MomentField()

    class Meta:
        indexes = (
            (("app", "moved_at", "id"), False),
            (("state", "moved_at"), False),
            (("agency", "id"), False),
        )


class SupportMessage(Entity):
    """One message of a conversation; its `side` says for whom it was written. Never changed."""

    thread = ForeignKeyField(SupportThread, on_delete="CASCADE", index=False)
    side = CharField(12)
    by_id = UUIDField(null=True)
    by_name = TextField()
    text = TextField()
    at = MomentField()

    class Meta:
        indexes = ((("thread", "at", "id"), False),)
