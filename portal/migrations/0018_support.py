"""Direct support: conversations and their messages."""

from peewee import BigIntegerField, CharField, ForeignKeyField, Model, TextField, UUIDField


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


class SupportThread(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, on_delete="RESTRICT", index=False, backref="+")
    client = ForeignKeyField(Client, on_delete="RESTRICT", backref="+")
    app = ForeignKeyField(App, on_delete="RESTRICT", index=False, backref="+")
    code = CharField(9, unique=True)
    subject = TextField()
    language = CharField(8)
    begun_by = UUIDField()
    begun_name = TextField()
    state = CharField(8)
    created_at = BigIntegerField()
    moved_at = BigIntegerField()

    class Meta:
        table_name = "support_thread"
        indexes = (
            (("app", "moved_at", "id"), False),
            (("state", "moved_at"), False),
            (("agency", "id"), False),
        )


class SupportMessage(Table):
    id = UUIDField(primary_key=True)
    thread = ForeignKeyField(SupportThread, on_delete="CASCADE", index=False, backref="+")
    side = CharField(12)
    by_id = UUIDField(null=True)
    by_name = TextField()
    text = TextField()
    at = BigIntegerField()

    class Meta:
        table_name = "support_message"
        indexes = ((("thread", "at", "id"), False),)


TABLES = [SupportThread, SupportMessage]


def up(migrator, db):
    with db.bind_ctx([Agency, Client, App, *TABLES]):
        db.create_tables(TABLES, safe=False)


def down(migrator, db):
    with db.bind_ctx([Agency, Client, App, *TABLES]):
        db.drop_tables(TABLES)
