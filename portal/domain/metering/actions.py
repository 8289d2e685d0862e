from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.db import lock_row, transaction
from portal.domain.metering import alerts
from portal.domain.metering.intake import Intake
from portal.domain.metering.together import Together
from portal.domain.metering.values import Event, Outcome, Rejection, parsed
from portal.domain.tenants import Agency, client_by_id, period_at


def record(agency: Agency, batch: Sequence[Any], *, now: datetime) -> Outcome:
    """Count each event of the batch once, for ever; the good ones count whatever the bad ones are.

    `batch` holds events as they came (decoded JSON). After an error nothing of it counted and it
    can be sent again. Batches that come at the same moment share a transaction.
    """
    period_at(agency, now)  # remembered before the transaction begins
    job = _Batch(agency, now)
    job.events = list(parsed(batch, job.outcome))
    outcome = _together.do(job)
    outcome.rejected.sort(key=lambda rejection: rejection.index)
    return outcome


@dataclass
class _Batch:
    """One batch; `events` are those whose form is right, with their places."""

    agency: Agency
    now: datetime
    outcome: Outcome = field(default_factory=Outcome)
    events: list[tuple[int, Event]] = field(default_factory=list)


def _count(batches: list[_Batch]) -> list[Outcome]:
    """Count several batches in one transaction.

    The agencies' rows are locked meanwhile, always in the same order, so that two batches with the
    same event can't both count it.
    """
    outcomes = [Outcome(rejected=list(batch.outcome.rejected)) for batch in batches]
    by_agency: dict[UUID, list[int]] = {}
    for place, batch in enumerate(batches):
        by_agency.setdefault(batch.agency.id, []).append(place)
    with transaction():
        for agency_id, places in sorted(by_agency.items()):
            lock_row(Agency, agency_id.hex)
            _count_for([batches[n] for n in places], [outcomes[n] for n in places])
    return outcomes


def _count_for(batches: list[_Batch], outcomes: list[Outcome]) -> None:
    """The batches of one agency, as if they were one."""
    intake = Intake(batches[0].agency, max(batch.now for batch in batches))
    intake.load([event for batch in batches for _, event in batch.events])
    for batch, outcome in zip(batches, outcomes, strict=True):
        for index, event in batch.events:
            code = intake.take(event)
            if code == "accepted":
                outcome.accepted += 1
            elif code == "duplicate":
                outcome.duplicates += 1
            else:
                outcome.rejected.append(Rejection(index, event.id, code))
    close(intake)


def close(intake: Intake) -> None:
    """Write down what was taken in, and look where the present period's use passed something worth telling."""
    intake.write()
    present = period_at(intake.agency, intake.now).label
    for page in intake.ledger.touched.values():
        client_id, service, label = page.key
        late = page.service.is_gauge and label < present  # where it was left, this period began
        if late or (label == present and page.crossed):
            alerts.check(client_by_id(intake.agency, UUID(client_id)), service, now=intake.now)


_together: Together[_Batch, Outcome] = Together(_count)
