"""Which clients need a look."""

from peewee import BigIntegerField, CharField, ForeignKeyField, IntegerField, Model, UUIDField


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


class ClientStanding(Table):
    client = ForeignKeyField(Client, primary_key=True, on_delete="CASCADE", backref="+")
    agency = ForeignKeyField(Agency, on_delete="RESTRICT", index=False, backref="+")
    period = CharField(7)
    level = IntegerField()
    since = BigIntegerField()

    class Meta:
        table_name = "client_standing"
        indexes = ((("agency", "period", "level", "since"), False),)


def up(migrator, db):
    with db.bind_ctx([Agency, Client, ClientStanding]):
        db.create_tables([ClientStanding], safe=False)


def down(migrator, db):
    with db.bind_ctx([Agency, Client, ClientStanding]):
        db.drop_tables([ClientStanding])
