"""Projection, statements and their numbers. What is issued is frozen; nothing of it is ever edited."""

from portal.domain.billing.actions import BrandOf, close_month, due_for_closing, keep_pdf
from portal.domain.billing.catalogue import Audience, LineKind, State
from portal.domain.billing.drafts import draft_for
from portal.domain.billing.finding import find_statements
from portal.domain.billing.late import keep_issued
from portal.domain.billing.letters import StatementLinks, tell_ready
from portal.domain.billing.models import FrozenAsset, Statement, StatementLine
from portal.domain.billing.paging import lines_of_all, page_of_statements
from portal.domain.billing.queries import (
    assets_of,
    issued_periods,
    lines_of,
    statement_by_id,
    statement_by_number,
    statement_of_agency,
    statement_of_client,
    statements_of_agency,
    statements_of_client,
)

__all__ = [
    "Audience",
    "BrandOf",
    "FrozenAsset",
    "LineKind",
    "State",
    "Statement",
    "StatementLine",
    "StatementLinks",
    "assets_of",
    "close_month",
    "draft_for",
    "due_for_closing",
    "find_statements",
    "issued_periods",
    "keep_issued",
    "keep_pdf",
    "lines_of",
    "lines_of_all",
    "page_of_statements",
    "statement_by_id",
    "statement_by_number",
    "statement_of_agency",
    "statement_of_client",
    "statements_of_agency",
    "statements_of_client",
    "tell_ready",
]
