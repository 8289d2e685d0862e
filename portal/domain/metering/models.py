from __future__ import annotations

from peewee import BigIntegerField, CharField, DateField, ForeignKeyField, IntegerField, UUIDField

from portal.db import BaseModel, Entity, JsonField, MomentField
from portal.domain.tenants.models import Agency, Client


class UsageEvent(Entity):
    """One accepted event, for ever: the agency's id of it counts once. Rows are added, never changed."""

    agency = ForeignKeyField(Agency, on_delete="RESTRICT", index=False)
    event_id = CharField(128)
    body_hash = CharField(64)
    client = ForeignKeyField(Client, on_delete="RESTRICT", index=False)
    service = CharField(40)
    quantity = BigIntegerField()
    corrects = CharField(128, null=True)
    at = MomentField()
    received_at = MomentField()
    period = CharField(7)

    class Meta:
        indexes = (
            (("agency", "event_id"), True),
            (("client", "service", "period", "at"), False),
        )


UsageEvent.add_index(UsageEvent.agency, UsageEvent.corrects, where=UsageEvent.corrects.is_null(False))


class Consumption(BaseModel):
    """What was answered when an event was asked for and counted in one step; the same question gets it again."""

    event = ForeignKeyField(UsageEvent, primary_key=True, on_delete="RESTRICT")
    answer = JsonField()


class PeriodCounter(Entity):
    """A client's use of a service in one period, kept in the transaction of the events.

    A counter's `used` is the sum. A gauge's `used` is the period's peak: the larger of `carried`
    (its value when the period began) and `peak` (of the period's own events); `current` is the
    value of the latest event by its own time.
    """

    client = ForeignKeyField(Client, on_delete="RESTRICT", index=False)
    service = CharField(40)
    period = CharField(7)
    used = BigIntegerField(default=0)
    carried = BigIntegerField(default=0)
    peak = BigIntegerField(default=0)
    current = BigIntegerField(default=0)
    current_at = MomentField(null=True)

    class Meta:
        indexes = ((("client", "service", "period"), True),)


class DayFact(Entity):
    """Use of one day on the agency's clock: the sum of a counter, the peak of a gauge's events.

    `left` is the value of a gauge's latest event of the day, which came at `left_at`.
    """

    client = ForeignKeyField(Client, on_delete="RESTRICT", index=False)
    service = CharField(40)
    day = DateField()
    used = BigIntegerField()
    left = BigIntegerField(default=0)
    left_at = MomentField(null=True)

    class Meta:
        indexes = ((("client", "service", "day"), True),)


class ClientStanding(BaseModel):
    """How urgently a client needs a look in a period (see `attention.Level`), since when it stands so."""

    client = ForeignKeyField(Client, primary_key=True, on_delete="CASCADE")
    agency = ForeignKeyField(Agency, on_delete="RESTRICT", index=False)
    period = CharField(7)
    level = IntegerField()
    since = MomentField()

    class Meta:
        indexes = ((("agency", "period", "level", "since"), False),)


class Alert(Entity):
    """A threshold that was reached; the unique row is what makes it once."""

    client = ForeignKeyField(Client, on_delete="RESTRICT", index=False)
    service = CharField(40)
    period = CharField(7)
    threshold = IntegerField()
    limit_version = IntegerField()
    used = BigIntegerField()
    limit = BigIntegerField(column_name="allowance")
    raised_at = MomentField()
    resolved_at = MomentField(null=True)
    superseded_by = UUIDField(null=True)

    class Meta:
        indexes = ((("client", "service", "period", "threshold", "limit_version"), True),)
