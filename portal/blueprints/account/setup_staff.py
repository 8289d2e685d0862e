"""A set-up link of the platform host: looked at, and used up by who is to work at the dashboard.

The page is the same whether the address has an account here or not: whoever holds a copied link learns nothing.
"""

from __future__ import annotations

from flask import Response, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.account.setup_guests import joined, somebody_else, told_other
from portal.domain import federation, staffing
from portal.domain.accounts import Role
from portal.domain.errors import Invalid, Refused
from portal.staff_words import OPENS
from portal.web import errors, reader
from portal.web.forms import FormState


def page(token: str, form: FormState, *, status: int = 200) -> AnyResponse:
    invitation, _person = staffing.preview(token, now=clock.now())
    reader.speak_to_guest(invitation.language)
    if other := somebody_else(invitation.email):
        return told_other(other, invitation.email)
    role = Role(invitation.role)
    return Response(
        render_template(
            "account/setup/staff.html",
            invitation=invitation,
            role=role,
            opens=OPENS[role],
            clients=staffing.clients_named(invitation),
            form=form,
            action=url_for("account.setup.accept", token=token),
        ),
        status,
    )


def accept(token: str, form: FormState, password: str) -> AnyResponse:
    invitation, _person = staffing.preview(token, now=clock.now())
    if somebody_else(invitation.email):
        return page(token, form)
    if federation.is_only_way_for_staff(invitation.agency, Role(invitation.role)):
        return page(token, form.take(Refused("sso_only_way")), status=422)
    try:
        person, _membership = staffing.accept(token, name=form.text("name"), password=password, now=clock.now())
    except (Invalid, Refused) as error:
        return page(token, form.take(error), status=errors.status_of(error))
    return joined(person, url_for("agency.overview.index"))
