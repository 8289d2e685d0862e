"""What requests hold of a person who is erased."""

from __future__ import annotations

from uuid import UUID

from portal.domain.requests.models import Request


def forget_asker(person_id: UUID) -> None:
    """What was asked for stays, for the agency sold by it; who asked, and in which words, goes."""
    Request.update(asked_name="", text="").where(Request.asked_by == person_id).execute()
