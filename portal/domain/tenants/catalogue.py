from enum import StrEnum


class Payee(StrEnum):
    """Who is paid what a client on its own card owes."""

    OPERATOR = "operator"
    AGENCY = "agency"
