"""The one way to write: `transaction()`."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic, sleep
from typing import TypeVar

from peewee import Model, ModelSelect, OperationalError

from portal.db.handle import PATIENCE, database, is_postgres

_M = TypeVar("_M", bound=Model)

_HELD = "FOR NO KEY UPDATE"
"""How a row is locked on PostgreSQL. `FOR UPDATE` would also stop, and be stopped by, whoever writes a row that merely
points there: everything points to its agency, and two that wait for each other are ended by the database."""

_GLANCE = 0.0003
"""Seconds between two looks whether another process is done."""


@contextmanager
def transaction() -> Iterator[None]:
    """One writing transaction; inside another one, a savepoint of it.

    IMMEDIATE on SQLite takes the write lock at once: a plain BEGIN that reads first and
    writes later fails under contention whatever the busy timeout. On PostgreSQL a rule
    that counts before it writes locks its parent row with `locked()`.
    """
    if is_postgres():
        with database.atomic():
            yield
    elif database.in_transaction():
        with database.atomic("IMMEDIATE"):
            yield
    else:
        with _writer, database.atomic("IMMEDIATE"):
            yield


def locked(query: ModelSelect[_M], *, skip: bool = False) -> ModelSelect[_M]:
    """The query with row locks where the database has them; on SQLite the writer is alone already.

    `skip` leaves out the rows that somebody else holds instead of waiting for them.
    """
    if is_postgres():
        return query.for_update(_HELD, skip_locked=skip or None)  # type: ignore[arg-type]  # it takes the words, too
    return query


def lock_row(model: type[Model], key: str) -> None:
    """Let nobody else past this row of `model` until the transaction ends; on SQLite nobody is there anyway."""
    if is_postgres():
        database.execute_sql(f"SELECT 1 FROM {model._meta.table_name} WHERE id = %s {_HELD}", (key,))


class _Writer:
    """One writer at a time on SQLite: who waits here goes on at once, where SQLite itself would sleep ever longer.

    Threads wait for each other, processes by a lock on a file beside the database's. It is a queue, not a guard:
    the guard is SQLite's own lock, which who does not stand here (another program) waits for.
    """

    def __init__(self) -> None:
        self._threads = Lock()
        self._files: dict[str, int] = {}

    def __enter__(self) -> None:
        until = monotonic() + PATIENCE
        if not self._threads.acquire(timeout=PATIENCE):
            raise OperationalError("database is locked")
        try:
            while not self._taken():
                if monotonic() > until:
                    raise OperationalError("database is locked")
                sleep(_GLANCE)
        except BaseException:
            self._threads.release()
            raise

    def __exit__(self, *_error: object) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    @property
    def _file(self) -> int:
        """The file of the database in use, opened by this process."""
        path = f"{database.database}.writer"
        key = f"{os.getpid()} {path}"
        if key not in self._files:
            self._files[key] = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._files[key]


_writer = _Writer()
