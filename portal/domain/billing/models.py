from __future__ import annotations

from peewee import BigIntegerField, BlobField, BooleanField, CharField, ForeignKeyField, IntegerField, TextField

from portal.db import BaseModel, Entity, JsonField, MomentField
from portal.domain.billing.catalogue import State
from portal.domain.tenants.models import Agency, Client


class NumberSeries(Entity):
    """The last number given in one series of one agency and year; taken inside the issuing transaction: no gaps."""

    agency = ForeignKeyField(Agency, on_delete="RESTRICT")
    series = CharField(4)
    year = IntegerField()
    last = IntegerField(default=0)

    class Meta:
        indexes = ((("agency", "series", "year"), True),)


class Statement(Entity):
    """An issued statement. `frozen` is everything its PDF prints; later changes of anything don't reach it."""

    agency = ForeignKeyField(Agency, on_delete="RESTRICT", index=False)
    audience = CharField(8)
    client = ForeignKeyField(Client, null=True, on_delete="RESTRICT", index=False)
    owner = CharField(40)
    number = CharField(40, unique=True)
    period = CharField(7)
    state = CharField(20)
    currency = CharField(3)
    payer = CharField(16)
    payee = CharField(16)
    payment_option = CharField(16, default="")
    net = BigIntegerField()
    tax = BigIntegerField(default=0)
    total = BigIntegerField()
    due = BigIntegerField()
    remitted = BigIntegerField(default=0)
    paid = BigIntegerField(default=0)
    issued_at = MomentField()
    frozen = JsonField()
    pdf_name = CharField(120, default="")
    pdf_sha256 = CharField(64, default="")
    rendered_at = MomentField(null=True)

    class Meta:
        indexes = (
            (("audience", "owner", "period", "currency"), True),
            (("agency", "period"), False),
            (("client", "period"), False),
        )

    @property
    def is_ready(self) -> bool:
        """Whether the PDF is kept."""
        return self.rendered_at is not None

    @property
    def outstanding(self) -> int:
        """What somebody still has to pay here; what the agency invoices itself is not asked for."""
        return self.due - self.paid if self.state == State.DUE else 0


class StatementLine(Entity):
    """One line, in minor units. `detail` holds what only its kind knows (days of a part month, next renewal, …)."""

    statement = ForeignKeyField(Statement, backref="lines", on_delete="RESTRICT")
    position = IntegerField()
    kind = CharField(16)
    label = TextField()
    service = CharField(40, null=True)
    client = ForeignKeyField(Client, null=True, on_delete="RESTRICT")
    limit = BigIntegerField(null=True, column_name="allowance")
    used = BigIntegerField(null=True)
    excess = BigIntegerField(null=True)
    block = IntegerField(null=True)
    blocks = BigIntegerField(null=True)
    unit_price = BigIntegerField(null=True)
    unit_cost = BigIntegerField(null=True)
    amount = BigIntegerField()
    cost = BigIntegerField(default=0)
    collected = BooleanField(default=True)
    detail = JsonField(default=dict)

    class Meta:
        indexes = ((("statement", "position"), True),)


class FrozenAsset(BaseModel):
    """A picture as it was at issue, kept once for all statements that print it."""

    sha256 = CharField(64, primary_key=True)
    content = BlobField()
