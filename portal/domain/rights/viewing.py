"""To see what a colleague sees: read-only, for one session, never more than both of them may."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from portal.db import transaction
from portal.domain import accounts, audit
from portal.domain.accounts import Contributor, Member
from portal.domain.errors import Forbidden, NotFound, Refused
from portal.domain.rights.actions import guard
from portal.domain.rights.queries import admitted, may


def begin_view(colleague: Contributor, *, by: Member, now: datetime) -> None:
    """Let the session of `by` look through the colleague's eyes until the view is ended.

    Raises Forbidden for oneself, for who holds more than `by`, and from within a view; Refused for a
    colleague who can't come in himself at the moment.
    """
    if by.viewer or by.session is None or by.session.viewing:
        raise Forbidden("only_viewing")
    with transaction():
        guard(colleague, by, [])
        if not admitted(_through(colleague, by), now=now):
            raise Refused("view_closed", name=colleague.person.shown_name)
        if accounts.look_as(by.session, colleague):
            _record("view.started", colleague, by, now)


def end_view(by: Member, *, now: datetime) -> None:
    """Back to oneself; a second time changes nothing."""
    assert by.session is not None, "only a session looks"
    colleague = accounts.last_look(by.session)
    with transaction():
        if accounts.look_as(by.session, None) and colleague:
            _record("view.ended", colleague, by, now)


def seen_through(viewer: Member, *, now: datetime) -> Member | None:
    """Whom the session of `viewer` looks as; None once the view is over.

    It is over when the colleague can't come in any more, and when `viewer` no longer manages the team.
    Raises NotFound in every other back office of `viewer`: the view is of one.
    """
    colleague = accounts.looked_through(viewer.session) if viewer.session else None
    if colleague and colleague.app_id != viewer.app.id:
        raise NotFound
    if colleague is None or not may(viewer, "team"):
        return None
    seen = _through(colleague, viewer)
    return seen if admitted(seen, now=now) else None


def _through(colleague: Contributor, viewer: Member) -> Member:
    colleague.app = viewer.app
    return replace(viewer, person=colleague.person, contributor=colleague, role=None, viewer=viewer)


def _record(action: str, colleague: Contributor, by: Member, now: datetime) -> None:
    audit.record(
        action,
        by=by.actor,
        now=now,
        agency_id=by.agency.id,
        client_id=by.client.id,
        app_id=by.app.id,
        subject=colleague.person.email,
    )
