from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from portal.db import Entity, JsonField, MomentField
from portal.domain.tenants.models import Agency


class Endpoint(Entity):
    """An address of an agency's own that hears of events.

    Secrets are sealed: they must be read again to sign, and never by a person. The old one signs along until
    `old_until`. A deleted endpoint stays as a row, for its deliveries are a log; its secrets go.
    """

    agency = ForeignKeyField(Agency, on_delete="RESTRICT")
    url = TextField()
    description = TextField(default="")
    events = JsonField()
    secret = TextField()
    old_secret = TextField(default="")
    old_until = MomentField(null=True)
    created_by = TextField(default="")
    created_at = MomentField()
    paused_at = MomentField(null=True)
    paused_for = CharField(16, default="")
    failing_since = MomentField(null=True)
    last_success_at = MomentField(null=True)
    last_failure_at = MomentField(null=True)
    deleted_at = MomentField(null=True)

    class Meta:
        table_name = "webhook_endpoint"


class Delivery(Entity):
    """One event on its way to one endpoint. `message_id` is the same in every attempt and every replay."""

    endpoint = ForeignKeyField(Endpoint, backref="deliveries", on_delete="CASCADE")
    message_id = CharField(48)
    event = CharField(48)
    body = TextField()
    created_at = MomentField()
    state = CharField(12)
    tries = IntegerField(default=0)
    next_at = MomentField(null=True)
    claimed_until = MomentField(null=True)
    ended_at = MomentField(null=True)
    outcome = CharField(20, default="")

    class Meta:
        table_name = "webhook_delivery"
        indexes = (
            (("endpoint", "message_id"), True),
            (("endpoint", "created_at"), False),
            (("state", "next_at"), False),
        )


class Attempt(Entity):
    """What one try gave: a status where there was an answer, else only the outcome; the first KiB that came back."""

    delivery = ForeignKeyField(Delivery, backref="attempts", on_delete="CASCADE")
    at = MomentField()
    url = TextField()
    outcome = CharField(20)
    status = IntegerField(null=True)
    milliseconds = IntegerField()
    answer = TextField(default="")

    class Meta:
        table_name = "webhook_attempt"
