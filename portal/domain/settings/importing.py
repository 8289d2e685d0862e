"""Clients from a file: read, judged line by line, corrected, confirmed, and created by the worker, each line once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from peewee import Expression, chunked

from portal.db import lock_row, locked, transaction
from portal.domain import outbox
from portal.domain.audit import Actor
from portal.domain.errors import NotFound, Refused
from portal.domain.rights import Permission, still_may
from portal.domain.settings.import_judging import Cells, Judge, Line
from portal.domain.settings.import_queries import line_of, waiting_lines
from portal.domain.settings.import_reading import LONGEST_CELL, columns, read_clients
from portal.domain.settings.package_models import ClientImport, ImportLine
from portal.domain.tenants import Agency

MOST_WAITING = 10
"""Files of one agency that nobody has confirmed yet: each holds up to all its clients once more."""
KEPT_DAYS = 7
"""So long a file waits to be confirmed."""


def begin_import(agency: Agency, data: bytes, *, name: str, mark: str, by: Actor, now: datetime) -> ClientImport:
    """Read a file and judge its lines; no client is created. `mark` is the decimal mark of who brings it.

    Raises Refused for what is no table of clients, and where too many files wait already.
    """
    _room_for_one_more(agency, now)  # before anything is read
    reading = read_clients(data)
    found = {"delimiter": reading.delimiter, "encoding": reading.encoding, "ignored": reading.ignored, "mark": mark}
    with transaction():
        lock_row(Agency, agency.id.hex)
        _room_for_one_more(agency, now)
        batch = ClientImport.create(
            agency=agency,
            name=name.replace("\x00", "")[:LONGEST_CELL],
            state="checking",
            reading=found,
            by_id=by.id,
            by_name=by.name,
            created_at=now,
        )
        judged = Judge(agency, mark, now=now).lines(reading.lines)
        rows = [
            ImportLine(batch=batch, number=number, cells=cells, **_verdict(judged[number])).__data__
            for number, cells in reading.lines.items()
        ]
        for part in chunked(rows, 200):
            ImportLine.insert_many(part).execute()
    return batch


def forget_imports(*, now: datetime) -> int:
    """Let go of files that waited too long to be confirmed; how many these were."""
    return int(ClientImport.delete().where(_waiting() & ~_fresh(now)).execute())


def change_line(batch: ClientImport, number: int, cells: Cells, *, now: datetime) -> None:
    """Correct cells of one line; every line is judged again, for others may have had the same name.

    Raises NotFound for a line that is not there, Refused once it was confirmed.
    """
    with transaction():
        _still_open(batch)
        line = line_of(batch, number)
        kept = {name: text[: LONGEST_CELL + 1] for name, text in cells.items() if name in columns()}
        line.cells = {name: text for name, text in (line.cells | kept).items() if name}
        ImportLine.update(cells=line.cells).where(ImportLine.id == line.id).execute()
        _judge_again(batch, now)


def move_beginnings(batch: ClientImport, *, now: datetime) -> int:
    """Let every client that began before this month begin with it; how many these are."""
    with transaction():
        _still_open(batch)
        moved = 0
        for line in ImportLine.select().where((ImportLine.batch == batch) & (ImportLine.state == "bad")):
            problem = line.problems.get("began_on")
            if problem and problem[0] == "began_too_early":
                cells = line.cells | {"began_on": problem[1]["day"]}
                moved += ImportLine.update(cells=cells).where(ImportLine.id == line.id).execute()
        _judge_again(batch, now)
    return moved


def confirm_import(batch: ClientImport, *, by: Actor, now: datetime) -> None:
    """Create a client for every good line, by the worker; bad lines are left out. Confirmed twice, it runs once.

    Raises Refused where no line is good.
    """
    with transaction():
        still_may(batch.agency, by, Permission.ADD_CLIENTS)
        held = locked(ClientImport.select().where(ClientImport.id == batch.id)).get()
        if held.state != "checking":
            return
        _judge_again(batch, now)
        if not waiting_lines(batch).exists():
            raise Refused("no_good_line")
        values = {"state": "running", "by_id": by.id, "by_name": by.name, "confirmed_at": now}
        ClientImport.update(**values).where(ClientImport.id == batch.id).execute()
        batch.state = "running"
        outbox.put("import.work", key=f"import:{batch.id}", now=now, batch=str(batch.id))


def discard_import(batch: ClientImport) -> None:
    """Forget a file that was not confirmed. Raises Refused for one that was."""
    with transaction():
        _still_open(batch)
        ClientImport.delete().where(ClientImport.id == batch.id).execute()


def _room_for_one_more(agency: Agency, now: datetime) -> None:
    there = ClientImport.select().where((ClientImport.agency == agency) & _waiting() & _fresh(now))
    if there.count() >= MOST_WAITING:
        raise Refused("imports_waiting", most=MOST_WAITING)


def _waiting() -> Expression:
    return ClientImport.state == "checking"


def _fresh(now: datetime) -> Expression:
    return ClientImport.created_at >= now - timedelta(days=KEPT_DAYS)


def _judge_again(batch: ClientImport, now: datetime) -> None:
    rows = {row.number: row for row in ImportLine.select().where(ImportLine.batch == batch)}
    judged = Judge(batch.agency, batch.reading["mark"], now=now).lines({n: row.cells for n, row in rows.items()})
    for number, row in rows.items():
        verdict = _verdict(judged[number])
        if (row.state, row.problems) != (verdict["state"], verdict["problems"]):
            ImportLine.update(**verdict).where(ImportLine.id == row.id).execute()


def _verdict(line: Line) -> dict[str, Any]:
    problems = {column: list(why) for column, why in line.problems.items()}
    return {"state": "bad" if problems else "good", "problems": problems}


def _still_open(batch: ClientImport) -> None:
    held = locked(ClientImport.select().where(ClientImport.id == batch.id)).first()
    if held is None:
        raise NotFound
    if held.state != "checking":
        raise Refused("already_confirmed")
