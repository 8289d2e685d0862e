"""Direct support: conversations with whoever runs the software. It carries the vendor's mark."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from babel import Locale
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.domain import support
from portal.domain.accounts import Member
from portal.domain.errors import DomainError
from portal.domain.support import SupportThread
from portal.formatting import listed
from portal.languages import gettext as _
from portal.languages import locale
from portal.web import errors
from portal.web.access import contributor
from portal.web.forms import FormState
from portal.web.hosts import address_on_platform, settings
from portal.web.vendor import vendor

bp = Blueprint("support", __name__, url_prefix="/support")


@bp.get("/")
@contributor(may="support")
def index(member: Member) -> str:
    after, before = _uuid("after"), _uuid("before")
    found = support.threads_of(member, after=after, before=before)
    return render_template("office/support/index.html", found=found, **_common(member))


@bp.get("/new")
@contributor(may="support")
def new(member: Member) -> str:
    return _new_page(member, FormState({"subject": "", "text": ""}))


@bp.post("/new")
@contributor(may="support")
def write(member: Member) -> AnyResponse:
    form = FormState.typed(request.form, "subject", "text")
    try:
        thread = support.write(member, form.text("subject"), form.text("text"), now=clock.now())
    except DomainError as error:
        return Response(_new_page(member, form.take(error)), errors.status_of(error))
    flash(_("%(vendor)s has your message.", vendor=vendor().name))
    return redirect(url_for(".show", thread_id=thread.id), 303)


@bp.get("/<uuid:thread_id>/")
@contributor(may="support")
def show(member: Member, thread_id: UUID) -> str:
    return _thread_page(member, support.thread_of(member, thread_id), FormState({"text": ""}))


@bp.post("/<uuid:thread_id>/")
@contributor(may="support")
def reply(member: Member, thread_id: UUID) -> AnyResponse:
    thread, form = support.thread_of(member, thread_id), FormState.typed(request.form, "text")
    try:
        support.reply(thread, form.text("text"), by=member, now=clock.now())
    except DomainError as error:
        return Response(_thread_page(member, thread, form.take(error)), errors.status_of(error))
    flash(_("%(vendor)s has your message.", vendor=vendor().name))
    return redirect(url_for(".show", thread_id=thread.id), 303)


@bp.post("/<uuid:thread_id>/close")
@contributor(may="support")
def close(member: Member, thread_id: UUID) -> AnyResponse:
    thread = support.thread_of(member, thread_id)
    support.close(thread, by=member.actor, now=clock.now())
    flash(_("The conversation is closed. An answer of yours opens it again."))
    return redirect(url_for(".show", thread_id=thread.id), 303)


def languages_shown() -> str:
    """The languages in which direct support reads and answers, in the reader's words."""
    tags = settings().support_languages.split(",")
    return listed([Locale.parse(tag, sep="-").get_language_name(str(locale())) or tag for tag in tags])


def _common(member: Member) -> dict[str, Any]:
    return {
        "member": member,
        "vendor": vendor(),
        "languages_read": languages_shown(),
        "is_open": support.is_open(member),
        "switched_on": address_on_platform(url_for("agency.client_settings.show", client_id=member.client.id)),
        "zone": member.agency.timezone,
    }


def _new_page(member: Member, form: FormState) -> str:
    longest = {"most_subject": support.LONGEST_SUBJECT, "most": support.LONGEST_TEXT}
    return render_template("office/support/new.html", form=form, **longest, **_common(member))


def _thread_page(member: Member, thread: SupportThread, form: FormState) -> str:
    shown = {"thread": thread, "messages": support.messages_of(thread), "state": support.State(thread.state)}
    page = "office/support/show.html"
    return render_template(page, form=form, most=support.LONGEST_TEXT, **shown, **_common(member))


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None
