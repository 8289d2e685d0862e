from enum import StrEnum


class State(StrEnum):
    """How far an agency's own domain has come."""

    PENDING = "pending_dns"
    """Asked for; nobody has proven yet whose it is."""
    VERIFIED = "verified"
    """Proven by its TXT record; people still come to the sub-domain."""
    ACTIVE = "active"
    LOST = "lost"
    """It was active, and then no longer proven or not reached: the sub-domain serves until it is back."""


PROOF = "_portal-proof"
"""The name below which the proof stands."""
DAYS = (0, 1, 3, 7)
"""So many days may lie between telling people of a new address and the change."""
MISSES = 3
"""Daily checks without the proof, after which a domain is lost."""
