from __future__ import annotations

from peewee import BooleanField, CharField, DateField, ForeignKeyField, TextField, UUIDField

from portal.db import Entity, JsonField, MomentField


class Operator(Entity):
    """Who runs the installation; one row. The legal name appears in the payee field and nowhere else."""

    legal_name = TextField()
    address = TextField(default="")
    created_at = MomentField()


class Agency(Entity):
    slug = CharField(40, unique=True)
    name = TextField()
    prefix = CharField(8, unique=True)
    legal_name = TextField()
    address = TextField(default="")
    email = TextField(default="")
    language = CharField(8)
    currency = CharField(3)
    timezone = CharField(64)
    created_at = MomentField()
    suspended_at = MomentField(null=True)
    alert_at = JsonField(null=True)
    """Percent of a limit at which people are told, unless a client has its own; None: 80 and 100."""


class Client(Entity):
    agency = ForeignKeyField(Agency, backref="clients", on_delete="RESTRICT")
    slug = CharField(40)
    name = TextField()
    sort_name = TextField()
    address = TextField(default="")
    email = TextField(default="")
    language = CharField(8)
    currency = CharField(3)
    began_on = DateField()
    created_at = MomentField()
    access = BooleanField(default=True)
    suspended_at = MomentField(null=True)
    suspended_because = TextField(null=True)

    class Meta:
        indexes = ((("agency", "slug"), True), (("agency", "sort_name", "id"), False))


class App(Entity):
    """What the agency built for a client. The slug is unique within the agency: it names the place."""

    agency = ForeignKeyField(Agency, backref="apps", on_delete="RESTRICT")
    client = ForeignKeyField(Client, backref="apps", on_delete="RESTRICT")
    slug = CharField(40)
    name = TextField()
    created_at = MomentField()
    suspended_at = MomentField(null=True)
    suspended_because = TextField(null=True)

    class Meta:
        indexes = ((("agency", "slug"), True),)


class Period(Entity):
    """A month of an agency as half-open UTC instants, written down when it begins.

    Because a stored end never moves, a change of zone takes effect at the next start,
    without gap or overlap.
    """

    agency = ForeignKeyField(Agency, backref="periods", on_delete="RESTRICT")
    label = CharField(7)
    zone = CharField(64)
    starts_at = MomentField()
    ends_at = MomentField()

    class Meta:
        indexes = ((("agency", "label"), True), (("agency", "starts_at"), True))


class Term(Entity):
    """A value that changes only at a month's start: a price, a cost, a tax, who is paid.

    `owner` is the id of the operator, an agency or a client; `from_label` the first period it holds for
    ("0000-00" for the value it had from the start).
    """

    owner = UUIDField()
    key = CharField(48)
    from_label = CharField(7)
    value = JsonField(null=True)
    set_at = MomentField()

    class Meta:
        indexes = ((("owner", "key", "from_label"), True),)
