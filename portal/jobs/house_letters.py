"""Letters by the installation's own mail server: a few at once, so that a slow one holds neither them nor other work.

Only this thread knows the database; those of the pool know the network. A letter is taken when there is a hand for it,
and held for as long as it is under way, so that no other worker sends it meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

import structlog

from portal import clock
from portal.domain import outbox
from portal.domain.outbox import Message
from portal.gateways import mailbox
from portal.gateways.smtp import Permanent, Unreached
from portal.jobs.alone import alone
from portal.jobs.context import Context
from portal.jobs.letters import HOUSE, outgoing_by_house

AT_ONCE = 4
_LOOK_AGAIN = 0.5
_HELD_ANEW = timedelta(minutes=1)

_log = structlog.get_logger()


def is_due(now: datetime) -> bool:
    """Whether there is something to send."""
    return outbox.next_of(HOUSE, now) is not None


@alone
def deliver(context: Context, *, now: Callable[[], datetime] = clock.now) -> int:
    """Send what is due, until nothing is left or the server can't be reached; how many letters were tried."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="house-letters") as pool:
        return _deliver(context, pool, now)


def _deliver(context: Context, pool: ThreadPoolExecutor, now: Callable[[], datetime]) -> int:
    under_way: dict[Future[None], Message] = {}
    taken, is_away, held_at = 0, False, now()
    while True:
        hands = 0 if is_away else AT_ONCE - len(under_way)
        for message in outbox.claim(now(), hands, topic=HOUSE) if hands else []:
            under_way[_on_its_way(message, context, pool)] = message
            taken += 1
        if not under_way:
            return taken
        done, _ = wait(under_way, timeout=_LOOK_AGAIN, return_when=FIRST_COMPLETED)
        for future in done:
            is_away |= isinstance(future.exception(), Unreached)
            _settle(under_way.pop(future), future.exception(), now())
        if now() - held_at >= _HELD_ANEW:
            held_at = now()
            for message in under_way.values():
                outbox.renew(message, now=held_at)


def _on_its_way(message: Message, context: Context, pool: ThreadPoolExecutor) -> Future[None]:
    try:
        return pool.submit(mailbox.post, outgoing_by_house(message, context), context.settings)
    except Exception as error:  # noqa: BLE001 (whatever goes wrong with one letter must not stop the others)
        failed: Future[None] = Future()
        failed.set_exception(error)
        return failed


def _settle(message: Message, error: BaseException | None, now: datetime) -> None:
    if error is None:
        outbox.finish(message, now=now)
        return
    _log.warning("house_letter.failed", message=str(message.id), error=type(error).__name__)
    outbox.fail(message, f"{type(error).__name__}: {error}", now=now, final=isinstance(error, Permanent))
