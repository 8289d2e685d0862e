from __future__ import annotations

from peewee import BigIntegerField, DateField, ForeignKeyField, IntegerField, TextField

from portal.db import Entity, MomentField
from portal.domain.tenants.models import Client


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
