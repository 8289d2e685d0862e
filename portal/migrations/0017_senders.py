"""The mail servers of agencies."""

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, Model, TextField, UUIDField


class Table(Model):
    class Meta:
        legacy_table_names = False


class Agency(Table):
    id = UUIDField(primary_key=True)

    class Meta:
        table_name = "agency"


class Sender(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, unique=True, on_delete="RESTRICT", backref="+")
    host = CharField(253)
    port = IntegerField()
    security = CharField(8)
    username = TextField()
    password = TextField()
    from_address = CharField(254)
    selector = CharField(63)
    used = BooleanField()
    created_at = BigIntegerField()
    changed_at = BigIntegerField()
    proven_at = BigIntegerField(null=True)
    failing_since = BigIntegerField(null=True)
    failing_because = TextField()
    records = TextField(null=True)
    records_at = BigIntegerField(null=True)

    class Meta:
        table_name = "sender"


def up(migrator, db):
    with db.bind_ctx([Agency, Sender]):
        db.create_tables([Sender])


def down(migrator, db):
    with db.bind_ctx([Agency, Sender]):
        db.drop_tables([Sender])
