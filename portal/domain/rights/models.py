from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, TextField

from portal.db import Entity, MomentField
from portal.domain.accounts.models import Contributor
from portal.domain.tenants.models import Client


class Right(Entity):
    """One ticked box of one membership."""

    contributor = ForeignKeyField(Contributor, backref="rights", on_delete="CASCADE")
    box = CharField(40)
    given_by = TextField()
    given_at = MomentField()

    class Meta:
        table_name = "contributor_right"
        indexes = ((("contributor", "box"), True),)


class SectionAvailability(Entity):
    """What a section is to one client.

    `available`: whether it can be offered at all, a fact that other capabilities set. `state` and the offer
    of a locked one are the agency's choice; `offer_price` is in minor units, None where it is on request.
    """

    client = ForeignKeyField(Client, on_delete="CASCADE")
    section = CharField(32)
    available = BooleanField()
    state = CharField(8, default="offered")
    offer_text = TextField(default="")
    offer_price = BigIntegerField(null=True)
    offer_every_months = IntegerField(null=True)

    class Meta:
        indexes = ((("client", "section"), True),)
