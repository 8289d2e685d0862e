"""The demo as the scan meets it: both agencies with their people, one month issued and printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from portal import clock, demo, heartbeat, scan
from portal.config import Settings
from portal.domain import outbox, tenants
from portal.domain.audit import SYSTEM
from portal.jobs import Context, drain
from portal.scan import Report
from tests.databases import Postgres
from tests.journal import Sqlite
from tests.worlds import built

UNTIL = datetime(2026, 6, 8, 18, tzinfo=UTC)

Scan = Callable[[str], Report]


@pytest.fixture
def the_demo(app: Flask, database: Sqlite | Postgres, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with the demo of June 2026 in it; the clock stands still."""
    context: Context = app.config["JOBS"]

    def the_demo() -> None:
        outbox.ring_with(None)
        demo.build("corda de violão 42", brand_of=context.brand_of, grace=timedelta(days=3), until=UNTIL)
        drain(context, topic="statement.render", now=lambda: UNTIL)
        demo.silence(now=UNTIL)

    built(database, the_demo)
    monkeypatch.setattr(clock, "now", lambda: UNTIL)
    monkeypatch.setattr(heartbeat, "is_alive", lambda: True)
    return app


@pytest.fixture
def scanned(the_demo: Flask) -> Scan:
    """`scanned("aurora")`: the report of a scan."""

    def one(slug: str) -> Report:
        agency = tenants.agency_by_slug(slug)
        assert agency is not None
        return scan.scan(the_demo, agency, by=SYSTEM)

    return one
