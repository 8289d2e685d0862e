"""Who changed what, when, and on whose behalf. Rows are added, never edited or removed."""

from portal.domain.audit.actions import SYSTEM, Actor, ActorKind, record
from portal.domain.audit.queries import recent_of_agency, recent_of_app

__all__ = ["SYSTEM", "Actor", "ActorKind", "recent_of_agency", "recent_of_app", "record"]
