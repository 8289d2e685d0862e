"""Endpoints, deliveries and their attempts; who made a credential, and the secret before the present one."""

from peewee import BigIntegerField, CharField, ForeignKeyField, IntegerField, Model, TextField, UUIDField
from playhouse.migrate import migrate


class Table(Model):
    class Meta:
        legacy_table_names = False


class Agency(Table):
    id = UUIDField(primary_key=True)

    class Meta:
        table_name = "agency"


class Endpoint(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, on_delete="RESTRICT", backref="+")
    url = TextField()
    description = TextField()
    events = TextField()
    secret = TextField()
    old_secret = TextField()
    old_until = BigIntegerField(null=True)
    created_by = TextField()
    created_at = BigIntegerField()
    paused_at = BigIntegerField(null=True)
    paused_for = CharField(16)
    failing_since = BigIntegerField(null=True)
    last_success_at = BigIntegerField(null=True)
    last_failure_at = BigIntegerField(null=True)
    deleted_at = BigIntegerField(null=True)

    class Meta:
        table_name = "webhook_endpoint"


class Delivery(Table):
    id = UUIDField(primary_key=True)
    endpoint = ForeignKeyField(Endpoint, on_delete="CASCADE", backref="+")
    message_id = CharField(48)
    event = CharField(48)
    body = TextField()
    created_at = BigIntegerField()
    state = CharField(12)
    tries = IntegerField()
    next_at = BigIntegerField(null=True)
    claimed_until = BigIntegerField(null=True)
    ended_at = BigIntegerField(null=True)
    outcome = CharField(20)

    class Meta:
        table_name = "webhook_delivery"
        indexes = (
            (("endpoint", "message_id"), True),
            (("endpoint", "created_at"), False),
            (("state", "next_at"), False),
        )


class Attempt(Table):
    id = UUIDField(primary_key=True)
    delivery = ForeignKeyField(Delivery, on_delete="CASCADE", backref="+")
    at = BigIntegerField()
    url = TextField()
    outcome = CharField(20)
    status = IntegerField(null=True)
    milliseconds = IntegerField()
    answer = TextField()

    class Meta:
        table_name = "webhook_attempt"


TABLES = [Endpoint, Delivery, Attempt]
COLUMNS = {
    "made_by": lambda: UUIDField(null=True),
    "old_secret_hash": lambda: CharField(64, null=True),
    "old_until": lambda: BigIntegerField(null=True),
}


def up(migrator, db):
    with db.bind_ctx([Agency, *TABLES]):
        db.create_tables(TABLES)
    migrate(*(migrator.add_column("credential", name, make()) for name, make in COLUMNS.items()))


def down(migrator, db):
    migrate(*(migrator.drop_column("credential", name) for name in COLUMNS))
    with db.bind_ctx([Agency, *TABLES]):
        db.drop_tables(TABLES)
