"""SQLite for the tests: one file per worker that never changes; what a test writes is cut off before the next one.

The file is as it was when its tables were made. SQLite writes what comes later into the journal beside it (WAL) and
notes in an index (SHM) what stands there. To go back, the journal is cut and the index made void: whoever reads
next finds both as after a crash and reads the journal anew. That takes a tenth of a millisecond, for no open
connection has to learn the tables again, which costs 25 times as much. One connection stays open, for the last one
to be closed would write the journal into the file. A test that writes so much that SQLite moves the journal into the
file itself is noticed by the file's time; then the file is written anew.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakSet

from peewee import Database, SqliteDatabase

from portal import db
from portal.domain.tenants import periods

HISTORY = "schema_migration"  # the one table that no test empties
_VOID = bytes(136)
"""The head of a journal's index, with nothing in it."""

_SHORT, _LONG = 1_000_000, 3_000_000
"""Bytes of a journal that is kept as it is, and of a file that is not written into a journal."""


class Connection(sqlite3.Connection):
    """Knows its cursors: one that was not read to its end would go on seeing what stood there before."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._cursors: WeakSet[sqlite3.Cursor] = WeakSet()

    def cursor(self, *arguments: Any, **options: Any) -> sqlite3.Cursor:
        cursor = super().cursor(*arguments, **options)
        self._cursors.add(cursor)
        return cursor

    def let_go(self) -> None:
        for cursor in list(self._cursors):
            cursor.close()
        self._cursors.clear()


@dataclass(frozen=True)
class Picture:
    """Everything as it once stood: a file, and the journal beside it."""

    file: bytes
    journal: bytes


class Sqlite:
    """The migrated database of one worker: `reset` before each test, `picture` and `show` for what many begin with."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "portal.db"
        self.url = f"sqlite:///{self.file}"
        self._is_empty = ""
        self._handles: dict[Path, int] = {}

    def prepare(self) -> None:
        from portal.migrating import migrate

        db.connect(self.url)
        migrate()
        names = db.database.execute_sql(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'"
        )
        self._is_empty = nothing_in([name for (name,) in names])
        db.database.close()
        self._open()
        self._new = self._stands = self._own.serialize()
        self._changed = 0
        self._cut()

    def reset(self) -> None:
        self.rest()
        self.show(Picture(self._new, b""))

    def rest(self) -> None:
        """Nobody is in the middle of anything, and what a test has set or remembered is gone."""
        if Path(db.database.database) != self.file:
            db.database.close()
            db.connect(self.url)  # a test has looked elsewhere
        periods._remembered.clear()  # worlds come again with the same ids
        db.database.connect_params["factory"] = Connection
        if not db.database.is_closed():
            connection = db.database.connection()
            busy = db.database.in_transaction() or connection.in_transaction
            if busy or not isinstance(connection, Connection):
                db.database.close()
            else:
                connection.let_go()
                db.database._set_pragmas(connection)
        db.database.pragma("synchronous", "off", permanent=True)  # a test's commits need not survive a power cut

    def is_empty(self) -> bool:
        return bool(self._own.execute(self._is_empty).fetchone()[0])

    def picture(self) -> Picture:
        """What stands now: as short a journal as leads to it, or, where that would be long, a file of its own."""
        if self._is_unchanged() and self._journal.stat().st_size < _SHORT:
            return Picture(self._stands, self._journal.read_bytes())
        file = self.picture_of_file()
        if len(file.file) > _LONG:
            return file
        with closing(sqlite3.connect(":memory:")) as copy:
            self._own.backup(copy)
            self._cut()
            copy.backup(self._own)
        return Picture(self._stands, self._journal.read_bytes())

    def picture_of_file(self) -> Picture:
        """What stands now, in a file of its own: what is shown again thousands of times is shortest that way."""
        return Picture(self._own.serialize(), b"")

    def show(self, picture: Picture) -> None:
        if picture.file is not self._stands:
            db.database.close()  # what it remembers of the file would be wrong
            self._own.close()
            self._stands, self._changed = picture.file, 0
            self._cut()
            self._open()
        self._cut(picture.journal)

    def _open(self) -> None:
        self._own = sqlite3.connect(self.file, isolation_level=None, check_same_thread=False)
        self._own.execute("PRAGMA synchronous = OFF")

    @property
    def _journal(self) -> Path:
        return Path(f"{self.file}-wal")

    def _is_unchanged(self) -> bool:
        return self.file.stat().st_mtime_ns == self._changed

    def _cut(self, journal: bytes = b"") -> None:
        """Let this be the journal, and the file the one that stands."""
        if not self._is_unchanged():
            self._overwrite(self.file, self._stands)
            self._changed = self.file.stat().st_mtime_ns
        if self._journal.exists():
            self._journal.write_bytes(journal)
            self._overwrite(Path(f"{self.file}-shm"), _VOID, cut=False)

    def _overwrite(self, file: Path, content: bytes, *, cut: bool = True) -> None:
        """Through a handle that stays open: closing one would end all locks of this process on the file, and another
        process that is done with it would take itself for the last one and remove journal and index.
        """
        handle = self._handles.get(file)
        if handle is None or os.fstat(handle).st_ino != file.stat().st_ino:
            handle = self._handles[file] = os.open(file, os.O_RDWR)
        os.pwrite(handle, content, 0)
        if cut:
            os.ftruncate(handle, len(content))

    @contextmanager
    def empty(self) -> Iterator[Database]:
        """Another database of this kind, without any table."""
        other = SqliteDatabase(":memory:", pragmas={"foreign_keys": 1})
        yield other
        other.close()

    def close(self) -> None:
        db.database.close()
        self._own.close()


def nothing_in(tables: list[str]) -> str:
    """One question whether all of them are empty, but for the history and the clock."""
    held = " OR ".join(f'EXISTS (SELECT 1 FROM "{name}")' for name in tables if name not in {HISTORY, "clock_offset"})
    return f"SELECT NOT ({held})"
