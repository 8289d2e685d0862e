"""Staff invitations and ownership transfers."""


def up(migrator, db):
    pass


def down(migrator, db):
    pass
