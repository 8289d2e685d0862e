"""Deliveries taken, and what became of them. The network is the edge's: between `take` and `note`."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from peewee import Expression, fn

from portal.db import transaction
from portal.domain.tenants import Agency
from portal.domain.webhooks.catalogue import TEST_EVENT, Outcome, PauseReason, State
from portal.domain.webhooks.letters import Origins, tell_owners
from portal.domain.webhooks.models import Attempt, Delivery, Endpoint

LEASE = timedelta(minutes=1)
"""A delivery whose worker died is taken again after this; one try takes ten seconds at most."""
AT_ONCE_PER_AGENCY = 3
"""So that the slow endpoints of one agency leave hands for all others."""
_S, _M, _H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
DELAYS = (5 * _S, 5 * _M, 30 * _M, 2 * _H, 5 * _H, 10 * _H, 14 * _H, 20 * _H, 24 * _H)
"""Waits between tries, each a fifth more or less: those that failed together don't come back together."""
FAILING_FOR = timedelta(days=5)
"""An endpoint that took nothing for so long is paused."""
KEPT_FOR = timedelta(days=30)
_LONGEST_ANSWER = 1024


@dataclass(frozen=True)
class Parcel:
    """What is to be sent, and where to. `secrets` are sealed, the present one first."""

    delivery_id: UUID
    message_id: str
    url: str
    body: str
    secrets: tuple[str, ...]
    number: int


@dataclass(frozen=True)
class Answer:
    """What one try gave."""

    outcome: Outcome
    milliseconds: int
    status: int | None = None
    text: str = ""


def take(now: datetime, limit: int) -> list[Parcel]:
    """Claim what is due, one at a time for each endpoint; who waits longest comes first.

    The present endpoint counts: what it no longer wants, or may no longer have, is written off here.
    """
    parcels: list[Parcel] = []
    with transaction():
        busy = _under_way(now)
        agencies = Counter(busy.values())
        for endpoint_id, agency_id in _waiting(now):
            if len(parcels) >= limit:
                break
            if endpoint_id in busy or agencies[agency_id] >= AT_ONCE_PER_AGENCY:
                continue
            if parcel := _claim(endpoint_id, now):
                agencies[agency_id] += 1
                parcels.append(parcel)
    return parcels


def note(parcel: Parcel, answer: Answer, *, origins: Origins, now: datetime) -> None:
    """Write down what a try gave, and when the next one is.

    After the last one the delivery is given up and the owners hear of it.
    """
    with transaction():
        found = Delivery.select(Delivery, Endpoint).join(Endpoint).where(Delivery.id == parcel.delivery_id).first()
        if found is None:
            return
        Attempt.create(
            delivery=found, at=now, url=parcel.url, outcome=answer.outcome.value, status=answer.status,
            milliseconds=answer.milliseconds, answer=answer.text.replace("\x00", "")[:_LONGEST_ANSWER],
        )  # fmt: skip
        if answer.outcome == Outcome.OK:
            _end(parcel, State.DELIVERED, Outcome.OK, now)
            Endpoint.update(last_success_at=now, failing_since=None).where(Endpoint.id == found.endpoint_id).execute()
        else:
            _failed(parcel, answer.outcome, found.endpoint, origins, now)


def forget_old(*, now: datetime) -> int:
    """Delete what ended `KEPT_FOR` ago; how many deliveries it was."""
    return int(Delivery.delete().where(Delivery.ended_at <= now - KEPT_FOR).execute())


def _failed(parcel: Parcel, outcome: Outcome, endpoint: Endpoint, origins: Origins, now: datetime) -> None:
    since = endpoint.failing_since or now
    Endpoint.update(last_failure_at=now, failing_since=since).where(Endpoint.id == endpoint.id).execute()
    last = outcome == Outcome.GONE or parcel.number > len(DELAYS)
    ended = _end(parcel, State.FAILED, outcome, now) if last else _again(parcel, outcome, now)
    if not ended or endpoint.paused_at or endpoint.deleted_at:
        return
    if outcome == Outcome.GONE:
        _pause(endpoint, PauseReason.GONE, now)
        tell_owners(endpoint, "gone", origins=origins, now=now)
    elif now - since >= FAILING_FOR:
        _pause(endpoint, PauseReason.FAILING, now)
        tell_owners(endpoint, "failing", origins=origins, now=now)
    elif last:
        tell_owners(endpoint, "given_up", origins=origins, now=now)


def _end(parcel: Parcel, state: State, outcome: Outcome, now: datetime) -> bool:
    return _change(parcel, state=state.value, outcome=outcome.value, ended_at=now, next_at=None)


def _again(parcel: Parcel, outcome: Outcome, now: datetime) -> bool:
    wait = DELAYS[parcel.number - 1] * random.uniform(0.8, 1.2)  # nosec B311
    return _change(parcel, outcome=outcome.value, next_at=now + wait)


def _change(parcel: Parcel, **values: object) -> bool:
    """False when another worker has it by now: the lease had run out."""
    mine = (Delivery.id == parcel.delivery_id) & (Delivery.tries == parcel.number) & _PENDING
    return bool(Delivery.update(claimed_until=None, **values).where(mine).execute())


def _pause(endpoint: Endpoint, reason: PauseReason, now: datetime) -> None:
    Endpoint.update(paused_at=now, paused_for=reason.value).where(Endpoint.id == endpoint.id).execute()


_PENDING = Delivery.state == State.PENDING.value


def _due(now: datetime) -> Expression:
    free = Delivery.claimed_until.is_null() | (Delivery.claimed_until <= now)
    return _PENDING & (Delivery.next_at <= now) & free


def _under_way(now: datetime) -> dict[UUID, UUID]:
    """The agency of each endpoint that somebody is sending to."""
    rows = Delivery.select(Delivery.endpoint, Endpoint.agency).join(Endpoint)
    return dict(_pairs(rows.where(_PENDING & (Delivery.claimed_until > now))))


def _waiting(now: datetime) -> list[tuple[UUID, UUID]]:
    """Endpoints for which something is due, with their agencies."""
    rows = Delivery.select(Delivery.endpoint, Endpoint.agency).join(Endpoint).where(_due(now))
    waiting = rows.group_by(Delivery.endpoint, Endpoint.agency).order_by(fn.MIN(Delivery.next_at), Delivery.endpoint)
    return _pairs(waiting)


def _pairs(query: Any) -> list[tuple[UUID, UUID]]:
    return list(query.tuples())


def _claim(endpoint_id: UUID, now: datetime) -> Parcel | None:
    """The endpoint's oldest due delivery, if one is left once what it does not want is written off."""
    endpoint = Endpoint.select(Endpoint, Agency).join(Agency).where(Endpoint.id == endpoint_id).get()
    due = _due(now) & (Delivery.endpoint == endpoint)
    _write_off(endpoint, due, now)
    row = Delivery.select().where(due).order_by(Delivery.next_at, Delivery.id).first()
    claimed = Delivery.update(claimed_until=now + LEASE, tries=Delivery.tries + 1)
    if row is None or not claimed.where((Delivery.id == row.id) & due).execute():
        return None
    both = endpoint.old_secret and endpoint.old_until and endpoint.old_until > now
    secrets = (endpoint.secret, endpoint.old_secret) if both else (endpoint.secret,)
    return Parcel(row.id, row.message_id, endpoint.url, row.body, secrets, row.tries + 1)


def _write_off(endpoint: Endpoint, due: Expression, now: datetime) -> None:
    reason = (
        Outcome.DELETED if endpoint.deleted_at
        else Outcome.PAUSED if endpoint.paused_at
        else Outcome.SUSPENDED if endpoint.agency.suspended_at
        else None
    )  # fmt: skip
    unwanted = Delivery.event.not_in([*endpoint.events, TEST_EVENT])
    dropped = {"state": State.DROPPED.value, "outcome": (reason or Outcome.UNSUBSCRIBED).value}
    Delivery.update(**dropped, ended_at=now, next_at=None).where(due if reason else due & unwanted).execute()
    # one that took its worker with it each time
    lost = {"state": State.FAILED.value, "outcome": Outcome.BROKEN.value}
    Delivery.update(**lost, ended_at=now, next_at=None).where(due & (Delivery.tries > len(DELAYS))).execute()
