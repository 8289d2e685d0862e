"""Requests without a browser, as fast as they go, with the database put back after each one that wrote."""

from __future__ import annotations

import io
import re
import sqlite3
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import run_wsgi_app

from portal import db
from tests.journal import Sqlite

LOOSE = {"audit_entry", "attempts", "sign_in", "access_token", "credential"}
"""What a refused request may write: that it was refused, how often, and when somebody was last seen."""

_TOKEN = re.compile(rb"(?:I[jm][\w-]{20,}\.[\w-]+\.[\w-]+|nonce=\"[^\"]+\"|nonce-[\w=+/-]+)")
_READS = re.compile(r"SELECT|PRAGMA|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE", re.IGNORECASE)
_WRITES = re.compile(r'(?P<what>INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM) "?(?P<table>(?!client_text)\w+)')
"""A write that touches no other table; `client_text` has triggers."""


@dataclass
class Answer:
    status: int
    headers: Any
    body: bytes

    @property
    def location(self) -> str:
        return str(self.headers.get("Location") or self.headers.get("HX-Redirect") or "")

    @property
    def plain(self) -> bytes:
        """The body without what is never the same twice."""
        return _TOKEN.sub(b"-", self.body)


class Snapshot:
    """The database as the world was built; `changed()` says which tables a request wrote to, `back()` undoes it."""

    def __init__(self, store: Sqlite) -> None:
        self._store = store
        self._world = self._picture = store.picture_of_file()
        self._kept = self._base = self._copy()
        self._before: dict[str, set[tuple[Any, ...]]] = {}
        names = self._kept.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        self._tables = [name for (name,) in names]
        keys = [key for name in self._tables for key in self._kept.execute(f'PRAGMA foreign_key_list("{name}")')]
        self._followed = {key[2] for key in keys if key[6] != "NO ACTION"}
        self._listened: sqlite3.Connection | None = None
        self._said: list[str] = []
        self._seen = 0

    @property
    def _here(self) -> sqlite3.Connection:
        found: sqlite3.Connection = db.database.connection()
        return found

    def wrote(self) -> bool:
        return self._here.total_changes != self._seen

    def changed(self) -> dict[str, tuple[int, int]]:
        """Rows gone and rows come, by table, since the world was built."""
        found = {}
        for table in self._written():
            if table not in self._before:
                self._before[table] = self._rows(self._base, table)
            before, after = self._before[table], self._rows(self._here, table)
            if before != after:
                found[table] = (len(before - after), len(after - before))
        return found

    def rows(self, table: str) -> set[tuple[Any, ...]]:
        return self._rows(self._here, table)

    def tables(self) -> list[str]:
        return list(self._tables)

    def hold(self) -> None:
        """Let what stands now be what `back` leads to, until `anew`."""
        self._picture, self._base, self._before = self._store.picture(), self._copy(), {}
        self._listen()

    def anew(self) -> None:
        """The world as it was built."""
        if self._base is not self._kept:
            self._base, self._before = self._kept, {}
        self._picture = self._world
        self._restore()

    def back(self) -> None:
        if self.wrote():
            self._restore()

    def _restore(self) -> None:
        self._store.show(self._picture)
        self._listen()

    def _copy(self) -> sqlite3.Connection:
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        self._here.backup(copy)
        return copy

    def _listen(self) -> None:
        """Hear from here on what is asked of the database."""
        here = self._here
        if here is not self._listened:
            here.set_trace_callback(self._said.append)
            self._listened = here
        self._said.clear()
        self._seen = here.total_changes

    def _written(self) -> list[str]:
        """The tables that may be others now: all, where rows of others may have gone with those that were named."""
        if self._here is not self._listened:
            return self._tables
        named = set()
        for sql in self._said:
            write = _WRITES.match(sql)
            if write and (write["what"] != "DELETE FROM" or write["table"] not in self._followed):
                named.add(write["table"])
            elif not _READS.match(sql):
                return self._tables
        return [table for table in self._tables if table in named]

    @staticmethod
    def _rows(connection: sqlite3.Connection, table: str) -> set[tuple[Any, ...]]:
        return set(connection.execute(f'SELECT * FROM "{table}"').fetchall())


class Asker:
    def __init__(self, app: Flask) -> None:
        self.app = app
        self.asked = 0

    def ask(
        self,
        method: str,
        host: str,
        path: str,
        *,
        cookie: str = "",
        bearer: str = "",
        form: dict[str, Any] | None = None,
        json: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        self.asked += 1
        body = json if json is not None else urlencode(form or {}, doseq=True).encode()
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": host,
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": f"{host}:8000",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "CONTENT_LENGTH": str(len(body)),
        }
        if body or method not in ("GET", "HEAD"):
            environ["CONTENT_TYPE"] = "application/json" if json is not None else "application/x-www-form-urlencoded"
        if cookie:
            environ["HTTP_COOKIE"] = cookie
        if bearer:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {bearer}"
        for name, value in (headers or {}).items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        chunks, status, answered = run_wsgi_app(self.app.wsgi_app, environ, buffered=True)
        return Answer(int(status.split()[0]), answered, b"".join(chunks))
