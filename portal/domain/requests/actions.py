from __future__ import annotations

from datetime import date, datetime

from portal.db import transaction
from portal.domain import audit, money, periods, texts
from portal.domain.audit import Actor
from portal.domain.errors import Invalid
from portal.domain.requests.models import SoldService
from portal.domain.tenants import Client

RECURRENCES = (None, 1, 12, 24)
LONGEST_NAME = 120
FURTHEST_YEARS = 10


def sell(
    client: Client,
    name: str,
    *,
    price: int,
    every_months: int | None,
    first_on: date,
    by: Actor,
    now: datetime,
) -> SoldService:
    """Write a sale down; each due day becomes a line of that period's statement. Raises Invalid at the field."""
    name = texts.tidy(name)
    problems: dict[str, tuple[str, dict[str, object]]] = {}
    if problem := texts.name_problem(name, most=LONGEST_NAME):
        problems["name"] = problem
    if not 0 <= price < money.MOST:
        problems["price"] = ("bad_amount", {})
    if first_on > periods.add_months(now.date(), 12 * FURTHEST_YEARS):
        problems["first_on"] = ("day_far", {"years": FURTHEST_YEARS})
    if every_months not in RECURRENCES:
        problems["every_months"] = ("bad_choice", {})
    if problems:
        raise Invalid(problems)
    with transaction():
        row = SoldService.create(
            client=client,
            name=name,
            price=price,
            every_months=every_months,
            first_on=first_on,
            created_at=now,
            sold_by=by.name,
        )
        audit.record(
            "service.sold",
            by=by,
            now=now,
            agency_id=client.agency_id,
            client_id=client.id,
            subject=name,
            price=price,
            every_months=every_months,
        )
    return row
