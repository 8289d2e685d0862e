"""Section states, offers, views as another person."""


def up(migrator, db):
    pass


def down(migrator, db):
    pass
