"""The huey queue, on the same database as everything else.

A task enqueued inside a transaction vanishes with its rollback. Tasks carry nothing: the outbox
does, and the queue is the bell that wakes a worker.
"""

from __future__ import annotations

import logging

from huey import crontab
from huey.contrib.sql_huey import SqlHuey

from portal import clock, heartbeat
from portal.db import database
from portal.domain import outbox
from portal.jobs import schedule
from portal.jobs.context import Context
from portal.jobs.outbox import drain

SLOWEST_POLL = 1.0
"""Seconds until an idle worker looks again."""


def build_queue(context: Context) -> SqlHuey:
    """The queue with its tasks and schedule; from now on the outbox rings it."""
    logging.getLogger("huey").setLevel(logging.WARNING)  # every ring of the bell would be two lines
    queue = SqlHuey("portal", database=database.obj, create_tables=False, results=False, store_none=False)

    @queue.task()
    def empty_outbox() -> None:
        drain(context)

    @queue.periodic_task(crontab(minute="*"))
    def every_minute() -> None:
        heartbeat.beat()
        drain(context)

    @queue.periodic_task(crontab(minute="*/10"))
    def every_ten_minutes() -> None:
        now = clock.now()
        schedule.turn_months(context, now=now)
        schedule.close_months(context, now=now)
        schedule.note_expired_invitations(context, now=now)
        schedule.look_ahead(context, now=now)

    outbox.ring_with(lambda _message: empty_outbox())
    return queue
