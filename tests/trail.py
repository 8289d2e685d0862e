"""The audit trail as somebody finds it who owns the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from portal import db

GUARDS = ("audit_entry_stays", "audit_entry_holds", "audit_entry_new")


@contextmanager
def unguarded() -> Iterator[None]:
    """The database without what keeps entries as they are."""
    if db.is_postgres():
        with db.database.atomic():
            db.database.execute_sql("SET LOCAL session_replication_role = replica")
            yield
        return
    rows = db.database.execute_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    kept = [(name, sql) for name, sql in rows if name in GUARDS]
    for name, _ in kept:
        db.database.execute_sql(f"DROP TRIGGER {name}")
    yield
    for _, sql in kept:
        db.database.execute_sql(sql)
