"""Webhooks on their way: many at once, few of one agency, so that who is slow delays nobody but himself."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta

import structlog

from portal import clock
from portal.domain import webhooks
from portal.domain.webhooks import Answer, Outcome, Parcel
from portal.gateways import signing
from portal.gateways.egress import NoAnswer
from portal.gateways.targets import AddressRefused
from portal.jobs.alone import alone
from portal.jobs.context import Context

AT_ONCE = 16
LINGER = 10.0
"""Seconds for which the sender waits for what comes due soon: the first retry does."""
_KEPT_BYTES = 1024
_LOOK_AGAIN = 0.5
"""Seconds until what was posted meanwhile is seen, however slow those are who are being told."""

_log = structlog.get_logger()


def is_due(now: datetime) -> bool:
    """Whether there is something to send."""
    due = webhooks.next_due()
    return due is not None and due <= now + timedelta(seconds=LINGER)


@alone
def deliver(context: Context, *, now: Callable[[], datetime] = clock.now, linger: float = 0) -> int:
    """Send what is due until nothing is left; how many tries it was.

    Only this thread knows the database; the others know the network.
    """
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhooks") as pool:
        return _deliver(context, pool, now, linger)


def _deliver(context: Context, pool: ThreadPoolExecutor, now: Callable[[], datetime], linger: float) -> int:
    under_way: dict[Future[Answer], Parcel] = {}
    tries = 0
    while True:
        for parcel in webhooks.take(now(), AT_ONCE - len(under_way)):
            under_way[pool.submit(send, parcel, context)] = parcel
            tries += 1
        if under_way:
            done, _ = wait(under_way, timeout=_LOOK_AGAIN, return_when=FIRST_COMPLETED)
            for future in done:
                webhooks.note(under_way.pop(future), future.result(), origins=context, now=now())
        elif linger > 0 and is_due(now()):
            time.sleep(_LOOK_AGAIN)
            linger -= _LOOK_AGAIN
        else:
            return tries


def send(parcel: Parcel, context: Context) -> Answer:
    """One try, whatever comes of it. Signed with the real moment: who verifies does not know the demo's clock."""
    began = time.monotonic()
    try:
        secrets = [context.seal.open(secret) for secret in parcel.secrets]
        headers = signing.signed(parcel.message_id, parcel.body, secrets, at=datetime.now(UTC))
        headers |= {"Content-Type": "application/json", "User-Agent": "portal-webhooks/1"}
        answer = context.egress.post(parcel.url, parcel.body.encode(), headers, most=_KEPT_BYTES)
    except AddressRefused:
        return Answer(Outcome.REFUSED, 0)
    except signing.SecretLost:
        return Answer(Outcome.SECRET_LOST, 0)
    except NoAnswer as none:
        return Answer(Outcome(none.code), _since(began))
    except Exception as error:  # noqa: BLE001 (whatever one endpoint does must not stop the others)
        _log.error("webhook.crashed", delivery=str(parcel.delivery_id), exc_info=error)
        return Answer(Outcome.BROKEN, _since(began))
    return Answer(_outcome(answer.status), _since(began), answer.status, answer.body.decode("utf-8", "replace"))


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome.OK
    if status == 410:
        return Outcome.GONE
    return Outcome.REDIRECT if 300 <= status < 400 else Outcome.STATUS


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
