"""The chain of an agency's months."""

from __future__ import annotations

from datetime import datetime

from portal.db import transaction
from portal.domain import periods
from portal.domain.tenants.models import Agency, Period


def period_at(agency: Agency, moment: datetime) -> Period:
    """The period that holds the instant, written down if it is not yet."""
    found = _at(agency, moment)
    return found or _extend(agency, moment)


def period_labelled(agency: Agency, label: str) -> Period:
    """The period of that label, past or future, written down if it is not yet."""
    found = Period.get_or_none((Period.agency == agency) & (Period.label == label))
    return found or _extend(agency, periods.start_of(label, agency.timezone))


def ensure_period(agency: Agency, moment: datetime) -> None:
    """Write the present period down, so that a change of zone leaves it alone."""
    period_at(agency, moment)


def _at(agency: Agency, moment: datetime) -> Period | None:
    return Period.get_or_none((Period.agency == agency) & (Period.starts_at <= moment) & (Period.ends_at > moment))


def _extend(agency: Agency, moment: datetime) -> Period:
    """Continue the chain forwards or backwards until it holds the instant."""
    with transaction():
        first, last = (
            Period.select().where(Period.agency == agency).order_by(order).first()
            for order in (Period.starts_at, Period.starts_at.desc())
        )
        if first is None:
            label = periods.label_of(moment, agency.timezone)
            return _write(
                agency,
                label,
                periods.start_of(label, agency.timezone),
                periods.start_of(periods.following(label), agency.timezone),
            )
        while last.ends_at <= moment:
            label = periods.following(last.label)
            last = _write(agency, label, last.ends_at, periods.start_of(periods.following(label), agency.timezone))
        while first.starts_at > moment:
            label = periods.preceding(first.label)
            first = _write(agency, label, periods.start_of(label, first.zone), first.starts_at)
        found = _at(agency, moment)
        assert found is not None, "the chain has no gap"
        return found


def _write(agency: Agency, label: str, starts_at: datetime, ends_at: datetime) -> Period:
    """Insert one link; a parallel writer of the same link is as good as we are."""
    Period.insert(
        **Period(agency=agency, label=label, zone=agency.timezone, starts_at=starts_at, ends_at=ends_at).__data__
    ).on_conflict_ignore().execute()
    return Period.get((Period.agency == agency) & (Period.label == label))
