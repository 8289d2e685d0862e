"""The huey queue, on the same database as everything else.

A task enqueued inside a transaction vanishes with its rollback. Tasks carry nothing: the outbox
does, and the queue is the bell that wakes a worker.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from huey import crontab
from huey.contrib.sql_huey import SqlHuey

from portal import clock, heartbeat
from portal.db import database
from portal.domain import outbox
from portal.jobs import domains, house_letters, letters, own_letters, scanning, schedule, webhooks
from portal.jobs.context import Context
from portal.jobs.outbox import APART, drain

SLOWEST_POLL = 1.0
"""Seconds until an idle worker looks again."""
LONGEST_DRAIN = 30.0
"""Seconds after which who empties the outbox stands in line again, so that the calendar gets its turn."""


def build_queue(context: Context) -> SqlHuey:
    """The queue with its tasks and schedule; from now on the outbox rings it."""
    logging.getLogger("huey").setLevel(logging.WARNING)  # every ring of the bell would be two lines
    queue = SqlHuey("portal", database=database.obj, create_tables=False, results=False, store_none=False)

    @queue.task()
    def empty_outbox() -> None:
        _empty(context, empty_outbox)

    @queue.task()
    def send_webhooks() -> None:
        webhooks.deliver(context, linger=webhooks.LINGER)

    @queue.task()
    def check_domains() -> None:
        domains.check_due(context)

    @queue.periodic_task(crontab(minute="*"))
    def every_minute() -> None:
        heartbeat.beat()
        empty_outbox()
        if webhooks.is_due(clock.now()):
            send_webhooks()
        schedule.seal_trail(context, now=clock.now())
        schedule.move_domains(context, now=clock.now())

    @queue.periodic_task(crontab(minute="*/10"))
    def every_ten_minutes() -> None:
        now = clock.now()
        schedule.turn_months(context, now=now)
        schedule.close_months(context, now=now)
        schedule.note_expired_invitations(context, now=now)
        schedule.end_places(context, now=now)
        schedule.look_ahead(context, now=now)
        schedule.remind_of_ends(context, now=now)
        schedule.look_far(context, now=now)
        schedule.tidy_sign_in(context, now=now)
        schedule.tidy_webhooks(context, now=now)
        schedule.tidy_sizes(context, now=now)
        schedule.tidy_imports(context, now=now)
        schedule.renew_provider_secrets(context, now=now)
        if domains.is_due(now):
            check_domains()

    apart = {
        scanning.TOPIC: _scans_apart(queue, context),
        letters.OWN: _own_letters_apart(queue, context),
        letters.HOUSE: _house_letters_apart(queue, context),
    }

    def ring(message: outbox.Message) -> None:
        kind, colon, _lane = message.topic.partition(outbox.LANE)
        apart.get(kind + colon, empty_outbox)()
        if message.topic == "webhooks.due":
            send_webhooks()

    outbox.ring_with(ring)
    return queue


def _empty(context: Context, again: Callable[[], object]) -> None:
    """Do what is due; who has not come to its end stands in line again, behind what the calendar asks for."""
    began = time.monotonic()
    drain(context, without=APART, seconds=LONGEST_DRAIN)
    if time.monotonic() - began >= LONGEST_DRAIN:
        again()


def _own_letters_apart(queue: SqlHuey, context: Context) -> Callable[[], object]:
    """Letters by agencies' own servers leave in a task of their own, which is as slow as those are."""

    @queue.task()
    def send_own_letters() -> None:
        own_letters.deliver(context)

    @queue.periodic_task(crontab(minute="*"))
    def every_minute_own_letters() -> None:
        if own_letters.is_due(clock.now()):
            send_own_letters()

    wake: Callable[[], object] = send_own_letters
    return wake


def _house_letters_apart(queue: SqlHuey, context: Context) -> Callable[[], object]:
    """Letters by the installation's server leave in a task of their own, which is as slow as that is."""

    @queue.task()
    def send_house_letters() -> None:
        house_letters.deliver(context)

    @queue.periodic_task(crontab(minute="*"))
    def every_minute_house_letters() -> None:
        if house_letters.is_due(clock.now()):
            send_house_letters()

    wake: Callable[[], object] = send_house_letters
    return wake


def _scans_apart(queue: SqlHuey, context: Context) -> Callable[[], object]:
    """Brands are looked through in a task of their own, which takes minutes; returns what wakes it."""

    @queue.task()
    def scan_brands() -> None:
        scanning.scan_due(context)

    @queue.periodic_task(crontab(minute="*"))
    def every_minute_scans() -> None:
        if scanning.is_due(clock.now()):
            scan_brands()

    wake: Callable[[], object] = scan_brands
    return wake
