from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from portal.db import locked, transaction
from portal.domain.metering import alerts
from portal.domain.metering.intake import DETAILS, Intake
from portal.domain.metering.values import BadEvent, Event, Outcome, Rejection, parse_event
from portal.domain.tenants import Agency


def record(agency: Agency, batch: Sequence[Any], *, now: datetime) -> Outcome:
    """Count each event of the batch once, for ever; the good ones count whatever the bad ones are.

    `batch` holds events as they came (decoded JSON). One transaction: after an error nothing of
    it counted and it can be sent again. The agency's row is locked meanwhile, so that two batches
    with the same event can't both count it, nor pass a ceiling together.
    """
    outcome = Outcome()
    with transaction():
        locked(Agency.select(Agency.id).where(Agency.id == agency.id)).get()
        intake = Intake(agency, now)
        events = list(_parsed(batch, outcome))
        intake.load([event for _, event in events])
        for index, event in events:
            code = intake.take(event)
            if code == "accepted":
                outcome.accepted += 1
            elif code == "duplicate":
                outcome.duplicates += 1
            else:
                outcome.rejected.append(Rejection(index, event.id, code, DETAILS[code]))
        intake.write()
        for client, service in intake.touched:
            alerts.check(client, service, now=now)
    outcome.rejected.sort(key=lambda rejection: rejection.index)
    return outcome


def _parsed(batch: Sequence[Any], outcome: Outcome) -> Iterator[tuple[int, Event]]:
    """Each event whose form is right, with its place; the others are rejected."""
    for index, raw in enumerate(batch):
        try:
            yield index, parse_event(raw)
        except BadEvent as error:
            known = raw.get("id") if isinstance(raw, dict) else None
            outcome.rejected.append(
                Rejection(index, known[:128] if isinstance(known, str) else None, "invalid", str(error))
            )
