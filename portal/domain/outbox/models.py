from peewee import CharField, IntegerField, TextField

from portal.db import Entity, JsonField, MomentField


class Message(Entity):
    """One thing to do outside. `key` is unique: putting the same thing twice changes nothing."""

    topic = CharField(48)
    key = CharField(200, unique=True)
    payload = JsonField(default=dict)
    created_at = MomentField()
    due_at = MomentField()
    claimed_until = MomentField(null=True)
    attempts = IntegerField(default=0)
    done_at = MomentField(null=True)
    failed_at = MomentField(null=True)
    last_error = TextField(default="")

    class Meta:
        table_name = "outbox_message"
        indexes = ((("done_at", "failed_at", "due_at"), False),)
