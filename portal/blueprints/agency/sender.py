"""The agency's own mail server: entered, tried out, put to use; and what the DNS says of its domain."""

from __future__ import annotations

import time
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock, sender_words
from portal.blueprints.agency import sender_form, sender_trial
from portal.blueprints.agency.waiting import come_again, place_for
from portal.domain import sending
from portal.domain.accounts import Staff, TooManyAttempts
from portal.domain.errors import AT_THE_FORM, NotFound
from portal.domain.rights import Permission
from portal.domain.sending import Records, Sender
from portal.gateways.dns import Dns
from portal.gateways.signing import Seal
from portal.languages import gettext as _
from portal.web import errors, hosts
from portal.web.access import agency_staff
from portal.web.forms import FormState

bp = Blueprint("sender", __name__, url_prefix="/sender")

_DNS_SECONDS = 12.0
"""For all questions together: what is not answered by then counts as silence."""


@bp.get("/")
@agency_staff(may=Permission.PRICES)
def index(staff: Staff) -> str:
    return _stored_page(staff)


@bp.post("/")
@agency_staff(may=Permission.PRICES)
def save(staff: Staff) -> AnyResponse:
    form = sender_form.typed(request.form)
    try:
        wish = sender_form.wish_of(form, password=request.form.get("password", ""))
        sending.save(wish, by=staff, seal=Seal(hosts.settings()).close, now=clock.now())
    except AT_THE_FORM as error:
        return Response(_page(staff, form.take(error)), errors.status_of(error))
    flash(_("Saved. Send a test message next."))
    return redirect(url_for(".index", _anchor="trial"), 303)


@bp.post("/test")
@agency_staff(may=Permission.PRICES)
def test(staff: Staff) -> str | AnyResponse:
    """Send one message to whoever asks, by the server as it is set."""
    sender = _sender(staff)
    try:
        with place_for(staff.agency):
            outcome = sender_trial.send(sender, staff)
    except TooManyAttempts as error:
        return come_again(error, lambda: _stored_page(staff))
    if outcome.went_well:
        sending.note_tried(sender, by=staff, now=clock.now())
    return render_template("agency/sender/test.html", outcome=outcome, sender=sender, person=staff.person)


@bp.post("/use")
@agency_staff(may=Permission.PRICES)
def use(staff: Staff) -> AnyResponse:
    used = request.form.get("used") == "yes"
    sending.set_used(_sender(staff), used=used, by=staff, now=clock.now())
    flash(
        _("E-mails to your clients' people leave by your server now.")
        if used
        else _("E-mails leave by the portal again.")
    )
    return redirect(url_for(".index"), 303)


@bp.post("/records")
@agency_staff(may=Permission.PRICES)
def check(staff: Staff) -> AnyResponse:
    """Ask the DNS what a receiver would ask, and keep the answer."""
    sender = _sender(staff)
    try:
        with place_for(staff.agency):
            records = _records(sender)
    except TooManyAttempts as error:
        return come_again(error, lambda: _stored_page(staff))
    sending.note_written(sender, records, now=clock.now())
    return redirect(url_for(".index", _anchor="records"), 303)


@bp.post("/remove")
@agency_staff(may=Permission.PRICES)
def remove(staff: Staff) -> AnyResponse:
    sending.forget(by=staff, now=clock.now())
    flash(_("The server is removed. E-mails leave by the portal again."))
    return redirect(url_for(".index"), 303)


def _records(sender: Sender) -> Records:
    dns, until = Dns(hosts.settings(), seconds=3.0), time.monotonic() + _DNS_SECONDS

    def txt(name: str) -> list[str] | None:
        found = dns.txt(name) if time.monotonic() < until else None
        return list(found.values) if found and found.is_sure else None

    return sending.read_records(sender.domain, sender.selector, txt)


def _sender(staff: Staff) -> Sender:
    sender = sending.sender_of(staff.agency)
    if sender is None:
        raise NotFound
    return sender


def _stored_page(staff: Staff) -> str:
    return _page(staff, sender_form.stored(sending.sender_of(staff.agency)))


def _page(staff: Staff, form: FormState) -> str:
    sender = sending.sender_of(staff.agency)
    values: dict[str, Any] = {
        "sender": sender,
        "agency": staff.agency,
        "securities": sender_form.securities(),
        "default_address": f"no-reply@{hosts.host_of(staff.agency)}",
        "failing": sender_words.trouble(sender.failing_because) if sender and sender.failing_since else "",
        "kinds": sender_words.KINDS,
        "said": sender_words.finding,
    }
    return render_template("agency/sender/index.html", form=form, **values)
