"""How far an agency's clients have come into its present period: each has to be brought there once."""

from __future__ import annotations

from collections.abc import Iterator

from portal.domain.tenants.models import Agency, Client
from portal.domain.tenants.queries import page_of_clients_by_id

PART = 500


def clients_to_turn(agency: Agency, label: str) -> Iterator[list[Client]]:
    """In parts, the clients that were not yet brought into the period; each part is noted as done when it comes back.

    Who is stopped goes on after the last whole part. A client that joins meanwhile is brought there by joining.
    """
    held = Agency.select(Agency.turned_to, Agency.turned_client).where(Agency.id == agency.id).get()
    begun = held.turned_to == label
    if begun and held.turned_client is None:
        return
    after = held.turned_client if begun else None
    while part := page_of_clients_by_id(agency, after=after, most=PART):
        yield part
        after = part[-1].id
        Agency.update(turned_to=label, turned_client=after).where(Agency.id == agency.id).execute()
    Agency.update(turned_to=label, turned_client=None).where(Agency.id == agency.id).execute()
