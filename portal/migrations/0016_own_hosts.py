"""Agencies at domains of their own."""

from peewee import BigIntegerField, CharField, ForeignKeyField, IntegerField, Model, UUIDField


class Table(Model):
    class Meta:
        legacy_table_names = False


class Agency(Table):
    id = UUIDField(primary_key=True)
    own_host = CharField(253, null=True, unique=True)

    class Meta:
        table_name = "agency"


class OwnHost(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, unique=True, on_delete="RESTRICT", backref="+")
    host = CharField(253, index=True)
    proof = CharField(64)
    state = CharField(12)
    asked_at = BigIntegerField()
    due_at = BigIntegerField(index=True)
    checked_at = BigIntegerField(null=True)
    good_at = BigIntegerField(null=True)
    trouble = CharField(24)
    misses = IntegerField()
    active_since = BigIntegerField(null=True)
    moves_at = BigIntegerField(null=True)

    class Meta:
        table_name = "own_host"


def up(migrator, db):
    migrator.migrate(migrator.add_column("agency", "own_host", CharField(253, null=True)))
    with db.bind_ctx([Agency, OwnHost]):
        Agency._schema.create_indexes(safe=False)
        db.create_tables([OwnHost], safe=False)


def down(migrator, db):
    with db.bind_ctx([Agency, OwnHost]):
        db.drop_tables([OwnHost])
    db.execute_sql("DROP INDEX agency_own_host")
    migrator.migrate(migrator.drop_column("agency", "own_host"))
