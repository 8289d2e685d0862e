"""What the client used, what is left and what it costs; what it costs the agency is not among it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.audit_words import box_in_words
from portal.domain import reports, rights, settings
from portal.domain.accounts import Member
from portal.domain.errors import Invalid
from portal.domain.reports import ServiceMonth
from portal.languages import gettext as _
from portal.web import usage as pages
from portal.web import usage_words
from portal.web.access import contributor
from portal.web.asking import askable
from portal.web.htmx import fragment, fragment_or_redirect, is_fragment_request

bp = Blueprint("services", __name__, url_prefix="/services")


@bp.get("/")
@bp.get("/<period:label>/")
@contributor(may="services")
def index(member: Member, label: str | None = None) -> AnyResponse | str:
    now = clock.now()
    month = pages.month_shown(member.client, label, now=now)
    if label == month.present:
        return redirect(url_for(".index"), 302)
    return render_template(
        "office/services/index.html",
        **_common(member, month),
        rows=reports.month_of(member.client, month.label, now=now),
        optimizer=settings.current(member.client, now=now),
        expected=None if month.is_past else _statement_expected(member, now),
        to_month=lambda shown: url_for(".index", label=None if shown == month.present else shown),
    )


@bp.get("/<service:key>/")
@bp.get("/<service:key>/<period:label>/")
@contributor(may="services")
def show(member: Member, key: str, label: str | None = None) -> Response:
    now = clock.now()
    month = pages.month_shown(member.client, label, now=now)
    row = pages.service_shown(member.client, key, month, now=now)
    day = pages.opened(row.usage, request.args, now=now)
    common = {**_common(member, month), "row": row, "usage": row.usage, "opened": day, **_links(row, month)}
    if is_fragment_request():
        return fragment("office/services/_events.html", **common)
    return make_response(render_template("office/services/show.html", **common, **pages.story_of(row, now=now)))


@bp.get("/<service:key>/<period:label>/days.csv")
@contributor(may="services")
def days(member: Member, key: str, label: str) -> AnyResponse:
    now = clock.now()
    month = pages.month_shown(member.client, label, now=now)
    return pages.days_as_csv(pages.service_shown(member.client, key, month, now=now).usage, now=now)


@bp.post("/sales-optimizer")
@contributor(may="services:use")
def optimizer(member: Member) -> AnyResponse:
    enabled = request.form.get("enabled")
    if enabled not in ("yes", "no"):
        raise Invalid({"enabled": ("choose_one", {})})
    settings.switch_optimizer(member.client, enabled=enabled == "yes", by=member.actor, now=clock.now())
    flash(_("Saved"))
    state = settings.current(member.client, now=clock.now())
    to = url_for(".index", _anchor="sales-optimizer")
    return fragment_or_redirect("office/services/_optimizer.html", to=to, member=member, optimizer=state, may_use=True)


def _common(member: Member, month: pages.Month) -> dict[str, Any]:
    may_use = rights.may(member, "services:use")
    return {
        "member": member,
        "month": month,
        "words": usage_words,
        "may_use": may_use,
        "lacks": None if may_use else {"right": box_in_words("services:use"), "people": askable(member)},
        "may_cost": False,
    }


def _links(row: ServiceMonth, month: pages.Month) -> dict[str, Any]:
    key = row.usage.service.key
    here = partial(url_for, ".show", key=key)
    label = month.label if month.is_past else None
    return {
        "to_month": lambda shown: here(label=None if shown == month.present else shown),
        "to_day": lambda day: here(label=label, day=day.isoformat(), _anchor="events"),
        "to_more": lambda day, after: here(label=label, day=day.isoformat(), after=after, _anchor="events"),
        "to_csv": url_for(".days", key=key, label=month.label),
    }


def _statement_expected(member: Member, now: datetime) -> int | None:
    """What the month's statement should come to; only who may read statements is told."""
    if rights.is_available(member.client, "statements") and rights.may(member, "statements"):
        return reports.forecast_of(member.client, now=now).total
    return None
