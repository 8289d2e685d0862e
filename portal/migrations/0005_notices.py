"""Which letters people want, which notices they got, and which limits will be passed."""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    ForeignKeyField,
    IntegerField,
    Model,
    UUIDField,
)


class Table(Model):
    class Meta:
        legacy_table_names = False


class Person(Table):
    id = UUIDField(primary_key=True)

    class Meta:
        table_name = "person"


class Client(Table):
    id = UUIDField(primary_key=True)

    class Meta:
        table_name = "client"


class NoticeChoice(Table):
    id = UUIDField(primary_key=True)
    person = ForeignKeyField(Person, unique=True, on_delete="CASCADE")
    approaching = BooleanField()
    reached = BooleanField()
    foreseen = BooleanField()
    resolved = BooleanField()
    rhythm = CharField(8)

    class Meta:
        table_name = "notice_choice"


class LimitNotice(Table):
    id = UUIDField(primary_key=True)
    person = ForeignKeyField(Person, index=False, on_delete="CASCADE")
    source = CharField(48)
    day = DateField()
    at_once = BooleanField()
    written_at = BigIntegerField()
    digested_at = BigIntegerField(null=True)

    class Meta:
        table_name = "limit_notice"
        indexes = ((("person", "source"), True), (("person", "day"), False))


class LimitForecast(Table):
    id = UUIDField(primary_key=True)
    client = ForeignKeyField(Client, index=False, on_delete="RESTRICT")
    service = CharField(40)
    period = CharField(7)
    limit_version = IntegerField()
    used = BigIntegerField()
    limit = BigIntegerField(column_name="allowance")
    projected = BigIntegerField()
    passes_on = DateField()
    made_at = BigIntegerField()

    class Meta:
        table_name = "limit_forecast"
        indexes = ((("client", "service", "period", "limit_version"), True),)


TABLES = [NoticeChoice, LimitNotice, LimitForecast]


def up(migrator, db):
    with db.bind_ctx([Person, Client, *TABLES]):
        db.create_tables(TABLES)


def down(migrator, db):
    with db.bind_ctx([Person, Client, *TABLES]):
        db.drop_tables(TABLES)
