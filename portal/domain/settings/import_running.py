"""The work of an import: each line's client is created in the transaction that marks the line, once, never twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from portal.db import locked, transaction
from portal.domain import at_hand, audit, outbox, tenants
from portal.domain.audit import Actor
from portal.domain.errors import DomainError, Invalid
from portal.domain.settings.import_judging import Judge, Line
from portal.domain.settings.import_queries import line_counts, waiting_lines
from portal.domain.settings.package_models import ClientImport, ImportLine
from portal.domain.settings.packages import open_from
from portal.domain.tenants import Agency

CREATED_AT_ONCE = 20
MOST_A_TURN = 200
"""Lines that one turn of the worker deals with; the rest is another turn's, so that no lease runs out."""


def import_work(batch_id: UUID, *, now: datetime, most: int = MOST_A_TURN) -> None:
    """Create the clients of some good lines; what is left is put into the outbox."""
    batch = ClientImport.select(ClientImport, Agency).join(Agency).where(ClientImport.id == batch_id).first()
    dealt = 0
    judge = Judge(batch.agency, batch.reading["mark"], now=now) if batch and batch.state == "running" else None
    while judge and dealt < most:
        part = _create_some(batch, judge, now)
        dealt += part
        if not part:
            return
    if dealt:
        with transaction():
            key = f"import:{batch_id}:{waiting_lines(batch).count()}:{now:%Y%m%d%H%M%S%f}"
            outbox.put("import.work", key=key, now=now, batch=str(batch_id))


def _create_some(batch: ClientImport, judge: Judge, now: datetime) -> int:
    """Some more clients; when there are no more lines, it is done. How many lines were dealt with."""
    by = Actor("staff", batch.by_name, batch.by_id)
    with transaction(), at_hand.keeping():
        tenants.keep_terms([tenants.the_operator(), batch.agency])  # the only ones that nothing below writes
        rows = list(locked(waiting_lines(batch).limit(CREATED_AT_ONCE), skip=True))
        for row in rows:
            line = judge.line(row.cells)
            line.facts["slug"] = line.facts["slug"] or judge.free_slug(line.name)
            ImportLine.update(**_created(batch, line, by, now)).where(ImportLine.id == row.id).execute()
            judge.remember(line)
        if not rows and not waiting_lines(batch).exists():
            _finish(batch, by, now)
    return len(rows)


def _created(batch: ClientImport, line: Line, by: Actor, now: datetime) -> dict[str, Any]:
    """Create the client of one line, or say why not: somebody may have added one of that name since."""
    try:
        if line.problems:
            raise Invalid(line.problems)
        with transaction():
            client = open_from(line.package, batch.agency, line.name, wish=line.wish, by=by, now=now, **line.facts)
    except Invalid as error:
        return {"state": "failed", "problems": {column: list(why) for column, why in error.problems.items()}}
    except DomainError as error:
        return {"state": "failed", "problems": {"": [error.code, {}]}}
    return {"state": "done", "client": client}


def _finish(batch: ClientImport, by: Actor, now: datetime) -> None:
    running = (ClientImport.id == batch.id) & (ClientImport.state == "running")
    if ClientImport.update(state="done", finished_at=now).where(running).execute():
        counts = line_counts([batch])[batch.id]
        audit.record(
            "clients.imported",
            by=by,
            now=now,
            agency_id=batch.agency_id,
            subject=batch.agency.name,
            created=counts.get("done", 0),
            left_out=counts.get("bad", 0) + counts.get("failed", 0),
        )
