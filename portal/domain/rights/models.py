from __future__ import annotations

from peewee import BooleanField, CharField, ForeignKeyField, TextField

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
    """Whether a section can be offered to a client at all; a fact that other capabilities set."""

    client = ForeignKeyField(Client, on_delete="CASCADE")
    section = CharField(32)
    available = BooleanField()

    class Meta:
        indexes = ((("client", "section"), True),)
