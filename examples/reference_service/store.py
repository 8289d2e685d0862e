"""What must outlive a crash, in one SQLite file: the journal of what was used, the mailboxes, the tokens seen.

Each use is written down as `open` before the portal hears of it. When its answer is known, the use and what it leads
to become real in one transaction. A process that is killed in between finds the open one again and asks once more under
the same id: the portal counts an id once, so nothing is lost and nothing is counted twice.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

TABLES = """
CREATE TABLE IF NOT EXISTS journal (
    id TEXT PRIMARY KEY, agency TEXT NOT NULL, client TEXT NOT NULL, service TEXT NOT NULL,
    verb TEXT NOT NULL, label TEXT NOT NULL, quantity INTEGER, value INTEGER,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'refused')), at REAL NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS one_at_a_time ON journal (agency, client, service) WHERE state = 'open';
CREATE TABLE IF NOT EXISTS mailbox (agency TEXT, client TEXT, address TEXT, PRIMARY KEY (agency, client, address));
CREATE TABLE IF NOT EXISTS taken_over (agency TEXT, client TEXT, PRIMARY KEY (agency, client));
CREATE TABLE IF NOT EXISTS seen (name TEXT PRIMARY KEY, until REAL NOT NULL);
"""


class Place(NamedTuple):
    """Whose use of what."""

    agency: str
    client: str
    service: str


class Store:
    def __init__(self, file: Path) -> None:
        self.file = file
        file.touch(mode=0o600)
        with closing(sqlite3.connect(file)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(TABLES)

    def is_new(self, name: str, *, until: float) -> bool:
        """Whether this token is seen for the first time; the primary key decides, also between threads."""
        with self._open() as db:
            db.execute("DELETE FROM seen WHERE until < ?", (time.time(),))
            return db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (name, until)).rowcount == 1

    def begin(self, event: str, place: Place, verb: str, label: str) -> bool:
        """Write down what is about to be used. False when there is nothing to do: this very use is known already,
        another one is still open, or the mailbox is there (or gone) anyway."""
        with self._open() as db:
            value = None
            if verb in ("connect", "disconnect"):
                there = {row["address"] for row in self._mailboxes(db, place)}
                wanted = there | {label} if verb == "connect" else there - {label}
                if wanted == there:
                    return False
                value = len(wanted)
            row = (event, *place, verb, label, 1 if value is None else None, value, time.time())
            added = db.execute(
                "INSERT OR IGNORE INTO journal (id, agency, client, service, verb, label, quantity, value, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            return added.rowcount == 1

    def open_events(self, place: Place | None = None) -> list[dict[str, Any]]:
        """What was begun and has no answer yet, everywhere or at one place."""
        with self._open() as db:
            rows = db.execute("SELECT * FROM journal WHERE state = 'open' ORDER BY at").fetchall()
        return [dict(row) for row in rows if place is None or place == (row["agency"], row["client"], row["service"])]

    def finish(self, event: dict[str, Any], *, done: bool) -> None:
        """The answer is known: it was counted, and is real now; or it was refused, and never was."""
        with self._open() as db:
            changed = db.execute(
                "UPDATE journal SET state = ? WHERE id = ? AND state = 'open'",
                ("done" if done else "refused", event["id"]),
            )
            mailbox = (event["agency"], event["client"], event["label"])
            if changed.rowcount and done and event["verb"] == "connect":
                db.execute("INSERT OR IGNORE INTO mailbox VALUES (?, ?, ?)", mailbox)
            if changed.rowcount and done and event["verb"] == "disconnect":
                db.execute("DELETE FROM mailbox WHERE agency = ? AND client = ? AND address = ?", mailbox)

    def take_over(self, place: Place, names: list[str]) -> None:
        """Mailboxes that the portal knew of before this service did; once for each client."""
        with self._open() as db:
            if db.execute("INSERT OR IGNORE INTO taken_over VALUES (?, ?)", place[:2]).rowcount:
                db.executemany("INSERT OR IGNORE INTO mailbox VALUES (?, ?, ?)", [(*place[:2], n) for n in names])

    def mailboxes(self, place: Place) -> list[str]:
        with self._open() as db:
            return [row["address"] for row in self._mailboxes(db, place)]

    def latest(self, place: Place, most: int = 12) -> list[dict[str, Any]]:
        """What was used here last, the newest first, open ones included."""
        with self._open() as db:
            rows = db.execute(
                "SELECT * FROM journal WHERE agency = ? AND client = ? AND service = ? AND state <> 'refused'"
                " ORDER BY at DESC LIMIT ?",
                (*place, most),
            ).fetchall()
        return [dict(row) for row in rows]

    @staticmethod
    def _mailboxes(db: sqlite3.Connection, place: Place) -> list[sqlite3.Row]:
        return db.execute(
            "SELECT address FROM mailbox WHERE agency = ? AND client = ? ORDER BY address", place[:2]
        ).fetchall()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction, on the disk when it ends."""
        with closing(sqlite3.connect(self.file, timeout=10, isolation_level=None)) as db:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA synchronous = FULL")
            db.execute("BEGIN IMMEDIATE")
            with db:  # commits, or rolls back after an error
                yield db
