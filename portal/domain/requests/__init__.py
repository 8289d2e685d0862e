"""Services that the agency sold to a client, and when they fall due."""

from portal.domain.requests.actions import sell
from portal.domain.requests.calculations import due_days, next_due
from portal.domain.requests.models import SoldService
from portal.domain.requests.queries import Due, due_in, keep_sold, next_renewal, renewals, sold_by_id, sold_to

__all__ = [
    "Due",
    "SoldService",
    "due_days",
    "due_in",
    "keep_sold",
    "next_due",
    "next_renewal",
    "renewals",
    "sell",
    "sold_by_id",
    "sold_to",
]
