from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import webhooks
from portal.domain.accounts import Staff
from portal.domain.errors import AT_THE_FORM
from portal.domain.rights import Permission
from portal.domain.webhooks import EVENTS, TEST_EVENT, Endpoint, State
from portal.gateways.egress import Egress
from portal.gateways.signing import Seal
from portal.gateways.targets import AddressRefused
from portal.languages import gettext as _
from portal.web import errors, hosts
from portal.web.access import agency_staff
from portal.web.forms import FormState
from portal.web.htmx import fragment_or_page

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")

PAGE = 30
"""Deliveries on one page of the log."""


@bp.get("/")
@agency_staff(may=Permission.PRICES)
def index(staff: Staff) -> str:
    return render_template(
        "agency/webhooks/index.html", endpoints=webhooks.endpoints_of(staff.agency), agency=staff.agency
    )


@bp.get("/new")
@agency_staff(may=Permission.PRICES)
def new(staff: Staff) -> str:  # noqa: ARG001
    return render_template("agency/webhooks/new.html", form=FormState({"events": list(EVENTS)}), events=EVENTS)


@bp.post("/")
@agency_staff(may=Permission.PRICES)
def create(staff: Staff) -> AnyResponse:
    form = _typed(request.form.get("url", ""), request.form.get("description", ""), request.form.getlist("events"))
    try:
        wish = _wish(form)
        endpoint, secret = webhooks.add_endpoint(
            staff.agency, **wish, seal=Seal(hosts.settings()).close, by=staff.actor, now=clock.now()
        )
    except AT_THE_FORM as error:
        page = render_template("agency/webhooks/new.html", form=form.take(error), events=EVENTS)
        return Response(page, errors.status_of(error))
    return Response(render_template("agency/webhooks/secret.html", endpoint=endpoint, secret=secret, rotated=False))


@bp.get("/<uuid:endpoint_id>/")
@agency_staff(may=Permission.PRICES)
def show(staff: Staff, endpoint_id: UUID) -> Response:
    endpoint = webhooks.endpoint_of(staff.agency, endpoint_id)
    return fragment_or_page(
        "agency/webhooks/_log.html",
        "agency/webhooks/show.html",
        agency=staff.agency,
        endpoint=endpoint,
        events=EVENTS,
        now=clock.now(),
        **_log(endpoint, request.args.get("state", ""), request.args.get("event", ""), request.args.get("after", "")),
    )


@bp.get("/<uuid:endpoint_id>/edit")
@agency_staff(may=Permission.PRICES)
def edit(staff: Staff, endpoint_id: UUID) -> str:
    endpoint = webhooks.endpoint_of(staff.agency, endpoint_id)
    form = FormState({"url": endpoint.url, "description": endpoint.description, "events": endpoint.events})
    return render_template("agency/webhooks/edit.html", endpoint=endpoint, form=form, events=EVENTS)


@bp.post("/<uuid:endpoint_id>/edit")
@agency_staff(may=Permission.PRICES)
def save(staff: Staff, endpoint_id: UUID) -> AnyResponse:
    endpoint = webhooks.endpoint_of(staff.agency, endpoint_id)
    form = _typed(request.form.get("url", ""), request.form.get("description", ""), request.form.getlist("events"))
    try:
        webhooks.change_endpoint(endpoint, **_wish(form), by=staff.actor, now=clock.now())
    except AT_THE_FORM as error:
        page = render_template("agency/webhooks/edit.html", endpoint=endpoint, form=form.take(error), events=EVENTS)
        return Response(page, errors.status_of(error))
    flash(_("Saved."))
    return redirect(url_for(".show", endpoint_id=endpoint.id), 303)


@bp.post("/<uuid:endpoint_id>/paused")
@agency_staff(may=Permission.PRICES)
def pause(staff: Staff, endpoint_id: UUID) -> AnyResponse:
    endpoint = webhooks.endpoint_of(staff.agency, endpoint_id)
    form = FormState.typed(request.form, "paused")
    form.choice("paused", ("yes", "no"))
    form.check()
    webhooks.set_endpoint_paused(endpoint, paused=form.flag("paused"), by=staff.actor, now=clock.now())
    flash(_("The endpoint is paused.") if endpoint.paused_at else _("The endpoint hears of events again."))
    return redirect(url_for(".show", endpoint_id=endpoint.id), 303)


@bp.post("/<uuid:endpoint_id>/secret")
@agency_staff(may=Permission.PRICES)
def rotate(staff: Staff, endpoint_id: UUID) -> str:
    endpoint = webhooks.endpoint_of(staff.agency, endpoint_id)
    secret = webhooks.rotate_secret(endpoint, seal=Seal(hosts.settings()).close, by=staff.actor, now=clock.now())
    return render_template("agency/webhooks/secret.html", endpoint=endpoint, secret=secret, rotated=True)


@bp.post("/<uuid:endpoint_id>/test")
@agency_staff(may=Permission.PRICES)
def test(staff: Staff, endpoint_id: UUID) -> AnyResponse:
    endpoint = webhooks.endpoint_of(staff.agency, endpoint_id)
    delivery = webhooks.send_test(endpoint, by=staff.actor, now=clock.now())
    return redirect(url_for("agency.deliveries.show", endpoint_id=endpoint.id, delivery_id=delivery.id), 303)


@bp.post("/<uuid:endpoint_id>/delete")
@agency_staff(may=Permission.PRICES)
def delete(staff: Staff, endpoint_id: UUID) -> AnyResponse:
    webhooks.delete_endpoint(webhooks.endpoint_of(staff.agency, endpoint_id), by=staff.actor, now=clock.now())
    flash(_("The endpoint is deleted. Nothing more is sent to it."))
    return redirect(url_for(".index"), 303)


def _typed(url: str, description: str, events: list[str]) -> FormState:
    return FormState({"url": url.strip(), "description": description.replace("\x00", "").strip(), "events": events})


def _wish(form: FormState) -> dict[str, Any]:
    """The endpoint as typed. Raises Invalid at the address where nothing would ever be sent to it."""
    try:
        Egress(hosts.settings()).check(form.text("url"))
    except AddressRefused as refused:
        form.note("url", refused.code, **refused.values)
    form.check()
    return {"url": form.text("url"), "description": form.text("description"), "events": form.values["events"]}


def _log(endpoint: Endpoint, state: str, event: str, after: str) -> dict[str, Any]:
    """A page of the log as asked for; what is no state, event or id counts as not asked."""
    asked_state = State(state) if state in list(State) else None
    asked_event = event if event in (*EVENTS, TEST_EVENT) else None
    try:
        edge = UUID(after)
    except ValueError:
        edge = None
    found = webhooks.deliveries_of(endpoint, state=asked_state, event=asked_event, after=edge, most=PAGE + 1)
    return {
        "deliveries": found[:PAGE],
        "older": found[PAGE - 1].id if len(found) > PAGE else None,
        "later": edge is not None,
        "asked_state": asked_state,
        "asked_event": asked_event,
        "states": list(State),
        "test_event": TEST_EVENT,
    }
