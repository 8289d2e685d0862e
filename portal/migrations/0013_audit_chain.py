"""The chain of the audit trail."""


def up(migrator, db):
    pass


def down(migrator, db):
    pass
