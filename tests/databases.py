"""PostgreSQL for the tests: a cluster of their own that lives as long as the run. SQLite is in `tests/journal.py`."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from peewee import Database, PostgresqlDatabase

from portal import db
from portal.domain.tenants import periods
from tests.journal import HISTORY, nothing_in


class Postgres:
    """One database per worker in the run's cluster; before each test its tables are emptied."""

    def __init__(self, cluster: str, worker: str) -> None:
        self.cluster = cluster
        self.name = f"portal_{worker}"
        self.url = f"postgresql://postgres@/{self.name}?host={cluster}"
        self._emptying = ""
        self._is_empty = ""
        self._tables: list[str] = []

    def prepare(self) -> None:
        from portal.migrating import migrate

        self._create(self.name)
        db.connect(self.url)
        migrate()
        names = db.database.execute_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        self._tables = [name for (name,) in names if name != HISTORY]
        self._emptying = _emptying(self._tables)
        self._is_empty = nothing_in(self._tables)

    def reset(self) -> None:
        db.database.close()
        if db.database.database != self.name:
            db.connect(self.url)  # a test has looked elsewhere
        periods._remembered.clear()  # worlds come again with the same ids
        db.database.execute_sql(self._emptying)
        db.database.close()

    def is_empty(self) -> bool:
        return bool(db.database.execute_sql(self._is_empty).fetchone()[0])

    def picture(self) -> list[tuple[str, list[Any]]]:
        """Every row of every table, to be shown again."""
        rows = [(table, db.database.execute_sql(f'SELECT * FROM "{table}"').fetchall()) for table in self._tables]
        return [(table, found) for table, found in rows if found]

    def show(self, picture: list[tuple[str, list[Any]]]) -> None:
        with psycopg.connect(host=self.cluster, user="postgres", dbname=self.name) as connection:
            connection.execute("SET LOCAL session_replication_role = replica")
            for table, rows in picture:
                with connection.cursor().copy(f'COPY "{table}" FROM STDIN') as copying:
                    for row in rows:
                        copying.write_row(row)

    @contextmanager
    def empty(self) -> Iterator[Database]:
        """Another database of this kind, without any table."""
        self._create(f"{self.name}_empty")
        other = PostgresqlDatabase(f"{self.name}_empty", host=self.cluster, user="postgres", prefer_psycopg3=True)
        yield other
        other.close()

    def close(self) -> None:
        db.database.close_all()

    def _create(self, name: str) -> None:
        with psycopg.connect(host=self.cluster, user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')


def _emptying(tables: list[str]) -> str:
    """One statement that empties the tables that hold anything; TRUNCATE costs a file operation for every table."""
    steps = "\n".join(f'IF EXISTS (SELECT 1 FROM "{name}") THEN DELETE FROM "{name}"; END IF;' for name in tables)
    return f"DO $$ BEGIN SET LOCAL session_replication_role = replica;\n{steps}\nEND $$"


class Cluster:
    """A PostgreSQL server on a socket of its own; `quick` because it may forget everything."""

    def __init__(self, *, quick: bool = True) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="portal-postgres-"))
        self._as_whom: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self.folder, "postgres", "postgres")
            self._as_whom = {"user": "postgres", "group": "postgres", "extra_groups": []}
        self._run("initdb", *"-D data -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync".split())
        forgetful = ("fsync=off", "synchronous_commit=off", "full_page_writes=off") if quick else ()
        settings = (*forgetful, "max_connections=200", "listen_addresses=")
        options = [part for setting in settings for part in ("-c", setting)]
        with (self.folder / "log").open("wb") as log:
            self.server = subprocess.Popen(
                # it ends with the tests, even when those are killed
                ["setpriv", "--pdeathsig", "INT", "--", _binary("postgres"), "-D", "data", "-k", self.folder, *options],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                **self._as_whom,
            )
        self._wait()

    def stop(self) -> None:
        self.server.send_signal(signal.SIGINT)
        self.server.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, binary: str, *arguments: str) -> None:
        command = [_binary(binary), *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, **self._as_whom)
        if done.returncode:
            raise RuntimeError(f"{binary} failed:\n{done.stdout}{done.stderr}")

    def _wait(self) -> None:
        for _ in range(300):
            try:
                psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres").close()
            except psycopg.OperationalError:
                if self.server.poll() is not None:
                    break
                time.sleep(0.1)
            else:
                return
        raise RuntimeError("PostgreSQL did not start:\n" + (self.folder / "log").read_text())


def _binary(name: str) -> str:
    """The newest that Debian or Ubuntu installed; they keep the server's programs out of PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda file: int(file.parts[4]))
    found = str(versions[-1]) if versions else shutil.which(name)
    if found is None:
        raise RuntimeError("No PostgreSQL server here: install the package postgresql, or use bin/test, which does")
    return found


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
