"""Until when an agency's mail server is held: by a letter on its way there, or because it fails and rests."""

from peewee import BigIntegerField


def up(migrator, db):
    migrator.migrate(migrator.add_column("sender", "held_until", BigIntegerField(null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("sender", "held_until"))
