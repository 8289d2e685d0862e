"""Whatever a test leaves behind on SQLite, the next one begins with empty tables (`tests/journal.py`)."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from threading import Thread

import pytest

from portal import db
from portal.domain import tenants
from portal.domain.tenants import Agency
from tests.factories import make_agency
from tests.journal import Sqlite

KEPT: list[object] = []


def _half_read() -> None:
    for number in range(3):
        make_agency(f"agency-{number}", "Agency")
    KEPT.append(db.database.execute_sql("SELECT * FROM agency"))
    assert KEPT[-1].fetchone()


def _unfinished() -> None:
    make_agency()
    db.database.connection().execute("BEGIN IMMEDIATE")
    db.database.execute_sql("UPDATE agency SET name = 'Another'")


def _in_a_thread() -> None:
    thread = Thread(target=make_agency)
    thread.start()
    thread.join()


def _other_tables() -> None:
    db.database.execute_sql("ALTER TABLE agency RENAME TO bureau")


def _elsewhere() -> None:
    db.connect("sqlite:////dev/null")


@pytest.fixture
def sqlite(database: object) -> Iterator[Sqlite]:
    if not isinstance(database, Sqlite):
        pytest.skip("of SQLite alone")
    yield database
    KEPT.clear()


@pytest.mark.parametrize("leave", [make_agency, _half_read, _unfinished, _in_a_thread, _other_tables, _elsewhere])
def test_nothing_is_left_for_the_next_test(sqlite: Sqlite, leave: Callable[[], object]):
    leave()
    sqlite.reset()
    assert tenants.agencies() == [] and sqlite.is_empty()
    make_agency("next", "Next")
    assert [agency.slug for agency in tenants.agencies()] == ["next"]
    assert not sqlite.is_empty(), "others see it too"


def test_so_much_that_it_came_into_the_file_is_gone_too(sqlite: Sqlite):
    make_agency()
    db.database.execute_sql("CREATE TABLE much AS SELECT hex(zeroblob(5000000)) AS text")
    db.database.execute_sql("PRAGMA wal_checkpoint(PASSIVE)")
    sqlite.reset()
    assert tenants.agencies() == []
    with pytest.raises(db.AWAY, match="no such table"):
        db.database.execute_sql("SELECT * FROM much")


@pytest.mark.parametrize("bytes_more", [0, 1_500_000, 4_000_000], ids=["short", "longer", "long"])
def test_a_picture_is_shown_as_it_was_taken(sqlite: Sqlite, bytes_more: int):
    first = make_agency("first", "First")
    db.database.execute_sql("CREATE TABLE much AS SELECT zeroblob(?) AS text", (bytes_more,))
    picture = sqlite.picture()
    assert Agency.get().id == first.id, "taking it changes nothing"
    for _ in range(2):
        sqlite.reset()
        assert tenants.agencies() == []
        make_agency("second", "Second")
        sqlite.reset()
        sqlite.show(picture)
        assert [agency.id for agency in tenants.agencies()] == [first.id] and not sqlite.is_empty()
        make_agency("third", "Third")
        assert len(tenants.agencies()) == 2


def test_another_process_finds_what_this_one_wrote(sqlite: Sqlite):
    make_agency()
    sqlite.reset()
    make_agency("seen", "Seen")
    other = sqlite3.connect(sqlite.file)
    assert other.execute("SELECT slug FROM agency").fetchall() == [("seen",)]
    other.close()


def test_another_process_that_is_done_takes_nothing_along(sqlite: Sqlite):
    look = f"import sqlite3; sqlite3.connect({str(sqlite.file)!r}).execute('SELECT * FROM agency').fetchall()"
    for name in ("first", "second"):
        make_agency(name, name)
        sqlite.reset()
        subprocess.run([sys.executable, "-c", look], check=True)
        assert sqlite.is_empty() and tenants.agencies() == []
