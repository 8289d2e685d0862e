"""The audit trail. Plain ids instead of foreign keys: the trail outlives what it speaks of."""

from peewee import CharField, TextField, UUIDField

from portal.db import Entity, JsonField, MomentField


class AuditEntry(Entity):
    at = MomentField(index=True)
    action = CharField(64)
    actor_kind = CharField(16)
    actor_id = UUIDField(null=True)
    actor_name = TextField()
    behalf = TextField(default="")
    agency_id = UUIDField(null=True)
    client_id = UUIDField(null=True)
    app_id = UUIDField(null=True)
    subject = TextField(default="")
    details = JsonField(default=dict)

    class Meta:
        indexes = ((("agency_id", "at"), False), (("client_id", "at"), False), (("app_id", "at"), False))
