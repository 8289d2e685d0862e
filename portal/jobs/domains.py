"""Agencies' own domains, looked at by themselves: several at once, so that a slow one keeps no other waiting."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import structlog

from portal import clock
from portal.db import database
from portal.domain import hosts
from portal.domain.audit import SYSTEM
from portal.domain.errors import Conflict
from portal.domain.hosts import OwnHost
from portal.jobs.context import Context

AT_ONCE = 4

_log = structlog.get_logger()


def is_due(now: datetime) -> bool:
    return hosts.is_due(now)


def check_due(context: Context, *, now: Callable[[], datetime] = clock.now) -> int:
    """Look at every domain whose time has come; how many."""
    rows = hosts.take_due(now())

    def look(row: OwnHost) -> None:
        try:
            hosts.check(row, dns=context.dns, probe=context.probe, daily=True, by=SYSTEM, now=now())
        except Conflict:
            pass  # it was given up meanwhile
        except Exception as error:  # noqa: BLE001 (whatever is wrong with one domain is not the others' matter)
            _log.error("domain.not_checked", host=row.host, exc_info=error)
        finally:
            database.close()

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="domains") as pool:
        list(pool.map(look, rows))
    return len(rows)
