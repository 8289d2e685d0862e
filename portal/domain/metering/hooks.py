"""What other systems of the agency are told of an alert."""

from __future__ import annotations

from datetime import datetime

from portal.domain import webhooks
from portal.domain.metering.models import Alert
from portal.domain.metering.standing import Standing


def post_alert(alert: Alert, standing: Standing, *, now: datetime) -> None:
    """Once for each alert, with the numbers of its letter. Must run in one transaction with the letters."""
    client = alert.client
    data = {
        "client": client.slug,
        "client_id": str(client.id),
        "client_name": client.name,
        "service": alert.service,
        "period": alert.period,
        "threshold": alert.threshold,
        "used": standing.used,
        "limit": standing.limit,
        "at_limit": standing.at_limit,
        "ceiling": standing.ceiling,
        "excess": standing.excess,
        "excess_amount": standing.amount,
        "expected": standing.expected,
        "expected_amount": standing.expected_amount,
        "currency": standing.currency,
    }
    kind = "limit.reached" if alert.threshold >= 100 else "limit.approaching"
    webhooks.post(client.agency_id, kind, data, key=str(alert.id), now=now)
