"""How a month of many clients should close: computed at once for a few, by a worker in parts for very many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from portal.db import transaction
from portal.domain import accounts, outbox, periods, requests
from portal.domain.reports.forecasts import MonthAhead, added_up, months_ahead
from portal.domain.reports.models import StoredOutlook
from portal.domain.reports.queries import MonthSum, at_hand_of, issued_months
from portal.domain.tenants import Agency, Client, period_at

GOOD_FOR = timedelta(hours=1)
"""So long a stored outlook is shown before a new one is asked for."""
PART = 500
_PARTS_AT_ONCE = 10
_RENEWALS = 10


@dataclass(frozen=True)
class Outlook:
    """The present month by currency, issued months by currency, and what was sold that falls due next: (id, day)."""

    as_of: datetime
    months: list[MonthAhead] = field(default_factory=list)
    issued: dict[str, list[MonthSum]] = field(default_factory=dict)
    renewals: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Rest:
    """Where a computation of several messages goes on: of which period, after which client, with which sums."""

    period: str
    after: UUID | None = None
    so_far: dict[str, Any] | None = None


def outlook_of(agency: Agency, clients: Sequence[Client], *, now: datetime) -> Outlook:
    """As it is now; within `at_hand_of` these clients."""
    months, issued = months_ahead(clients, now=now), issued_months(agency, clients, now=now)
    return Outlook(now, months, issued, _soonest(clients, [], _today(agency, now)))


def stored_outlook(agency: Agency, membership: UUID | None, *, now: datetime) -> Outlook | None:
    """As it was computed last for the agency, or for a manager's clients; None where none is of this month.

    Asks for a new one where there is none, or none that is young enough.
    """
    row = StoredOutlook.get_or_none(StoredOutlook.owner == (membership or agency.id))
    if row is None or row.period != period_at(agency, now).label:
        ask_for_outlook(agency, membership, now=now)
        return None
    if now - row.as_of > GOOD_FOR:
        ask_for_outlook(agency, membership, now=now)
    return _read(row.as_of, row.content)


def ask_daily(agency: Agency, *, now: datetime) -> None:
    """Let a worker compute the agency's, once a day."""
    _ask(f"outlook:{agency.id}:{now:%Y-%m-%d}", agency, None, now)


def ask_for_outlook(agency: Agency, membership: UUID | None, *, now: datetime) -> None:
    """Let a worker compute it, once an hour."""
    _ask(f"outlook:{membership or agency.id}:{now:%Y-%m-%dT%H}", agency, membership, now)


def _ask(key: str, agency: Agency, membership: UUID | None, now: datetime) -> None:
    if not outbox.is_known(key):
        with transaction():
            outbox.put("outlook.refresh", key=key, now=now, **_order(agency, membership))


def refresh_outlook(
    agency: Agency,
    membership: UUID | None = None,
    *,
    rest: Rest | None = None,
    now: datetime,
) -> None:
    """Compute the outlook of very many clients, some thousands at a time: the rest is a message of its own.

    Nothing is locked meanwhile, and who is stopped in the middle begins where the last message began.
    """
    label = period_at(agency, now).label
    rest = rest if rest and rest.period == label else Rest(label)
    outlook, after = _read(now, rest.so_far) if rest.so_far else Outlook(now), rest.after
    for _n in range(_PARTS_AT_ONCE):
        clients = accounts.parts_of_clients(agency, membership=membership, after=after, most=PART)
        if not clients:
            outlook = replace(outlook, issued=issued_months(agency, membership=membership, now=now))
            return _store(agency, membership, outlook, now)
        outlook, after = _with(outlook, agency, clients, now), clients[-1].id
    order = _order(agency, membership)
    with transaction():
        key = f"outlook:{order['membership'] or agency.id}:{now:%Y-%m-%dT%H}:{after}"
        order |= {"period": label, "after": str(after), "so_far": _written(outlook)}
        outbox.put("outlook.refresh", key=key, now=now, **order)
    return None


def _with(outlook: Outlook, agency: Agency, clients: list[Client], now: datetime) -> Outlook:
    """The outlook with so many clients more."""
    with at_hand_of(agency, clients):
        months = added_up([*outlook.months, *months_ahead(clients, now=now)])
        renewals = _soonest(clients, outlook.renewals, _today(agency, now))
    return replace(outlook, months=months, renewals=renewals)


def _soonest(clients: Iterable[Client], others: list[tuple[str, str]], today: date) -> list[tuple[str, str]]:
    coming = [(str(due.sold.id), due.on.isoformat()) for due in requests.renewals(clients, today)[:_RENEWALS]]
    return sorted([*others, *coming], key=lambda each: (each[1], each[0]))[:_RENEWALS]


def _store(agency: Agency, membership: UUID | None, outlook: Outlook, now: datetime) -> None:
    row = StoredOutlook(
        owner=membership or agency.id,
        agency=agency,
        period=period_at(agency, now).label,
        as_of=now,
        content=_written(outlook),
    )
    with transaction():
        StoredOutlook.insert(**row.__data__).on_conflict(
            conflict_target=[StoredOutlook.owner],
            preserve=[StoredOutlook.period, StoredOutlook.as_of, StoredOutlook.content],
        ).execute()


def _order(agency: Agency, membership: UUID | None) -> dict[str, Any]:
    return {"agency": str(agency.id), "membership": str(membership) if membership else None}


def _written(outlook: Outlook) -> dict[str, Any]:
    return {name: value for name, value in asdict(outlook).items() if name != "as_of"}


def _read(as_of: datetime, content: dict[str, Any]) -> Outlook:
    return Outlook(
        as_of,
        [MonthAhead(**month) for month in content["months"]],
        {currency: [MonthSum(**month) for month in months] for currency, months in content["issued"].items()},
        [(sold, day) for sold, day in content["renewals"]],
    )


def _today(agency: Agency, now: datetime) -> date:
    return periods.local_day(now, agency.timezone)
