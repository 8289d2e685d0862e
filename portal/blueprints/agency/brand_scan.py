from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.agency import scan_words
from portal.domain import branding
from portal.domain.accounts import Staff
from portal.domain.errors import AT_THE_FORM, NotFound
from portal.domain.rights import Permission
from portal.gateways import scans
from portal.web import errors
from portal.web.access import agency_staff
from portal.web.htmx import fragment, go, is_fragment_request
from portal.web.messages import said_of

bp = Blueprint("brand_scan", __name__, url_prefix="/brand/scan")


@bp.get("/")
@agency_staff(may=Permission.PRICES)
def index(staff: Staff) -> Response:
    """The last scan, or what one would do."""
    return _page(staff)


@bp.post("/")
@agency_staff(may=Permission.PRICES)
def start(staff: Staff) -> AnyResponse:
    """Ask for a scan; while one is under way, that one is it."""
    now, config = clock.now(), current_app.config["SETTINGS"]
    before = scans.read(config, staff.agency.id)
    try:
        asked = branding.ask_scan(staff.agency, by=staff.actor, now=now)
    except AT_THE_FORM as error:
        return _page(staff, said_of(error), errors.status_of(error))
    if asked or not scan_words.is_under_way(before, now):
        kept = {"report": before.get("report"), "at": now.isoformat(), "by": staff.actor.name}
        scans.keep(config, staff.agency.id, state="asked", **kept)
    return go(url_for(".index"))


@bp.get("/progress")
@agency_staff(may=Permission.PRICES)
def progress(staff: Staff) -> AnyResponse:
    """How far it is; once it is done, the page that says what was found."""
    shown = _shown(staff)
    if not shown["under_way"] or not is_fragment_request():
        return go(url_for(".index"))
    return fragment("agency/brand_scan/_progress.html", **shown)


@bp.get("/report.json")
@agency_staff(may=Permission.PRICES)
def report(staff: Staff) -> Response:
    found = scans.read(current_app.config["SETTINGS"], staff.agency.id).get("report")
    if not found:
        raise NotFound
    content = json.dumps(found, indent=2, ensure_ascii=False)
    answer = Response(content, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="brand-scan-{found["at"][:10]}.json"'
    return answer


def _page(staff: Staff, problem: str = "", status: int = 200) -> Response:
    return make_response(render_template("agency/brand_scan/index.html", problem=problem, **_shown(staff)), status)


def _shown(staff: Staff) -> dict[str, Any]:
    kept = scans.read(current_app.config["SETTINGS"], staff.agency.id)
    under_way = scan_words.is_under_way(kept, clock.now())
    return {
        "kept": kept,
        "report": kept.get("report"),
        "under_way": under_way,
        "failed": bool(kept) and not under_way and kept["state"] != "done",
        "groups": scan_words.grouped(kept["report"]["leaks"]) if kept.get("report") else [],
        "words": scan_words,
        "zone": staff.agency.timezone,
    }
