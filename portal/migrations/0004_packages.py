"""Packages, changes of many clients at once, clients from a file."""

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, Model, TextField, UUIDField


class Table(Model):
    id = UUIDField(primary_key=True)

    class Meta:
        legacy_table_names = False


class Agency(Table):
    class Meta:
        table_name = "agency"


class Client(Table):
    class Meta:
        table_name = "client"


class Package(Table):
    agency = ForeignKeyField(Agency, on_delete="CASCADE", backref="+")
    name = TextField()
    sort_name = TextField()
    is_default = BooleanField()
    content = TextField()
    version = IntegerField()
    saved_at = BigIntegerField()
    saved_by = TextField()

    class Meta:
        table_name = "package"
        indexes = ((("agency", "sort_name"), True),)


class PackageUse(Table):
    package = ForeignKeyField(Package, on_delete="CASCADE", backref="+")
    client = ForeignKeyField(Client, unique=True, on_delete="CASCADE", backref="+")
    since = BigIntegerField()

    class Meta:
        table_name = "package_use"


class BulkChange(Table):
    agency = ForeignKeyField(Agency, on_delete="CASCADE", backref="+")
    undoes = ForeignKeyField("self", null=True, on_delete="CASCADE", backref="+")
    state = CharField(12)
    wanted = TextField()
    by_id = UUIDField(null=True)
    by_name = TextField()
    created_at = BigIntegerField()
    confirmed_at = BigIntegerField(null=True)
    finished_at = BigIntegerField(null=True)

    class Meta:
        table_name = "bulk_change"
        indexes = ((("agency", "created_at"), False),)


class BulkItem(Table):
    bulk = ForeignKeyField(BulkChange, on_delete="CASCADE", backref="+")
    client = ForeignKeyField(Client, on_delete="CASCADE", backref="+")
    state = CharField(12)
    seen_version = IntegerField()
    changes = TextField()
    notes = TextField()

    class Meta:
        table_name = "bulk_item"
        indexes = ((("bulk", "client"), True), (("bulk", "state"), False))


class ClientImport(Table):
    agency = ForeignKeyField(Agency, on_delete="CASCADE", backref="+")
    name = TextField()
    state = CharField(12)
    reading = TextField()
    by_id = UUIDField(null=True)
    by_name = TextField()
    created_at = BigIntegerField()
    confirmed_at = BigIntegerField(null=True)
    finished_at = BigIntegerField(null=True)

    class Meta:
        table_name = "client_import"
        indexes = ((("agency", "created_at"), False),)


class ImportLine(Table):
    batch = ForeignKeyField(ClientImport, on_delete="CASCADE", backref="+")
    number = IntegerField()
    state = CharField(12)
    cells = TextField()
    problems = TextField()
    client = ForeignKeyField(Client, null=True, on_delete="SET NULL", backref="+")

    class Meta:
        table_name = "import_line"
        indexes = ((("batch", "number"), True), (("batch", "state", "number"), False))


TABLES = [Package, PackageUse, BulkChange, BulkItem, ClientImport, ImportLine]


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)


def down(migrator, db):
    with db.bind_ctx(TABLES):
        db.drop_tables(TABLES)
