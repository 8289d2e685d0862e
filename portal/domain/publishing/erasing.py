"""What publications hold of a person who is erased."""

from __future__ import annotations

from uuid import UUID

from portal.domain import audit
from portal.domain.publishing.models import Publication


def forget_publisher(person_id: UUID) -> None:
    """What was published is the client's and stays, under nobody's name; before the trail forgets the name."""
    for entry in audit.done_by(person_id, "menu.published"):
        his = (Publication.app == entry.app_id) & (Publication.published_at == entry.at)
        named = his & (Publication.published_by == entry.actor_name)
        Publication.update(published_by="").where(named).execute()
