"""Second factors, links by mail, known browsers, and what a session has proved."""

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, Model, TextField, UUIDField


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


class FactorRule(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, unique=True, on_delete="RESTRICT", backref="+")
    staff = BooleanField()
    contributors = BooleanField()

    class Meta:
        table_name = "factor_rule"


class Authenticator(Table):
    id = UUIDField(primary_key=True)
    person = ForeignKeyField(Person, unique=True, on_delete="CASCADE", backref="+")
    secret = TextField()
    last_step = BigIntegerField()
    created_at = BigIntegerField()
    used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "authenticator"


class Passkey(Table):
    id = UUIDField(primary_key=True)
    person = ForeignKeyField(Person, on_delete="CASCADE", backref="+")
    credential_hash = CharField(64, unique=True)
    credential = TextField()
    public_key = TextField()
    signs = BigIntegerField()
    transports = TextField()
    host = CharField(253)
    name = TextField()
    created_at = BigIntegerField()
    used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "passkey"


class RecoveryCode(Table):
    id = UUIDField(primary_key=True)
    person = ForeignKeyField(Person, on_delete="CASCADE", index=False, backref="+")
    code_hash = CharField(64)
    used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "recovery_code"
        indexes = ((("person", "code_hash"), True),)


class MailedLink(Table):
    id = UUIDField(primary_key=True)
    person = ForeignKeyField(Person, on_delete="CASCADE", backref="+")
    purpose = CharField(8)
    token_hash = CharField(64, unique=True)
    email = CharField(254)
    created_at = BigIntegerField()
    expires_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)

    class Meta:
        table_name = "mailed_link"


class Begun(Table):
    id = UUIDField(primary_key=True)
    token_hash = CharField(64, unique=True)
    purpose = CharField(16)
    person = ForeignKeyField(Person, null=True, on_delete="CASCADE", backref="+")
    house = CharField(40)
    secret = TextField()
    tries = IntegerField()
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "sign_in_begun"


class KnownBrowser(Table):
    id = UUIDField(primary_key=True)
    person = ForeignKeyField(Person, on_delete="CASCADE", index=False, backref="+")
    token_hash = CharField(64)
    browser = CharField(200)
    created_at = BigIntegerField()
    seen_at = BigIntegerField()

    class Meta:
        table_name = "known_browser"
        indexes = ((("person", "token_hash"), True),)


TABLES = [FactorRule, Authenticator, Passkey, RecoveryCode, MailedLink, Begun, KnownBrowser]


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("sign_in", "proved_at", BigIntegerField(null=True)),
        migrator.add_column("sign_in", "owes_factor_since", BigIntegerField(null=True)),
    )
    with db.bind_ctx([Agency, Person, *TABLES]):
        db.create_tables(TABLES, safe=False)


def down(migrator, db):
    with db.bind_ctx([Agency, Person, *TABLES]):
        db.drop_tables(TABLES[::-1])
    migrator.migrate(
        migrator.drop_column("sign_in", "owes_factor_since"),
        migrator.drop_column("sign_in", "proved_at"),
    )
