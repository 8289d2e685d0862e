from enum import StrEnum


class PaymentOption(StrEnum):
    """Whose card pays for a client."""

    AGENCY_CARD = "agency_card"
    CLIENT_CARD = "client_card"


class ManagedBy(StrEnum):
    """Who switches the Sales Optimizer."""

    AGENCY = "agency"
    CLIENT = "client"


class AtLimit(StrEnum):
    """What happens at a limit: the excess is billed, billed up to a ceiling, or refused."""

    BILL = "bill"
    CEILING = "ceiling"
    STOP = "stop"


def cap_of(at_limit: AtLimit, limit: int | None, ceiling: int | None) -> int | None:
    """The use that is never passed: the limit where it stops, the ceiling where there is one, else none."""
    return {AtLimit.STOP: limit, AtLimit.CEILING: ceiling, AtLimit.BILL: None}[at_limit]


ALERT_AT = (80, 100)
"""Percent of a limit at which people are told, unless a client has its own."""

MOST_UNITS = 10**12
"""No limit or quantity is larger: far above any real use, far below 64 bits."""
