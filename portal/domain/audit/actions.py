from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from portal.domain.audit.models import AuditEntry

ActorKind = Literal["operator", "staff", "contributor", "machine", "system"]


@dataclass(frozen=True)
class Actor:
    """Who does something: a person, a machine or the portal itself.

    `behalf` names for whom, where somebody acts in a house that is not his own
    (agency staff inside a client's back office).
    """

    kind: ActorKind
    name: str
    id: UUID | None = None
    behalf: str = ""


SYSTEM = Actor("system", "Portal")


def record(
    action: str,
    *,
    by: Actor,
    now: datetime,
    agency_id: UUID | None = None,
    client_id: UUID | None = None,
    app_id: UUID | None = None,
    subject: str = "",
    **details: Any,
) -> None:
    """Add one entry, inside the transaction of what it tells; never a secret among `details`."""
    AuditEntry.create(
        at=now,
        action=action,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        behalf=by.behalf,
        agency_id=agency_id,
        client_id=client_id,
        app_id=app_id,
        subject=subject,
        details=details,
    )
