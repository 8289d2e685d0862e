"""What closes and opens the secrets of authenticators for a view."""

from __future__ import annotations

from portal.gateways.signing import Seal
from portal.web.hosts import settings


def seal() -> Seal:
    return Seal(settings())
