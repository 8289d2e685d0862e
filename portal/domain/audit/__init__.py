"""Who changed what, when, and on whose behalf. Rows are added, never edited or removed."""

from portal.domain.audit.actions import SYSTEM, Actor, ActorKind, record
from portal.domain.audit.models import AuditEntry
from portal.domain.audit.queries import (
    Change,
    TrailPage,
    history_of_client,
    last_changes,
    recent_of_agency,
    recent_of_app,
)

__all__ = [
    "SYSTEM",
    "Actor",
    "ActorKind",
    "AuditEntry",
    "Change",
    "TrailPage",
    "history_of_client",
    "last_changes",
    "recent_of_agency",
    "recent_of_app",
    "record",
]
