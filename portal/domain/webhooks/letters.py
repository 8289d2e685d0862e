"""Whoever owns the agency hears of an endpoint that no longer takes what it is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from portal.domain import mail
from portal.domain.accounts import owners_of
from portal.domain.webhooks.models import Endpoint


class Origins(Protocol):
    """Where links lead; given by the edge, for the domain knows no addresses."""

    def webhook_of(self, endpoint: Endpoint) -> str: ...


def tell_owners(endpoint: Endpoint, trouble: str, *, origins: Origins, now: datetime) -> None:
    """One letter for each owner, at most one a day for the same trouble of the same endpoint.

    `trouble`: "given_up" (one event was), "gone" or "failing" (the endpoint was paused).
    """
    for person in owners_of(endpoint.agency):
        mail.post_to(
            "webhook_failing",
            person,
            key=f"{endpoint.id}:{trouble}:{now.date()}",
            now=now,
            trouble=trouble,
            address=endpoint.url.partition("?")[0][:200],
            link=origins.webhook_of(endpoint),
        )
