"""OpenID Connect providers, who people are at them, and browsers on their way there."""

from peewee import BigIntegerField, CharField, ForeignKeyField, Model, TextField, UUIDField


class Table(Model):
    class Meta:
        legacy_table_names = False


class Agency(Table):
    id = UUIDField(primary_key=True)

    class Meta:
        table_name = "agency"


class Person(Table):
    id = UUIDField(primary_key=True)

    class Meta:
        table_name = "person"


class Provider(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, unique=True, on_delete="RESTRICT", backref="+")
    label = CharField(40)
    issuer = TextField()
    client_id = TextField()
    secret = TextField()
    domains = TextField()
    groups = TextField()
    group_claim = CharField(64)
    contributors = CharField(8)
    staff = CharField(8)
    created_at = BigIntegerField()
    changed_at = BigIntegerField()
    proven_at = BigIntegerField(null=True)

    class Meta:
        table_name = "identity_provider"


class Identity(Table):
    id = UUIDField(primary_key=True)
    person = ForeignKeyField(Person, on_delete="CASCADE", index=False, backref="+")
    provider = CharField(40)
    house = CharField(40)
    issuer = CharField(1000)
    subject = CharField(255)
    created_at = BigIntegerField()
    used_at = BigIntegerField()

    class Meta:
        table_name = "identity"
        indexes = (
            (("provider", "house", "issuer", "subject"), True),
            (("person", "provider", "issuer"), True),
        )


class Errand(Table):
    id = UUIDField(primary_key=True)
    state_hash = CharField(64, unique=True)
    browser_hash = CharField(64)
    provider = CharField(40)
    house = CharField(40)
    issuer = TextField()
    client_id = TextField()
    purpose = CharField(8)
    wanted = TextField()
    setup_hash = CharField(64, null=True)
    person_id = UUIDField(null=True)
    expires_at = BigIntegerField(index=True)
    used_at = BigIntegerField(null=True)
    outcome = TextField(null=True)

    class Meta:
        table_name = "sso_errand"


TABLES = [Provider, Identity, Errand]


def up(migrator, db):
    with db.bind_ctx([Agency, Person, *TABLES]):
        db.create_tables(TABLES)


def down(migrator, db):
    with db.bind_ctx([Agency, Person, *TABLES]):
        db.drop_tables(TABLES)
