from enum import StrEnum


class Audience(StrEnum):
    """For whom a statement is: a client (retail) or an agency (wholesale)."""

    CLIENT = "client"
    AGENCY = "agency"


class LineKind(StrEnum):
    LICENCE = "licence"
    EXCESS = "excess"
    SOLD_SERVICE = "sold_service"
    ADJUSTMENT = "adjustment"
    COST = "cost"
    COLLECTED = "collected"
    COLLECTED_COST = "collected_cost"


class State(StrEnum):
    """Where an issued statement stands."""

    DUE = "due"
    AGENCY_INVOICED = "agency_invoiced"
    SETTLED = "settled"


COLLECTED_WHEN_EXCESS_ONLY = frozenset({LineKind.EXCESS, LineKind.ADJUSTMENT})
"""What is collected from a client whose agency collects the excess only (the seed's words)."""
