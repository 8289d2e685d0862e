from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.agency import price_form
from portal.blueprints.agency.clients import CURRENCIES
from portal.blueprints.agency.price_form import PriceForm
from portal.domain import rights, settings
from portal.domain.accounts import Staff
from portal.domain.errors import AT_THE_FORM
from portal.domain.rights import Permission
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import agency_staff

bp = Blueprint("prices", __name__, url_prefix="/prices")

_PAGE = "agency/prices/index.html"


@bp.get("/")
@agency_staff(may=Permission.COSTS)
def index(staff: Staff) -> str:
    held = _held(staff, request.args.get("currency", ""))
    return render_template(_PAGE, **_shown(staff, PriceForm(held)))


@bp.post("/")
@agency_staff(may=Permission.PRICES)
def save(staff: Staff) -> AnyResponse:
    form = PriceForm.posted(request.form, _held(staff, request.form.get("currency", "")))
    try:
        prices, alert_at = form.wish()
        changed = settings.save_prices(
            staff.agency, prices, seen=form.seen, alert_at=alert_at, by=staff.actor, now=clock.now()
        )
    except AT_THE_FORM as error:
        page = render_template(_PAGE, **_shown(staff, form.take(error)))
        return Response(page, errors.status_of(error))
    flash(_("Saved.") if changed else _("Nothing was changed."))
    return redirect(url_for(".index", currency=form.also or None), 303)


def _held(staff: Staff, also: str) -> settings.PriceList:
    """The list, with a currency that has no price yet where one of those offered was asked for."""
    return settings.price_list(staff.agency, also=also if also in CURRENCIES else "", now=clock.now())


def _shown(staff: Staff, form: PriceForm) -> dict[str, Any]:
    return {
        "form": form,
        "held": form.held,
        "may_save": rights.staff_may(staff.role, Permission.PRICES),
        "said": price_form,
        "others": [(code, code) for code in CURRENCIES if code not in form.held.prices],
    }
