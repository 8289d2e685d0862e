"""OpenID Connect providers."""


def up(migrator, db):
    pass


def down(migrator, db):
    pass
