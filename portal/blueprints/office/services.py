from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.office import wording
from portal.domain import metering, periods, reports, rights, settings, tenants
from portal.domain.accounts import Member
from portal.domain.errors import Invalid, NotFound
from portal.languages import gettext as _
from portal.web.access import contributor
from portal.web.htmx import fragment_or_redirect

bp = Blueprint("services", __name__, url_prefix="/services")


@bp.get("/")
@bp.get("/<period:label>/")
@contributor(may="services")
def index(member: Member, label: str | None = None) -> AnyResponse | str:
    now = clock.now()
    present = tenants.period_at(member.agency, now).label
    first = f"{member.client.began_on:%Y-%m}"
    if label == present:
        return redirect(url_for(".index"), 302)
    if label and not first <= label < present:
        raise NotFound
    shown = label or present
    usages = metering.usage_of(member.client, now=now, label=shown)
    return render_template(
        "office/services/index.html",
        member=member,
        label=shown,
        is_past=bool(label),
        earlier=periods.preceding(shown) if shown > first else None,
        later=periods.following(shown) if label else None,
        present=present,
        usages=usages,
        days={usage.service.key: _days(member, usage, shown) for usage in usages},
        optimizer=settings.current(member.client, now=now),
        may_use=rights.may(member, "services:use"),
        expected=reports.forecast_of(member.client, now=now).total if _reads_statements(member) and not label else None,
        words=wording,
    )


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


def _days(member: Member, usage: metering.Usage, label: str) -> list[tuple[object, int]]:
    """Use by day, up to today in the present month."""
    today = periods.local_day(clock.now(), member.agency.timezone)
    return [(day, used) for day, used in metering.days_of(member.client, usage.service, label) if day <= today]


def _reads_statements(member: Member) -> bool:
    """Only who may read what the client pays is told what it will be."""
    return rights.is_available(member.client, "statements") and rights.may(member, "statements")
