from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from portal import audit_words, clock
from portal.blueprints.agency import activity_file, activity_lines
from portal.blueprints.agency.activity_asked import Asked
from portal.domain import accounts, audit, invitations
from portal.domain.accounts import Staff
from portal.domain.rights import Permission
from portal.web.access import agency_staff
from portal.web.htmx import fragment_or_page

bp = Blueprint("activity", __name__, url_prefix="/activity")


@bp.get("/")
@agency_staff(may=Permission.SEE)
def index(staff: Staff) -> Response:
    """Who did what, when, and on whose behalf, as far as this person may see it."""
    asked = Asked.read(staff, request.args)
    before, after = (_uuid(request.args.get(edge, "")) for edge in ("before", "after"))
    found = audit.search(asked.question, before=before, after=after)
    named = {client.id: client for client in accounts.loaded(staff, activity_file.clients_in(found.entries))}
    return fragment_or_page(
        "agency/activity/_list.html",
        "agency/activity/index.html",
        staff=staff,
        asked=asked,
        found=found,
        named=named,
        runs=audit_words.runs(found.entries, of=["invitation.sent"]),
        called=invitations.names_given(found.entries),
        lines_of=activity_lines.lines_of,
        audit_words=audit_words,
        is_erased=lambda run: any(map(audit.is_erased, run)),
        **asked.choices(),
    )


@bp.get("/activity.csv")
@agency_staff(may=Permission.SEE)
def export(staff: Staff) -> AnyResponse:
    """What the page shows under the same filter, as a file."""
    return activity_file.file_of(staff, Asked.read(staff, request.args), now=clock.now())


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
