"""The rows of the team, each drawn once: a row says nothing but what its entry, the language and the app make of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from secrets import token_urlsafe

from flask import current_app
from markupsafe import Markup

from portal.audit_words import boxes_in_words
from portal.blueprints.office.team_help import help_address, may_help
from portal.domain.accounts import Member
from portal.domain.invitations import TeamEntry
from portal.languages import language
from portal.web import forgery

_MOST_KEPT = 2_000
_TOKEN = token_urlsafe(24)
"""Where each session's own token is put in; nobody can write it into a name."""


def html_of(member: Member, entries: Iterable[TeamEntry], offered: Iterable[str]) -> Markup:
    """The rows for this session, inside the back office of `member`; `offered`: keys of its boxes."""
    boxes = frozenset(offered)
    helps = may_help(member)
    rows = "".join(_drawn(entry, boxes, helps, language(), member.app.slug) for entry in entries)
    return Markup(rows.replace(_TOKEN, forgery.token()) if _TOKEN in rows else rows)  # nosec B704 (drawn by a template)


@lru_cache(maxsize=_MOST_KEPT)
def _drawn(entry: TeamEntry, offered: frozenset[str], helps: bool, _language: str, _app: str) -> str:
    """What is not read here is what the words are said in, and where the links lead."""
    template = current_app.jinja_env.get_template("office/team/_row.html").module
    help_link = help_address(entry.email) if helps else ""
    return str(template.team_row(entry, offered, boxes_in_words, _TOKEN, help_link))  # type: ignore[attr-defined]
