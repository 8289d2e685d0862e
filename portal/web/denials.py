"""Changes that were refused leave a line in the trail of the house that the one who asked belongs to."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, g, request

from portal import clock
from portal.domain import accounts, audit
from portal.domain.accounts import Machine, Member, Staff
from portal.domain.audit import Actor
from portal.domain.errors import DomainError, Forbidden, NotFound
from portal.web import sessions
from portal.web.access import is_public
from portal.web.bodies import SAFE


def note(error: DomainError) -> None:
    """Write down who was refused what. Looking leaves nothing, and whoever is not known here has no house."""
    if request.method in SAFE or not isinstance(error, (Forbidden, NotFound)) or error.code == "only_viewing":
        return
    found = _who() if not is_public(current_app.view_functions[request.endpoint or ""]) else None
    if found:
        by, agency_id = found
        why: audit.Why = "right" if isinstance(error, Forbidden) else "absent"
        audit.note_denied(f"{request.method} {request.endpoint}", why, by=by, agency_id=agency_id, now=clock.now())


def _who() -> tuple[Actor, UUID | None] | None:
    """Whoever asks, and whose trail tells of him."""
    who = g.get("who")
    if isinstance(who, (Machine, Member, Staff)):
        return who.actor, who.agency.id
    found = sessions.signed_in()
    return accounts.doer(found.person) if found else None
