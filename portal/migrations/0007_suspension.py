"""Why a client or app is suspended, and the audit trail by client."""

from peewee import TextField


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("client", "suspended_because", TextField(null=True)),
        migrator.add_column("app", "suspended_because", TextField(null=True)),
        migrator.add_index("audit_entry", ("client_id", "at"), False),
    )


def down(migrator, db):
    migrator.migrate(
        migrator.drop_index("audit_entry", "audit_entry_client_id_at"),
        migrator.drop_column("app", "suspended_because"),
        migrator.drop_column("client", "suspended_because"),
    )
