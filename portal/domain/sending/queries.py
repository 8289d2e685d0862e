from __future__ import annotations

from portal.domain.sending.models import Sender
from portal.domain.tenants import Agency


def sender_of(agency: Agency) -> Sender | None:
    """The agency's mail server as it was entered, used or not."""
    found: Sender | None = Sender.get_or_none(Sender.agency == agency)
    return found


def sender_in_use(agency: Agency) -> Sender | None:
    """The agency's mail server where its letters go by it."""
    found: Sender | None = Sender.get_or_none((Sender.agency == agency) & Sender.used)
    return found
