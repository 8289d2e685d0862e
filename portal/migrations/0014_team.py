"""Invitations of many at once; people of a back office in the order of their names; names on invitations."""

import unicodedata

from peewee import BigIntegerField, CharField, DateField, ForeignKeyField, IntegerField, Model, TextField, UUIDField


class Table(Model):
    class Meta:
        legacy_table_names = False


class App(Table):
    id = UUIDField(primary_key=True)

    class Meta:
        table_name = "app"


class Person(Table):
    id = UUIDField(primary_key=True)
    email = TextField()
    name = TextField()

    class Meta:
        table_name = "person"


class Contributor(Table):
    id = UUIDField(primary_key=True)
    app = ForeignKeyField(App, index=False, backref="+")
    person = ForeignKeyField(Person, index=False, backref="+")
    sort_name = TextField()

    class Meta:
        table_name = "contributor"
        indexes = ((("app", "sort_name", "id"), False),)


class Invitation(Table):
    id = UUIDField(primary_key=True)

    class Meta:
        table_name = "invitation"


class InvitationList(Table):
    id = UUIDField(primary_key=True)
    app = ForeignKeyField(App, on_delete="CASCADE", backref="+")
    text = TextField()
    boxes = TextField()
    language = CharField(8)
    ends_on = DateField(null=True)
    state = CharField(12)
    by_id = UUIDField()
    by_kind = CharField(16)
    by_name = TextField()
    created_at = BigIntegerField()
    confirmed_at = BigIntegerField(null=True)
    finished_at = BigIntegerField(null=True)

    class Meta:
        table_name = "invitation_list"


class InvitationLine(Table):
    id = UUIDField(primary_key=True)
    batch = ForeignKeyField(InvitationList, on_delete="CASCADE", index=False, backref="+")
    number = IntegerField()
    text = TextField()
    email = TextField()
    name = TextField()
    state = CharField(8)
    problem = TextField(null=True)
    invitation = ForeignKeyField(Invitation, null=True, on_delete="SET NULL", backref="+")

    class Meta:
        table_name = "invitation_line"
        indexes = ((("batch", "number"), True), (("batch", "state", "number"), False))


TABLES = [InvitationList, InvitationLine]


def up(migrator, db):
    db.execute_sql("ALTER TABLE contributor ADD COLUMN sort_name TEXT DEFAULT '' NOT NULL")
    db.execute_sql("ALTER TABLE invitation ADD COLUMN name TEXT DEFAULT '' NOT NULL")
    migrator.migrate(migrator.add_column("invitation", "copied_at", BigIntegerField(null=True)))
    with db.bind_ctx([App, Person, Contributor, Invitation, *TABLES]):
        Contributor._schema.create_indexes(safe=False)
        db.create_tables(TABLES, safe=False)
        for row in list(Contributor.select(Contributor, Person).join(Person)):
            folded = unicodedata.normalize("NFKD", row.person.name or row.person.email)
            row.sort_name = "".join(c for c in folded if not unicodedata.combining(c)).casefold()
            Contributor.update(sort_name=row.sort_name).where(Contributor.id == row.id).execute()


def down(migrator, db):
    with db.bind_ctx([App, Person, Contributor, Invitation, *TABLES]):
        db.drop_tables(TABLES)
    db.execute_sql("DROP INDEX contributor_app_id_sort_name_id")
    migrator.migrate(
        migrator.drop_column("invitation", "copied_at"),
        migrator.drop_column("invitation", "name"),
        migrator.drop_column("contributor", "sort_name"),
    )
