"""What clients ask of their agency, and services that the agency sold to them, with the days they fall due."""

from portal.domain.requests.actions import sell
from portal.domain.requests.asking import LONGEST_TEXT, ask
from portal.domain.requests.calculations import due_days, next_due
from portal.domain.requests.catalogue import State
from portal.domain.requests.deciding import Sale, decide
from portal.domain.requests.erasing import forget_asker
from portal.domain.requests.models import Request, SoldService
from portal.domain.requests.queries import Due, due_in, keep_sold, next_renewal, renewals, sold_by_id, sold_to
from portal.domain.requests.queue import (
    QueuePage,
    Total,
    asked_by,
    counts_of,
    queue_of,
    request_of,
    totals_of,
    waiting_for,
)

__all__ = [
    "LONGEST_TEXT",
    "Due",
    "QueuePage",
    "Request",
    "Sale",
    "SoldService",
    "State",
    "Total",
    "ask",
    "asked_by",
    "counts_of",
    "decide",
    "due_days",
    "due_in",
    "forget_asker",
    "keep_sold",
    "next_due",
    "next_renewal",
    "queue_of",
    "renewals",
    "request_of",
    "sell",
    "sold_by_id",
    "sold_to",
    "totals_of",
    "waiting_for",
]
