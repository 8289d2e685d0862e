"""To come."""


def up(migrator, db):
    pass


def down(migrator, db):
    pass
