"""Brands looked through in the background, one after the other, each report kept for its page.

A scan takes minutes: it has a hand of its own, so that nothing else waits for it, and holds its message as long as it
goes on, so that nobody begins it a second time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from portal import clock
from portal.domain import outbox, tenants
from portal.domain.audit import Actor
from portal.domain.outbox import Message
from portal.gateways import scans
from portal.jobs.alone import alone
from portal.jobs.context import Context

TOPIC = "brand.scan"
_A_WHILE = 30.0
"""Seconds after which a scan that goes on says so again: far less than its message is held for."""

_log = structlog.get_logger()


def is_due(now: datetime) -> bool:
    """Whether a brand waits to be looked through."""
    return outbox.next_of(TOPIC, now) is not None


@alone
def scan_due(context: Context, *, now: Callable[[], datetime] = clock.now) -> int:
    """Look through what was asked for until nothing is left; how many brands it was."""
    scanned = 0
    while messages := outbox.claim(now(), 1, topic=TOPIC):
        _attempt(messages[0], context, now)
        scanned += 1
    return scanned


def _attempt(message: Message, context: Context, now: Callable[[], datetime]) -> None:
    """One scan; a broken one is not begun again by itself: whoever asked is told, and may ask again."""
    try:
        scan_brand(message, context, now=now)
    except Exception as error:  # noqa: BLE001 (whatever goes wrong with one brand must not stop the others)
        _log.warning("scan.failed", message=str(message.id), error=type(error).__name__)
        outbox.fail(message, f"{type(error).__name__}: {error}", now=now(), final=True)
    else:
        outbox.finish(message, now=now())


def scan_brand(message: Message, context: Context, *, now: Callable[[], datetime]) -> None:
    """Look through one agency's brand, telling how far it is; the report before stays until there is a new one.

    Raises what went wrong, after it was written down.
    """
    told = message.payload
    agency = tenants.agency_by_id(UUID(told["agency"]))
    by = Actor(told["kind"], told["name"], UUID(told["person"]) if told["person"] else None)
    before = scans.read(context.settings, agency.id).get("report")

    def keep(state: str, **more: Any) -> None:
        values = {"report": before, "at": now().isoformat(), "by": by.name, **more}
        scans.keep(context.settings, agency.id, state=state, **values)

    if context.scan is None:
        raise RuntimeError("nothing here can look through a brand")
    going = _Going(message, keep, now)
    try:
        report = context.scan(agency, by=by, told=going.tell, pulse=going.pulse)
    except BaseException:
        keep("failed")
        raise
    keep("done", report=report.as_dict())


class _Going:
    """A scan under way: how far it is, for the page, and that it goes on, for whoever else could take it."""

    def __init__(self, message: Message, keep: Callable[..., None], now: Callable[[], datetime]) -> None:
        self._message, self._keep, self._now = message, keep, now
        self._far: dict[str, Any] = {}
        self._said = time.monotonic()

    def tell(self, done: int, steps: int, what: str) -> None:
        self._far = {"done": done, "steps": steps, "what": what}
        self._say()

    def pulse(self) -> None:
        """Called again and again; most of the time it is nothing."""
        if time.monotonic() - self._said >= _A_WHILE:
            self._say()

    def _say(self) -> None:
        self._said = time.monotonic()
        self._keep("running", **self._far)
        outbox.renew(self._message, now=self._now())
