"""Second factors, links by mail, trusted browsers."""


def up(migrator, db):
    pass


def down(migrator, db):
    pass
