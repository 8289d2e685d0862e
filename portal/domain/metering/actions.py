from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.db import locked, transaction
from portal.domain.metering import alerts
from portal.domain.metering.intake import Intake
from portal.domain.metering.values import Outcome, Rejection, parsed
from portal.domain.tenants import Agency, client_by_id, period_at


def record(agency: Agency, batch: Sequence[Any], *, now: datetime) -> Outcome:
    """Count each event of the batch once, for ever; the good ones count whatever the bad ones are.

    `batch` holds events as they came (decoded JSON). One transaction: after an error nothing of
    it counted and it can be sent again. The agency's row is locked meanwhile, so that two batches
    with the same event can't both count it.
    """
    outcome = Outcome()
    events = list(parsed(batch, outcome))
    with transaction():
        locked(Agency.select(Agency.id).where(Agency.id == agency.id)).get()
        intake = Intake(agency, now)
        intake.load([event for _, event in events])
        for index, event in events:
            code = intake.take(event)
            if code == "accepted":
                outcome.accepted += 1
            elif code == "duplicate":
                outcome.duplicates += 1
            else:
                outcome.rejected.append(Rejection(index, event.id, code))
        close(intake, now=now)
    outcome.rejected.sort(key=lambda rejection: rejection.index)
    return outcome


def close(intake: Intake, *, now: datetime) -> None:
    """Write down what was taken in, and look where the present period's use passed something worth telling."""
    intake.write()
    present = period_at(intake.agency, now).label
    for page in intake.ledger.touched.values():
        client_id, service, label = page.key
        if label == present and page.crossed:
            alerts.check(client_by_id(intake.agency, UUID(client_id)), service, now=now)
