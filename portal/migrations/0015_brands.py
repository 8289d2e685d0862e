"""What agencies' brands are about to be, were, and the pictures of both."""

from peewee import BigIntegerField, BlobField, CharField, ForeignKeyField, IntegerField, Model, TextField, UUIDField


class Table(Model):
    class Meta:
        legacy_table_names = False


class Agency(Table):
    id = UUIDField(primary_key=True)

    class Meta:
        table_name = "agency"


class BrandDraft(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, unique=True, on_delete="RESTRICT", backref="+")
    values = TextField(null=True)
    files = TextField()
    base = CharField(64)
    version = IntegerField()
    changed_at = BigIntegerField(null=True)
    changed_by = TextField()
    uploads = IntegerField()
    uploads_since = BigIntegerField(null=True)

    class Meta:
        table_name = "brand_draft"


class BrandVersion(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, on_delete="RESTRICT", index=False, backref="+")
    number = IntegerField()
    how = CharField(12)
    restored = IntegerField(null=True)
    values = TextField()
    files = TextField()
    fingerprint = CharField(64)
    by_id = UUIDField(null=True)
    by_name = TextField()
    created_at = BigIntegerField()

    class Meta:
        table_name = "brand_version"
        indexes = ((("agency", "number"), True),)


class BrandPicture(Table):
    id = UUIDField(primary_key=True)
    agency = ForeignKeyField(Agency, on_delete="RESTRICT", index=False, backref="+")
    sha256 = CharField(64)
    content = BlobField()
    size = IntegerField()
    created_at = BigIntegerField()

    class Meta:
        table_name = "brand_picture"
        indexes = ((("agency", "sha256"), True),)


TABLES = [BrandDraft, BrandVersion, BrandPicture]


def up(migrator, db):
    with db.bind_ctx([Agency, *TABLES]):
        db.create_tables(TABLES, safe=False)


def down(migrator, db):
    with db.bind_ctx([Agency, *TABLES]):
        db.drop_tables(TABLES)
