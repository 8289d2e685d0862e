from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from portal.db import Insert, microseconds, new_key
from portal.domain.audit.chain import new_salts

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

_entries = Insert(
    "audit_entry",
    {
        "id": "uuid",
        "at": "bigint",
        "action": "text",
        "actor_kind": "text",
        "actor_id": "uuid",
        "actor_name": "text",
        "behalf": "text",
        "agency_id": "uuid",
        "client_id": "uuid",
        "app_id": "uuid",
        "subject": "text",
        "details": "text",
        "salts": "text",
    },
)


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
    words = (subject, json.dumps(details, ensure_ascii=False, sort_keys=True), new_salts())
    ids = (value.hex if value else None for value in (agency_id, client_id, app_id))
    actor = (by.kind, by.id.hex if by.id else None, by.name, by.behalf)
    _entries.write([(new_key(), microseconds(now), action, *actor, *ids, *words)])
