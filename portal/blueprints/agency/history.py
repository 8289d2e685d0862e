from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, request

from portal import audit_words
from portal.blueprints.agency import history_wording
from portal.blueprints.agency.field_words import is_field, label_of
from portal.blueprints.agency.history_wording import ACTIONS, GROUPS, Asked
from portal.domain import accounts, audit
from portal.domain.accounts import Staff
from portal.domain.rights import Permission
from portal.web.access import agency_staff
from portal.web.htmx import fragment_or_page

bp = Blueprint("history", __name__, url_prefix="/clients/<uuid:client_id>/history")


@bp.get("/")
@agency_staff(may=Permission.SEE)
def index(staff: Staff, client_id: UUID) -> Response:
    """Who changed what of a client, from what to what, when, and on whose behalf."""
    client = accounts.client_of(staff, client_id)
    asked = _asked(request.args)
    found = audit.history_of_client(
        client.id,
        asked.actions,
        fits=asked.fits,
        before=_uuid(request.args.get("before", "")),
        after=_uuid(request.args.get("after", "")),
    )
    return fragment_or_page(
        "agency/history/_list.html",
        "agency/history/index.html",
        client=client,
        asked=asked,
        found=found,
        groups=GROUPS,
        is_empty=not found.entries and not audit.history_of_client(client.id, ACTIONS, most=1).entries,
        label_of=label_of,
        said=history_wording,
        audit_words=audit_words,
    )


def _asked(arguments: Mapping[str, str]) -> Asked:
    """What the address asks for; anything odd in it counts as not asked."""
    field, group = arguments.get("field", ""), arguments.get("about", "")
    if is_field(field):
        return Asked(field=field)
    return Asked(group if group in GROUPS else "")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
