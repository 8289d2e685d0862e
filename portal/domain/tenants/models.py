from __future__ import annotations

from peewee import SQL, BigAutoField, BooleanField, CharField, DateField, ForeignKeyField, TextField, UUIDField

from portal.db import BaseModel, Entity, JsonField, MomentField


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
    turned_to = CharField(7, null=True)
    """The period whose beginning every client has been through; `turned_client`: how far the one under way has come."""
    turned_client = UUIDField(null=True)
    own_host = CharField(253, null=True, unique=True)
    """The agency's own domain while it is active; its sub-domain serves otherwise. `hosts` keeps it."""


class Client(Entity):
    """A customer of the agency.

    `card` and `alert_period` are facts that belong elsewhere, noted here so that a list by name finds them in one
    index: whose card pays in the present period, and the period in which the client's use needs a look.
    """

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
    card = CharField(16, default="client_card", constraints=[SQL("DEFAULT 'client_card'")])
    alert_period = CharField(7, null=True)

    class Meta:
        indexes = (
            (("agency", "id"), False),
            (("agency", "slug"), True),
            (("agency", "sort_name", "id"), False),
            (("agency", "card", "sort_name", "id"), False),
            (("agency", "access", "sort_name", "id"), False),
        )


Client.add_index(
    Client.agency, Client.sort_name, Client.id, name="client_suspended", where=Client.suspended_at.is_null(False)
)
Client.add_index(
    Client.agency,
    Client.alert_period,
    Client.sort_name,
    Client.id,
    name="client_alert",
    where=Client.alert_period.is_null(False),
)


class ClientText(BaseModel):
    """What a client is searched by, folded: name, slug, e-mail, address, a line each. `search` keeps it."""

    id = BigAutoField()
    client = ForeignKeyField(Client, unique=True, on_delete="CASCADE")
    agency = ForeignKeyField(Agency, on_delete="RESTRICT", index=False)
    text = TextField()

    class Meta:
        indexes = ((("agency", "id"), False),)


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
