"""Section states, offers, views as another person."""

from peewee import BigIntegerField, CharField, ForeignKeyField, IntegerField, Model, TextField, UUIDField
from playhouse.migrate import migrate


class Table(Model):
    class Meta:
        legacy_table_names = False


class Agency(Table):
    id = UUIDField(primary_key=True)

    class Meta:
        table_name = "agency"


class Client(Table):
    id = UUIDField(primary_key=True)

    class Meta:
        table_name = "client"


class App(Table):
    id = UUIDField(primary_key=True)

    class Meta:
        table_name = "app"


class Request(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, backref="+", on_delete="RESTRICT", index=False)
    client = ForeignKeyField(Client, backref="+", on_delete="RESTRICT", index=False)
    app = ForeignKeyField(App, backref="+", on_delete="RESTRICT")
    kind = CharField(16)
    section = CharField(32)
    asked_by = UUIDField()
    asked_name = TextField()
    text = TextField()
    offer = TextField()
    state = CharField(8)
    created_at = BigIntegerField()
    decided_at = BigIntegerField(null=True)
    decided_by = TextField()
    answer = TextField()
    open_key = CharField(160, unique=True, null=True)

    class Meta:
        table_name = "request"
        indexes = (
            (("agency", "id"), False),
            (("agency", "state", "id"), False),
            (("client", "state", "created_at"), False),
            (("app", "section", "asked_by"), False),
        )


STANDING = {
    "state": lambda: CharField(8, default="offered"),
    "offer_text": lambda: TextField(default=""),
    "offer_price": lambda: BigIntegerField(null=True),
    "offer_every_months": lambda: IntegerField(null=True),
}


def up(migrator, db):
    migrate(*(migrator.add_column("section_availability", name, make()) for name, make in STANDING.items()))
    migrate(migrator.add_column("sign_in", "viewing", UUIDField(null=True)))
    with db.bind_ctx([Agency, Client, App, Request]):
        db.create_tables([Request])


def down(migrator, db):
    with db.bind_ctx([Agency, Client, App, Request]):
        db.drop_tables([Request])
    migrate(migrator.drop_column("sign_in", "viewing"))
    migrate(*(migrator.drop_column("section_availability", name) for name in STANDING))
