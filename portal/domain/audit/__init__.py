"""Who changed what, when, and on whose behalf. Entries are added, never edited or removed.

They hang together in chains of hashes, one for each agency: what was changed or taken out behind the portal's back
is found. A person's words can be erased, and the chains still hold.
"""

from portal.domain.audit.actions import SYSTEM, Actor, ActorKind, record
from portal.domain.audit.chain import is_erased
from portal.domain.audit.denied import Why, note_denied
from portal.domain.audit.erasing import done_by, erase
from portal.domain.audit.models import AuditEntry
from portal.domain.audit.queries import (
    Change,
    TrailPage,
    history_of_client,
    last_changes,
    recent_of_agency,
    recent_of_app,
)
from portal.domain.audit.sealing import seal
from portal.domain.audit.search import Question, every, search
from portal.domain.audit.verifying import Verdict, chains, verify

__all__ = [
    "SYSTEM",
    "Actor",
    "ActorKind",
    "AuditEntry",
    "Change",
    "Question",
    "TrailPage",
    "Verdict",
    "Why",
    "chains",
    "done_by",
    "erase",
    "every",
    "history_of_client",
    "is_erased",
    "last_changes",
    "note_denied",
    "recent_of_agency",
    "recent_of_app",
    "record",
    "seal",
    "search",
    "verify",
]
