from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.db import transaction
from portal.domain import outbox, periods
from portal.domain.audit import Actor
from portal.domain.billing.catalogue import Audience
from portal.domain.billing.issuing import client_statements, is_issued, issue_for_agency, issue_for_client
from portal.domain.billing.models import Statement
from portal.domain.branding import Brand, freeze
from portal.domain.errors import Refused
from portal.domain.tenants import Agency, Client, agencies, clients_of, period_labelled

GRACE = timedelta(days=3)

BrandOf = Callable[[Agency | None], Brand]
"""The brand of an agency, or the vendor's for None; given by the edge, which knows where themes live."""


def close_month(
    agency: Agency,
    label: str,
    *,
    brand_of: BrandOf,
    grace: timedelta = GRACE,
    at_once: bool = False,
    by: Actor,
    now: datetime,
) -> list[Statement]:
    """Issue the statements of a finished month; those issued already stay as they are and are returned too.

    One transaction a statement: after a fault the next call goes on where this one stopped. Raises
    Refused for a month that is not over, and for one whose grace runs unless `at_once`.
    """
    if not periods.is_label(label):
        raise Refused("bad_period", field="period")
    period = period_labelled(agency, label)
    if period.ends_at > now:
        raise Refused("month_not_over", field="period", period=label)
    if period.ends_at + grace > now and not at_once:
        raise Refused("grace_runs", field="period", period=label, until=period.ends_at + grace)
    clients = _clients_in(agency, label)
    retail, wholesale = freeze(brand_of(agency)), freeze(brand_of(None))
    for client in clients:
        issue_for_client(client, label, brand=retail, by=by, now=now)
    for currency in sorted(_currencies(agency, label)):
        issue_for_agency(agency, currency, label, brand=wholesale, by=by, now=now)
    return list(
        Statement.select()
        .where((Statement.agency == agency) & (Statement.period == label))
        .order_by(Statement.audience.desc(), Statement.number)
    )


def due_for_closing(*, grace: timedelta = GRACE, now: datetime) -> list[tuple[Agency, str]]:
    """Months that are over, whose grace has ended and that were not closed yet, oldest first."""
    found = []
    for agency in agencies():
        clients = clients_of(agency)
        if not clients:
            continue
        first = min(client.began_on for client in clients).strftime("%Y-%m")
        for label in periods.labels_between(first, periods.label_of(now, agency.timezone)):
            over = period_labelled(agency, label).ends_at + grace <= now
            if over and not _is_closed(agency, label):
                found.append((agency, label))
    return sorted(found, key=lambda pair: (pair[1], pair[0].slug))


def keep_pdf(statement: Statement, *, name: str, sha256: str, now: datetime) -> bool:
    """Write down the statement's file, once; False when it was kept already."""
    with transaction():
        kept = (
            Statement.update(pdf_name=name, pdf_sha256=sha256, rendered_at=now)
            .where((Statement.id == statement.id) & Statement.rendered_at.is_null())
            .execute()
        )
        if kept:
            outbox.put("statement.ready", key=f"ready:{statement.id}", now=now, statement=str(statement.id))
    return bool(kept)


def _is_closed(agency: Agency, label: str) -> bool:
    """The agency's own statements are issued last, one a currency: with them the month is closed."""
    return all(is_issued(Audience.AGENCY, str(agency.id), label, currency) for currency in _currencies(agency, label))


def _currencies(agency: Agency, label: str) -> set[str]:
    """In which there is an agency statement of the month: those of the clients, as their statements were issued."""
    issued = {statement.client_id: statement.currency for statement in client_statements(agency, label)}
    return {issued.get(client.id, client.currency) for client in _clients_in(agency, label)}


def _clients_in(agency: Agency, label: str) -> list[Client]:
    """The clients that had begun by the end of the month."""
    found = [client for client in clients_of(agency) if client.began_on <= periods.last_day(label)]
    for client in found:
        client.agency = agency
    return found
