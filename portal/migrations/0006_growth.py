"""What lists of very many clients stand on: facts beside the name, the text to search by, how a month should close."""

import unicodedata
from datetime import UTC, datetime

from peewee import BigAutoField, BigIntegerField, CharField, ForeignKeyField, Model, TextField, UUIDField
from playhouse.migrate import PostgresqlMigrator


class Table(Model):
    class Meta:
        legacy_table_names = False


class Agency(Table):
    id = UUIDField(primary_key=True)

    class Meta:
        table_name = "agency"


class Client(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, index=False, backref="+")
    slug = TextField()
    name = TextField()
    sort_name = TextField()
    email = TextField()
    address = TextField()
    access = TextField()
    suspended_at = BigIntegerField(null=True)
    card = CharField(16)
    alert_period = CharField(7, null=True)

    class Meta:
        table_name = "client"
        indexes = (
            (("agency", "id"), False),
            (("agency", "card", "sort_name", "id"), False),
            (("agency", "access", "sort_name", "id"), False),
        )


BY_NAME = (Client.sort_name, Client.id)
Client.add_index(Client.agency, *BY_NAME, name="client_suspended", where=Client.suspended_at.is_null(False))
Client.add_index(
    Client.agency, Client.alert_period, *BY_NAME, name="client_alert", where=Client.alert_period.is_null(False)
)


class ClientText(Table):
    id = BigAutoField()
    client = ForeignKeyField(Client, unique=True, on_delete="CASCADE", backref="+")
    agency = ForeignKeyField(Agency, on_delete="RESTRICT", index=False, backref="+")
    text = TextField()

    class Meta:
        table_name = "client_text"
        indexes = ((("agency", "id"), False),)


class StoredOutlook(Table):
    owner = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, on_delete="CASCADE", backref="+")
    period = CharField(7)
    as_of = BigIntegerField()
    content = TextField()

    class Meta:
        table_name = "stored_outlook"


TABLES = [ClientText, StoredOutlook]
INDEXES = (
    "client_agency_id_id",
    "client_agency_id_card_sort_name_id",
    "client_agency_id_access_sort_name_id",
    "client_suspended",
    "client_alert",
)
CARDS = """
UPDATE client SET card = 'agency_card' WHERE (
    SELECT t.value FROM term t WHERE t.owner = client.id AND t.key = 'payment_option' AND t.from_label <= '{label}'
     ORDER BY t.from_label DESC LIMIT 1
) = '"agency_card"'
"""
FOLLOWING = (
    """CREATE VIRTUAL TABLE client_text_index
        USING fts5(text, content='client_text', content_rowid='id', tokenize='trigram')""",
    """CREATE TRIGGER client_text_added AFTER INSERT ON client_text BEGIN
        INSERT INTO client_text_index (rowid, text) VALUES (new.id, new.text);
    END""",
    """CREATE TRIGGER client_text_removed AFTER DELETE ON client_text BEGIN
        INSERT INTO client_text_index (client_text_index, rowid, text) VALUES ('delete', old.id, old.text);
    END""",
    """CREATE TRIGGER client_text_changed AFTER UPDATE ON client_text BEGIN
        INSERT INTO client_text_index (client_text_index, rowid, text) VALUES ('delete', old.id, old.text);
        INSERT INTO client_text_index (rowid, text) VALUES (new.id, new.text);
    END""",
)
# An extension takes a right that this role may lack: searching is slower then, and `bin/portal doctor` says so.
TRIGRAMS = """
DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX client_text_trigrams ON client_text USING gin (text gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN NULL;
END $$
"""


def up(migrator, db):
    postgres = isinstance(migrator, PostgresqlMigrator)
    db.execute_sql("ALTER TABLE client ADD COLUMN card VARCHAR(16) DEFAULT 'client_card' NOT NULL")
    migrator.migrate(
        migrator.add_column("client", "alert_period", CharField(7, null=True)),
        migrator.add_column("agency", "turned_to", CharField(7, null=True)),
        migrator.add_column("agency", "turned_client", UUIDField(null=True)),
    )
    db.execute_sql(CARDS.format(label=datetime.now(UTC).strftime("%Y-%m")))  # the worker's next turn is exact
    with db.bind_ctx([Agency, Client, *TABLES]):
        Client._schema.create_indexes(safe=False)
        db.create_tables(TABLES, safe=False)
        for statement in (TRIGRAMS,) if postgres else FOLLOWING:
            db.execute_sql(statement)
        _write_texts()


def _write_texts():
    """Agency by agency, each in a range of its own, as `portal.domain.tenants.search` goes on."""
    for n, (agency,) in enumerate(Client.select(Client.agency).distinct().order_by(Client.agency).tuples(), 1):
        clients = Client.select().where(Client.agency == agency).order_by(Client.id)
        for place, client in enumerate(clients.iterator()):
            lines = (client.name, client.slug, client.email, client.address)
            folded = "".join(c for c in unicodedata.normalize("NFKD", "\n".join(lines)) if not unicodedata.combining(c))
            row = {"client": client.id, "agency": agency, "text": folded.casefold()}
            ClientText.insert(id=(n << 32) + place, **row).execute()


def down(migrator, db):
    with db.bind_ctx([Agency, Client, *TABLES]):
        if not isinstance(migrator, PostgresqlMigrator):
            db.execute_sql("DROP TABLE client_text_index")
        db.drop_tables(TABLES)
    for name in INDEXES:
        db.execute_sql(f"DROP INDEX {name}")
    migrator.migrate(
        migrator.drop_column("agency", "turned_client"),
        migrator.drop_column("agency", "turned_to"),
        migrator.drop_column("client", "alert_period"),
        migrator.drop_column("client", "card"),
    )
