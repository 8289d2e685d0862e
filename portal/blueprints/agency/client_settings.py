from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import audit_words, clock
from portal.blueprints.agency import history_wording, package_list, settings_help, settings_wording, wording
from portal.blueprints.agency.field_words import label_of
from portal.blueprints.agency.settings_form import SettingsForm, words_of
from portal.domain import accounts, audit, metering, periods, reports, rights, settings
from portal.domain.accounts import Staff
from portal.domain.errors import AT_THE_FORM, Conflict, DomainError, Invalid
from portal.domain.rights import Permission
from portal.domain.settings import Current, Wish
from portal.languages import gettext as _
from portal.web import errors
from portal.web.access import agency_staff
from portal.web.htmx import fragment, fragment_or_page
from portal.web.sessions import polled

bp = Blueprint("client_settings", __name__, url_prefix="/clients/<uuid:client_id>/settings")

_PAGE = "agency/client_settings/show.html"


@bp.get("/")
@agency_staff(may=Permission.SEE)
def show(staff: Staff, client_id: UUID) -> str:
    held, now = _held(staff, client_id)
    form, package = SettingsForm(held), package_list.chosen(staff, request.args)
    if package and rights.staff_may(staff.role, Permission.PRICES):
        form.fill(settings.wish_from(package, held.client.currency))
    return render_template(_PAGE, **_shown(staff, form, now), package=package)


@bp.post("/")
@agency_staff(may=Permission.CLIENTS)
def save(staff: Staff, client_id: UUID) -> AnyResponse:
    held, now = _held(staff, client_id)
    form = SettingsForm.posted(request.form, held)
    try:
        changed = settings.save_as(held.client, form.wish(), seen_version=form.version, by=staff.actor, now=now)
    except AT_THE_FORM as error:
        return _refused(staff, form, error, now)
    flash(_("Saved: %(client)s", client=held.client.name) if changed else _("Nothing was changed."))
    return redirect(url_for(".show", client_id=client_id), 303)


@bp.post("/flip")
@agency_staff(may=Permission.CLIENTS)
def flip(staff: Staff, client_id: UUID) -> Response:
    """The button of the Sales Optimizer: changes the form and saves nothing."""
    held, now = _held(staff, client_id)
    form = SettingsForm.posted(request.form, held)
    form.flip_optimizer()
    return fragment_or_page("agency/client_settings/_optimizer.html", _PAGE, **_shown(staff, form, now))


@bp.post("/preview")
@agency_staff(may=Permission.CLIENTS)
def preview(staff: Staff, client_id: UUID) -> Response:
    """How the month would close with what is typed; saves nothing."""
    held, now = _held(staff, client_id)
    form = SettingsForm.posted(request.form, held)
    return fragment_or_page("agency/client_settings/_preview.html", _PAGE, **_shown(staff, form, now))


@bp.get("/news/<int(max=999999999):version>")
@agency_staff(may=Permission.CLIENTS)
@polled
def news(staff: Staff, client_id: UUID, version: int) -> Response:
    """Whether somebody saved since the form of that version was opened: asked by the open form."""
    client = accounts.client_of(staff, client_id)
    found = settings.saved_since(client, version)
    return fragment("agency/client_settings/_news.html", client=client, version=version, news=found)


def _held(staff: Staff, client_id: UUID) -> tuple[Current, datetime]:
    now = clock.now()
    return settings.current(accounts.client_of(staff, client_id), now=now), now


def _refused(staff: Staff, form: SettingsForm, error: DomainError, now: datetime) -> Response:
    """The form as it was typed, with what is wrong; after somebody else's save, on top of that."""
    conflict = error if isinstance(error, Conflict) else None
    if conflict:
        form.rebase()
    else:
        form.take(error)
    page = render_template(_PAGE, **_shown(staff, form, now, conflict=conflict))
    return Response(page, errors.status_of(error))


def _shown(staff: Staff, form: SettingsForm, now: datetime, conflict: Conflict | None = None) -> dict[str, Any]:
    client = form.held.client
    with reports.at_hand_of(client.agency, [client]):
        ahead = _ahead(form.held, _wish(form), now)
        usages = {usage.service.key: usage for usage in metering.usage_of(client, now=now)}
    return {
        "client": client,
        "held": form.held,
        "form": form,
        "conflict": conflict,
        "may_save": rights.staff_may(staff.role, Permission.CLIENTS),
        "may_price": rights.staff_may(staff.role, Permission.PRICES),
        "may_cost": rights.staff_may(staff.role, Permission.COSTS),
        "usages": usages,
        "packages": package_list.options(staff)[1:],
        "version": form.version,
        "news": None,
        **_beside(form, now),
        "wording": wording,
        "said": settings_wording,
        **ahead,
    }


def _beside(form: SettingsForm, now: datetime) -> dict[str, Any]:
    """What stands beside each field: its help, its last change, what somebody else made of it meanwhile."""
    client = form.held.client
    last = audit.last_changes(client.id, history_wording.SAVED)
    today = periods.local_day(now, client.agency.timezone)

    def short_help(name: str) -> str:
        return settings_help.said(settings_help.HELP[settings_help.help_key(name)].short, client.agency.currency)

    def last_change(name: str) -> str:
        return history_wording.last_of(name, last[name], client, today) if name in last else ""

    def who_changed(name: str) -> str:
        return audit_words.who(last[name].entry) if name in last else form.held.saved_by

    return {
        "help": short_help,
        "help_key": settings_help.help_key,
        "last_change": last_change,
        "who_changed": who_changed,
        "label_of": label_of,
        "words_of": words_of,
    }


def _wish(form: SettingsForm) -> Wish | None:
    """What the fields ask for; None while one of them can't be read."""
    try:
        return form.wish()
    except Invalid:
        return None


def _ahead(held: Current, wish: Wish | None, now: datetime) -> dict[str, Any]:
    """The month as it should close today, and with the wish; the next one where prices or payment will change."""
    today = reports.forecast_of(held.client, now=now)
    if wish is None:
        return {"today": today, "ahead": None, "coming": None}
    return {
        "today": today,
        "ahead": reports.forecast_of(held.client, wish=wish, now=now),
        "coming": reports.forecast_of(held.client, wish=wish, label=held.next_period, now=now)
        if held.version > 1 and _changes_terms(held, wish)
        else None,
    }


def _changes_terms(held: Current, wish: Wish) -> bool:
    """Whether the next month has other prices or another payer than this one."""
    prices = [(held.services[key].own_price, service.price) for key, service in wish.services.items()]
    pairs = [(held.payment_option, wish.payment_option), (held.licence_price, wish.licence_price), *prices]
    return any(now != then for now, then in pairs)
