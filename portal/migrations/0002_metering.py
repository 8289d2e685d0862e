"""Which limit is in force, an agency's own thresholds, and answers that are given again."""

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField, Model, TextField, UUIDField, fn


class Table(Model):
    class Meta:
        legacy_table_names = False


class UsageEvent(Table):
    id = UUIDField(primary_key=True)

    class Meta:
        table_name = "usage_event"


class Consumption(Table):
    event = ForeignKeyField(UsageEvent, primary_key=True, on_delete="RESTRICT", backref="+")
    answer = TextField()

    class Meta:
        table_name = "consumption"


class LimitVersion(Table):
    client_id = UUIDField()
    service = CharField(40)
    version = IntegerField()
    in_force = BooleanField()

    class Meta:
        table_name = "limit_version"


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("agency", "alert_at", TextField(null=True)),
        migrator.add_column("limit_version", "in_force", BooleanField(default=True)),
    )
    with db.bind_ctx([UsageEvent, Consumption, LimitVersion]):
        db.create_tables([Consumption], safe=False)
        newer = LimitVersion.alias()
        overtaken = newer.select().where(
            (newer.client_id == LimitVersion.client_id)
            & (newer.service == LimitVersion.service)
            & (newer.version > LimitVersion.version)
        )
        LimitVersion.update(in_force=False).where(fn.EXISTS(overtaken)).execute()
        LimitVersion.add_index(LimitVersion.client_id, LimitVersion.service, unique=True, where=LimitVersion.in_force)
        LimitVersion._schema.create_indexes()


def down(migrator, db):
    with db.bind_ctx([Consumption]):
        db.drop_tables([Consumption])
    db.execute_sql("DROP INDEX limit_version_client_id_service")
    migrator.migrate(
        migrator.drop_column("limit_version", "in_force"),
        migrator.drop_column("agency", "alert_at"),
    )
