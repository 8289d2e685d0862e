"""Invitations of many at once."""


def up(migrator, db):
    pass


def down(migrator, db):
    pass
