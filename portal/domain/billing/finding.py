"""Finding statements by their number, or the part of it that people remember."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from peewee import JOIN, fn

from portal.db import is_postgres
from portal.domain.accounts.models import StaffAssignment
from portal.domain.billing.catalogue import Audience
from portal.domain.billing.models import NumberSeries, Statement
from portal.domain.tenants import Agency, Client

_SHOWN = (Statement.id, Statement.number, Statement.audience, Statement.period, Statement.total, Statement.currency)
_DIGITS = 6


def find_statements(
    agency: Agency, text: str, *, membership: UUID | None = None, own: bool, most: int
) -> list[Statement]:
    """Issued statements of the agency that `text` may mean, newest first, clients loaded; what is frozen is not.

    "AUR-2026-000004", its beginning, "2026-000004" and "4" mean the same one. `membership`: of that manager's
    clients alone. `own`: the agency's own as well.
    """
    meant = _meant(agency, text.strip().upper())
    if meant is None:
        return []
    query = Statement.select(*_SHOWN, Client).join(Client, JOIN.LEFT_OUTER)
    query = query.where((Statement.agency == agency) & meant)
    if not own:
        query = query.where(Statement.audience == Audience.CLIENT.value)
    if membership:
        his = StaffAssignment.select(StaffAssignment.client).where(StaffAssignment.membership == membership)
        query = query.where(Statement.client.in_(his))
    return list(query.order_by(Statement.period.desc(), Statement.number.desc()).limit(most))


def _meant(agency: Agency, text: str) -> Any:
    """The condition on the number; None where the text is none."""
    whole = text if text.startswith(agency.prefix.upper()) else f"{agency.prefix}-{text}"
    if not any(letter.isdigit() for letter in text) and text != agency.prefix.upper() and whole != text:
        return None
    exact = _numbered(agency, int(text)) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else []
    conditions = [Statement.number.in_(exact)] if exact else []
    return reduce(or_, [*conditions, _begins(whole)])


def _numbered(agency: Agency, count: int) -> list[str]:
    """What the statement of this count is called in each series and year."""
    return [
        f"{'-'.join(filter(None, (agency.prefix, row.series)))}-{row.year}-{count:0{_DIGITS}d}"
        for row in NumberSeries.select().where((NumberSeries.agency == agency) & (NumberSeries.last >= count))
    ]


def _begins(text: str) -> Any:
    begins = fn.SUBSTR(Statement.number, 1, len(text)) == text
    if is_postgres():  # whose order of texts may be any language's; the agency's rows are found by its index
        return begins
    return begins & (Statement.number >= text) & (Statement.number < f"{text}\U0010ffff")
