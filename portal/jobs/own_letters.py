"""Letters by agencies' own mail servers: many agencies at once, of each one letter, so that who is slow delays nobody.

Only this thread knows the database; those of the pool know the network, each for a few seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import structlog

from portal import clock
from portal.domain import outbox, sending, tenants
from portal.domain.outbox import Message
from portal.domain.sending import Sender
from portal.gateways import smtp_own
from portal.gateways.signing import SecretLost
from portal.gateways.smtp import Outgoing, Permanent
from portal.gateways.smtp_own import Server, ServerTrouble
from portal.jobs.alone import alone
from portal.jobs.context import Context
from portal.jobs.letters import HOUSE, OWN, outgoing_of

AT_ONCE = 16
MOST_UNSURE = 3
"""So often a letter is offered whose taking is not known, before it leaves by the installation as well."""
_LOOK_AGAIN = 0.5
"""Seconds until other agencies' letters are seen, however slow those servers are that are spoken with."""

_log = structlog.get_logger()


def is_due(now: datetime) -> bool:
    """Whether there is something to send."""
    return bool(outbox.lanes_due(OWN, now))


@alone
def deliver(context: Context, *, now: Callable[[], datetime] = clock.now) -> int:
    """Offer what is due to its servers until nothing is left that may go; how many letters it was."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="own-letters") as pool:
        return _deliver(context, pool, now)


def _deliver(context: Context, pool: ThreadPoolExecutor, now: Callable[[], datetime]) -> int:
    under_way: dict[Future[None], tuple[Sender, Message]] = {}
    taken = 0
    while True:
        for lane in outbox.lanes_due(OWN, now()):
            if len(under_way) < AT_ONCE and (begun := _begun(lane, now())):
                under_way[_on_its_way(*begun, context, pool)] = begun
                taken += 1
        if not under_way:
            return taken
        done, _ = wait(under_way, timeout=_LOOK_AGAIN, return_when=FIRST_COMPLETED)
        for future in done:
            _settle(*under_way.pop(future), future.exception(), context, now())


def _begun(lane: str, now: datetime) -> tuple[Sender, Message] | None:
    """The lane's next letter, and its server held for it; None where it is not its turn."""
    sender = sending.sender_in_use(tenants.agency_by_id(UUID(lane.removeprefix(OWN))))
    if sender is None:
        outbox.move_waiting(lane, HOUSE, now=now)
        return None
    if not sending.take_turn(sender, now=now):
        return None
    for message in outbox.claim(now, 1, topic=lane):
        return sender, message
    sending.give_back(sender)
    return None


def _on_its_way(sender: Sender, message: Message, context: Context, pool: ThreadPoolExecutor) -> Future[None]:
    try:
        own, server = _prepared(sender, message, context)
        return pool.submit(smtp_own.deliver, own, server, context.egress)
    except Exception as error:  # noqa: BLE001 (whatever goes wrong with one letter must not stop the others)
        failed: Future[None] = Future()
        failed.set_exception(error)
        return failed


def _prepared(sender: Sender, message: Message, context: Context) -> tuple[Outgoing, Server]:
    outgoing = outgoing_of(message, context)
    own = replace(outgoing, from_address=sender.from_address, message_id_domain=sender.domain)
    try:
        return own, context.server_of(sender)
    except SecretLost:
        raise ServerTrouble("secret_lost") from None


def _settle(sender: Sender, message: Message, error: BaseException | None, context: Context, now: datetime) -> None:
    """Write down what came of it. Where the server fails, its letters leave by the installation, so that none is lost.

    Not yet the one that it may have taken before it broke off: that is offered to it again first.
    """
    if error is None:
        sending.note_sent(sender)
        outbox.finish(message, now=now)
        return
    _log.warning("own_letter.failed", message=str(message.id), error=type(error).__name__)
    said = f"{type(error).__name__}: {error}"
    if not isinstance(error, ServerTrouble):
        sending.give_back(sender)
        outbox.fail(message, said, now=now, final=isinstance(error, Permanent))
        return
    sending.note_failing(sender, error.code, links=context, now=now)
    outbox.move_waiting(message.topic, HOUSE, now=now, untried=True)
    if error.unsure and message.attempts < MOST_UNSURE:
        outbox.fail(message, said, now=now)
    else:
        outbox.move(message, HOUSE, now=now)
