"""Who changed the draft of a brand last, by the person's id: names are given anew, and two people share one."""

from peewee import UUIDField


def up(migrator, db):
    migrator.migrate(migrator.add_column("brand_draft", "changed_by_id", UUIDField(null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("brand_draft", "changed_by_id"))
