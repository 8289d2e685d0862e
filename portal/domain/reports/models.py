from __future__ import annotations

from peewee import CharField, ForeignKeyField, UUIDField

from portal.db import BaseModel, JsonField, MomentField
from portal.domain.tenants.models import Agency


class StoredOutlook(BaseModel):
    """How a month of very many clients should close, as it was computed last.

    `owner`: the agency, or the membership of a manager for his clients.
    """

    owner = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, on_delete="CASCADE")
    period = CharField(7)
    as_of = MomentField()
    content = JsonField()
