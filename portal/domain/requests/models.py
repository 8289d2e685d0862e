from __future__ import annotations

from peewee import BigIntegerField, CharField, DateField, ForeignKeyField, IntegerField, TextField, UUIDField

from portal.db import Entity, JsonField, MomentField
from portal.domain.tenants.models import Agency, App, Client


class SoldService(Entity):
    """A service that the agency itself sold. `every_months` None: once. `price` in minor units."""

    client = ForeignKeyField(Client, backref="sold_services", on_delete="RESTRICT")
    name = TextField()
    price = BigIntegerField()
    every_months = IntegerField(null=True)
    first_on = DateField()
    ended_on = DateField(null=True)
    created_at = MomentField()
    sold_by = TextField(default="")


class Request(Entity):
    """What somebody of a client wants of the agency. The trail outlives people: who asked is kept by name.

    `offer`: what stood before the section at that moment (text, price, every_months, currency). `open_key` is
    unique while the request is open, so that nobody has two of the same.
    """

    agency = ForeignKeyField(Agency, on_delete="RESTRICT", index=False)
    client = ForeignKeyField(Client, backref="requests", on_delete="RESTRICT", index=False)
    app = ForeignKeyField(App, on_delete="RESTRICT")
    kind = CharField(16)
    section = CharField(32)
    asked_by = UUIDField()
    asked_name = TextField()
    text = TextField(default="")
    offer = JsonField()
    state = CharField(8)
    created_at = MomentField()
    decided_at = MomentField(null=True)
    decided_by = TextField(default="")
    answer = TextField(default="")
    open_key = CharField(160, unique=True, null=True)

    class Meta:
        indexes = (
            (("agency", "id"), False),
            (("agency", "state", "id"), False),
            (("client", "state", "created_at"), False),
            (("app", "section", "asked_by"), False),
        )
