"""The database: its handle, the base of all tables, the one way to write, and fast ways to read."""

from portal.db.fields import BaseModel, Entity, JsonField, MomentField, microseconds, moment_of, new_id, new_key
from portal.db.handle import AWAY, NO_TABLE, answers, connect, database, disconnect, is_away, is_postgres
from portal.db.prepared import Lookup, Prepared, Rows
from portal.db.rows import Insert, change, columns_of, fields_of, key_of, row_of, rows_of
from portal.db.writing import lock_row, locked, transaction

__all__ = [
    "AWAY",
    "NO_TABLE",
    "BaseModel",
    "Entity",
    "Insert",
    "JsonField",
    "Lookup",
    "MomentField",
    "Prepared",
    "Rows",
    "answers",
    "change",
    "columns_of",
    "connect",
    "database",
    "disconnect",
    "fields_of",
    "is_away",
    "is_postgres",
    "key_of",
    "lock_row",
    "locked",
    "microseconds",
    "moment_of",
    "new_id",
    "new_key",
    "row_of",
    "rows_of",
    "transaction",
]
