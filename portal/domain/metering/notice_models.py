from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CharField, DateField, ForeignKeyField, IntegerField

from portal.db import Entity, MomentField
from portal.domain.accounts.models import Person
from portal.domain.tenants.models import Client


class LimitNotice(Entity):
    """One thing about a limit that one person hears of; the unique row is what makes it once.

    `source` names it, as in `raised:<alert>`. It went at once, or waits for the day's letter (`digested_at`).
    """

    person = ForeignKeyField(Person, index=False, on_delete="CASCADE")
    source = CharField(48)
    day = DateField()
    at_once = BooleanField()
    written_at = MomentField()
    digested_at = MomentField(null=True)

    class Meta:
        indexes = ((("person", "source"), True), (("person", "day"), False))


class LimitForecast(Entity):
    """A limit that will be passed in its period at the pace of the day it was made; once for each limit version."""

    client = ForeignKeyField(Client, index=False, on_delete="RESTRICT")
    service = CharField(40)
    period = CharField(7)
    limit_version = IntegerField()
    used = BigIntegerField()
    limit = BigIntegerField(column_name="allowance")
    projected = BigIntegerField()
    passes_on = DateField()
    made_at = MomentField()

    class Meta:
        indexes = ((("client", "service", "period", "limit_version"), True),)
