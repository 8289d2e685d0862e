"""What requests hold of a person who is erased."""

from __future__ import annotations

from uuid import UUID

from portal.domain import mail
from portal.domain.requests.models import Request


def forget_asker(person_id: UUID) -> set[str]:
    """What was asked for stays, for the agency sold by it; who asked, and in which words, goes. The requests' ids.

    Staff still get the letters that wait, in the client's name.
    """
    asked = {str(row.id): row.client.name for row in Request.select().where(Request.asked_by == person_id)}
    mail.reword("request_created", lambda key, _: {"person": asked[key], "text": ""} if key in asked else {})
    Request.update(asked_name="", text="").where(Request.asked_by == person_id).execute()
    return set(asked)
