"""The audit trail. Plain ids instead of foreign keys: the trail outlives what it speaks of."""

from peewee import BigIntegerField, CharField, TextField, UUIDField

from portal.db import BaseModel, Entity, JsonField, MomentField


class AuditEntry(Entity):
    """One thing that was done. `number` and `seal` are its place in its chain, none until it is sealed."""

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
    salts = TextField(null=True)
    """Three salts, of actor's name, subject and details; in the place of an erased one its digest after a `=`."""
    number = BigIntegerField(null=True)
    seal = CharField(64, null=True)

    class Meta:
        indexes = ((("agency_id", "at"), False), (("client_id", "at"), False), (("app_id", "at"), False))


AuditEntry.add_index(AuditEntry.id, name="audit_entry_unsealed", where=AuditEntry.number.is_null())
AuditEntry.add_index(
    AuditEntry.agency_id, AuditEntry.number, name="audit_entry_sealed", where=AuditEntry.number.is_null(False)
)


class AuditChain(BaseModel):
    """The end of one chain: that of an agency by its id, or of what belongs to none."""

    name = CharField(36, primary_key=True)
    length = BigIntegerField()
    seal = CharField(64)
