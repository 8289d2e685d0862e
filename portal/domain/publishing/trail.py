"""What all actions on a menu share: being alone with it, and the trail they leave."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from portal.db import locked, transaction
from portal.domain import audit
from portal.domain.audit import Actor
from portal.domain.tenants import App


@contextmanager
def alone(app: App) -> Iterator[None]:
    """A transaction in which nobody else adds to this app's menu, orders or publishes it."""
    with transaction():
        locked(App.select(App.id).where(App.id == app.id)).get()
        yield


def record(action: str, app: App, subject: str, by: Actor, now: datetime, **details: Any) -> None:
    """One entry in the app's trail."""
    audit.record(
        action,
        by=by,
        now=now,
        agency_id=app.agency_id,
        client_id=app.client_id,
        app_id=app.id,
        subject=subject,
        **details,
    )
