"""The outbox emptied: each topic has its handler, each message its attempt."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from portal import clock
from portal.db import database
from portal.domain import (
    billing,
    federation,
    hosts,
    invitations,
    metering,
    outbox,
    reports,
    settings,
    sign_in,
    support,
    tenants,
)
from portal.domain.outbox import Message
from portal.gateways.pdf import Press, RenderRefused
from portal.gateways.smtp import Permanent
from portal.jobs import letters, printing, scanning
from portal.jobs.context import Context

_log = structlog.get_logger()

_AT_ONCE = 5
"""Messages taken at a time: few, so that other workers find some too."""

LONG = (scanning.TOPIC,)
"""Topics with a hand of their own: what takes minutes would hold whatever was taken with it."""
APART = (*LONG, letters.HOUSE)
"""The same for a running worker, where what waits for a mail server has one, too."""

FINAL = (Permanent, RenderRefused)
"""After these another attempt changes nothing."""


def drain(
    context: Context,
    *,
    topic: str | None = None,
    without: Collection[str] = LONG,
    now: Callable[[], datetime] = clock.now,
    seconds: float = math.inf,
) -> int:
    """Do everything that is due (of one topic where given, of all but some else); how many messages were taken.

    A failed one waits or is set aside. After `seconds` nothing more is taken.
    """
    taken, until = 0, time.monotonic() + seconds
    with Press() as press:
        while time.monotonic() < until and (messages := outbox.claim(now(), _AT_ONCE, topic=topic, without=without)):
            for message in messages:
                _attempt(message, context, press, now())
            taken += len(messages)
    return taken


def drain_on_all_cores(context: Context, topic: str) -> None:
    """One topic's work by as many hands as the machine has cores; for much of it at once, as printing a demo's past."""

    def hand(_n: int) -> None:
        try:
            drain(context, topic=topic)
        finally:
            database.close()

    hands = os.cpu_count() or 1
    with ThreadPoolExecutor(hands) as pool:
        list(pool.map(hand, range(hands)))


def _attempt(message: Message, context: Context, press: Press, now: datetime) -> None:
    try:
        if message.topic == "mail.send":
            outbox.move(message, letters.route(message, now=now), now=now)
            return
        HANDLERS[message.topic](message, context, press, now)
    except Exception as error:  # noqa: BLE001 (whatever goes wrong with one message must not stop the others)
        _log.warning("outbox.failed", topic=message.topic, message=str(message.id), error=type(error).__name__)
        outbox.fail(message, f"{type(error).__name__}: {error}", now=now, final=isinstance(error, FINAL))
    else:
        outbox.finish(message, now=now)


def _send_by_house(message: Message, context: Context, _press: Press, _now: datetime) -> None:
    letters.send_by_house(message, context)


def _print_statement(message: Message, context: Context, press: Press, now: datetime) -> None:
    printing.print_statement(message, context, press, now=now)


def _tell_ready(message: Message, context: Context, _press: Press, now: datetime) -> None:
    billing.tell_ready(UUID(message.payload["statement"]), links=context, now=now)


def _alert_raised(message: Message, context: Context, _press: Press, now: datetime) -> None:
    metering.tell(UUID(message.payload["alert"]), resolved=False, origins=context, now=now)


def _alert_resolved(message: Message, context: Context, _press: Press, now: datetime) -> None:
    metering.tell(UUID(message.payload["alert"]), resolved=True, origins=context, now=now)


def _limit_foreseen(message: Message, context: Context, _press: Press, now: datetime) -> None:
    metering.tell_foreseen(UUID(message.payload["forecast"]), origins=context, now=now)


def _limits_foresee(message: Message, _context: Context, _press: Press, now: datetime) -> None:
    metering.foresee(tenants.agency_by_id(UUID(message.payload["agency"])), now=now)


def _limits_digest(message: Message, context: Context, _press: Press, now: datetime) -> None:
    metering.send_digest(UUID(message.payload["person"]), origins=context, now=now)


def _host_tell(message: Message, context: Context, _press: Press, now: datetime) -> None:
    hosts.tell_more(message.payload, key=message.key, addresses=context, now=now)


def _limit_changed(message: Message, _context: Context, _press: Press, now: datetime) -> None:
    client = tenants.any_client(UUID(message.payload["client"]))
    metering.check_client(client, message.payload["service"], now=now)


def _limits_recheck(message: Message, _context: Context, _press: Press, now: datetime) -> None:
    metering.check_agency(tenants.agency_by_id(UUID(message.payload["agency"])), now=now)


def _webhooks_due(_message: Message, _context: Context, _press: Press, _now: datetime) -> None:
    """Its bell has woken the sender, which finds the deliveries by itself: a slow one must not hold what follows."""


def _bulk_work(message: Message, _context: Context, _press: Press, now: datetime) -> None:
    settings.bulk_work(UUID(message.payload["bulk"]), now=now)


def _import_work(message: Message, _context: Context, _press: Press, now: datetime) -> None:
    settings.import_work(UUID(message.payload["batch"]), now=now)


def _access_remind(message: Message, _context: Context, _press: Press, now: datetime) -> None:
    invitations.remind_of_ends(tenants.agency_by_id(UUID(message.payload["agency"])), now=now)


def _invitations_work(message: Message, context: Context, _press: Press, now: datetime) -> None:
    life = timedelta(days=context.settings.invitation_days)
    invitations.list_work(UUID(message.payload["batch"]), homes=context, life=life, now=now)


def _outlook_refresh(message: Message, _context: Context, _press: Press, now: datetime) -> None:
    told = message.payload
    membership = UUID(told["membership"]) if told["membership"] else None
    rest = reports.Rest(told["period"], UUID(told["after"]), told["so_far"]) if "after" in told else None
    reports.refresh_outlook(tenants.agency_by_id(UUID(told["agency"])), membership, rest=rest, now=now)


def _reset_wanted(message: Message, context: Context, _press: Press, now: datetime) -> None:
    sign_in.send_reset(**message.payload, link_to=context.reset_of, may=federation.may_use_password, now=now)


def _address_wanted(message: Message, context: Context, _press: Press, now: datetime) -> None:
    sign_in.send_address(**message.payload, link_to=context.address_of, now=now)


def _support_tell(message: Message, _context: Context, _press: Press, now: datetime) -> None:
    until = datetime.fromisoformat(message.payload["until"])
    support.tell_bundle(UUID(message.payload["thread"]), until, now=now)


def _attacked(message: Message, _context: Context, _press: Press, now: datetime) -> None:
    sign_in.attacked(message.payload["account"], now=now)


HANDLERS: dict[str, Callable[[Message, Context, Press, datetime], None]] = {
    "access.remind": _access_remind,
    letters.HOUSE: _send_by_house,
    "statement.render": _print_statement,
    "statement.ready": _tell_ready,
    "alert.raised": _alert_raised,
    "alert.resolved": _alert_resolved,
    "limit.changed": _limit_changed,
    "bulk.work": _bulk_work,
    "host.tell": _host_tell,
    "import.work": _import_work,
    "invitations.work": _invitations_work,
    "limit.foreseen": _limit_foreseen,
    "limits.foresee": _limits_foresee,
    "limits.digest": _limits_digest,
    "limits.recheck": _limits_recheck,
    "outlook.refresh": _outlook_refresh,
    "sign_in.address_wanted": _address_wanted,
    "sign_in.attacked": _attacked,
    "sign_in.reset_wanted": _reset_wanted,
    "support.tell": _support_tell,
    "webhooks.due": _webhooks_due,
}
