"""Seeing as somebody else: a session that looks through another's eyes changes nothing but that."""

from __future__ import annotations

from flask import request

from portal import clock
from portal.domain import rights
from portal.domain.accounts import Member
from portal.domain.errors import Forbidden
from portal.web import sessions
from portal.web.bodies import SAFE
from portal.web.refusals import ViewOver

_WAYS_OUT = frozenset(
    {"office.view.stop", "account.sign_out.submit", "account.enter.leave", "account.enter.enter"},
)


def is_viewing() -> bool:
    found = sessions.signed_in()
    return found is not None and found.row.viewing is not None


def refuse_changes() -> None:
    """Raises Forbidden for whatever is not mere looking, wherever it stands, but for the ways out."""
    if request.method not in SAFE and request.endpoint not in _WAYS_OUT and is_viewing():
        raise Forbidden("only_viewing")


def through_whose_eyes(member: Member) -> Member:
    """Whom the session looks as, else the member himself. Raises ViewOver once, when the view has just ended."""
    if member.session is None or member.session.viewing is None:
        return member
    now = clock.now()
    seen = rights.seen_through(member, now=now)
    if seen is None:
        rights.end_view(member, now=now)
        raise ViewOver(member)
    return seen
