"""The chain of an agency's months."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.db import Lookup, database, microseconds, transaction
from portal.domain import at_hand, periods
from portal.domain.tenants.models import Agency, Period

_remembered: dict[UUID, list[Period]] = {}
_MOST_REMEMBERED = 10_000


def period_at(agency: Agency, moment: datetime) -> Period:
    """The period that holds the instant, written down if it is not yet."""
    for period in _remembered.get(agency.id, ()):
        if period.starts_at <= moment < period.ends_at:
            return period
    found = at_hand.once("period", (agency.id, moment), lambda: _at(agency, moment) or _extend(agency, moment))
    if not database.in_transaction():  # what a transaction wrote may vanish; what stands written stays for ever
        if len(_remembered) > _MOST_REMEMBERED:
            _remembered.clear()
        _remembered.setdefault(agency.id, []).append(found)
    return found


def period_labelled(agency: Agency, label: str) -> Period:
    """The period of that label, past or future.

    One that is not written down yet is shown as it would be: asking for a month ahead must not
    keep a change of zone from reaching it.
    """
    found = at_hand.once("period", (agency.id, label), lambda: _labelled(agency.id.hex, label))
    if found:
        return found
    first, last = _ends(agency)
    if first and label < first.label:
        return _imagined(agency, label, zone=first.zone, until=first)
    return _imagined(agency, label, zone=agency.timezone, since=last)


def ensure_period(agency: Agency, moment: datetime) -> None:
    """Write the present period down, so that a change of zone leaves it alone: call this before changing it."""
    period_at(agency, moment)


def _at(agency: Agency, moment: datetime) -> Period | None:
    now = microseconds(moment)
    return _holding(agency.id.hex, now, now)


def _ends(agency: Agency) -> tuple[Period | None, Period | None]:
    """The first and the last period that are written down."""
    return _first(agency.id.hex), _last(agency.id.hex)


def _extend(agency: Agency, moment: datetime) -> Period:
    """Continue the chain forwards or backwards until it holds the instant."""
    with transaction():
        first, last = _ends(agency)
        if first is None or last is None:
            label = periods.label_of(moment, agency.timezone)
            return _write(_imagined(agency, label, zone=agency.timezone))
        while last.ends_at <= moment:
            last = _write(_imagined(agency, periods.following(last.label), zone=agency.timezone, since=last))
        while first.starts_at > moment:
            first = _write(_imagined(agency, periods.preceding(first.label), zone=first.zone, until=first))
        found = _at(agency, moment)
        assert found is not None, "the chain has no gap"
        return found


def _imagined(
    agency: Agency, label: str, *, zone: str, since: Period | None = None, until: Period | None = None
) -> Period:
    """A month that is not written down: it begins where `since` ends or ends where `until` begins, if they touch."""
    following = periods.following(label)
    starts_at = since.ends_at if since and periods.following(since.label) == label else periods.start_of(label, zone)
    ends_at = until.starts_at if until and until.label == following else periods.start_of(following, zone)
    return Period(agency=agency, label=label, zone=zone, starts_at=starts_at, ends_at=ends_at)


def _write(period: Period) -> Period:
    """Insert one link; a parallel writer of the same link is as good as we are."""
    period.place("ON CONFLICT DO NOTHING")
    found = _labelled(period.agency_id.hex, period.label)
    assert found is not None, "it has just been written"
    return found


_labelled = Lookup(Period, lambda agency, label: (Period.agency == agency) & (Period.label == label))
_holding = Lookup(
    Period,
    lambda agency, now, then: (Period.agency == agency) & (Period.starts_at <= now) & (Period.ends_at > then),
)
_first = Lookup(Period, lambda agency: Period.agency == agency, first=Period.starts_at)
_last = Lookup(Period, lambda agency: Period.agency == agency, first=Period.starts_at.desc())
