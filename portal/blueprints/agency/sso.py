"""The agency's own provider of sign-in: set up, tried out step by step, removed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.account import sso_visit
from portal.blueprints.agency import sso_draft, sso_form
from portal.domain import federation
from portal.domain.accounts import PLATFORM, Role, Staff
from portal.domain.errors import AT_THE_FORM, NotFound
from portal.domain.federation import Purpose, Use
from portal.domain.rights import Permission
from portal.gateways.identity_discovery import Trouble
from portal.gateways.signing import Seal
from portal.languages import gettext as _
from portal.web import doors, errors, hosts
from portal.web.access import agency_staff
from portal.web.forms import FormState

bp = Blueprint("sso", __name__, url_prefix="/sso")

SHOWN = 50
"""People connected with the provider on its page; the others are found by their address."""


@bp.get("/")
@agency_staff(may=Permission.PRICES)
def index(staff: Staff) -> str:
    return _page(staff, sso_form.stored(federation.provider_of(staff.agency)))


@bp.post("/")
@agency_staff(may=Permission.PRICES)
def save(staff: Staff) -> AnyResponse:
    """Keep it; a provider that is not to be found opens nothing more than before, and is said to be at its field."""
    form, secret = sso_form.typed(request.form), request.form.get("secret", "")
    try:
        wish = sso_form.wish_of(form, secret=secret)
        trouble, wish = sso_draft.looked_up(wish, federation.provider_of(staff.agency))
        federation.save(wish, by=staff, seal=Seal(hosts.settings()).close, now=clock.now())
    except AT_THE_FORM as error:
        return Response(_page(staff, sso_form.refused(form, error, secret=secret)), errors.status_of(error))
    if trouble:
        return Response(_page(staff, sso_draft.told(federation.provider_of(staff.agency), trouble), kept=True))
    flash(_("Saved."))
    return redirect(url_for(".index"), 303)


@bp.post("/remove")
@agency_staff(may=Permission.PRICES)
def remove(staff: Staff) -> AnyResponse:
    federation.remove(by=staff, now=clock.now())
    flash(_("The provider is removed. Everybody signs in with a password again."))
    return redirect(url_for(".index"), 303)


@bp.post("/try")
@agency_staff(may=Permission.PRICES)
def test(staff: Staff) -> str:
    """What can be seen from here, step by step; the rest needs a browser that goes there and comes back."""
    door = federation.trial_door(staff.agency)
    if door is None:
        raise NotFound
    steps, address = [], ""
    try:
        provider = sso_visit.visit(door)
        found = provider.metadata(fresh=True)
        steps += [_("The provider answers at its address."), _("It calls itself as you entered it.")]
        steps.append(_("It signs with %(names)s.", names=", ".join(found.algorithms)))
        steps.append(_("It publishes its keys: %(n)s.", n=provider.count_keys()))
        address = sso_visit.send(door, PLATFORM, purpose=Purpose.TEST, person_id=staff.person.id)
        trouble = ""
    except Trouble as error:
        trouble = sso_visit.trouble_said(error, door)
    return render_template("agency/sso/test.html", label=door.label, steps=steps, trouble=trouble, address=address)


@bp.get("/tries/<uuid:errand_id>/")
@agency_staff(may=Permission.PRICES)
def trial(staff: Staff, errand_id: UUID) -> str:
    outcome = federation.trial_of(staff, errand_id).outcome
    return render_template("agency/sso/trial.html", outcome=outcome, reasons=sso_form.REASONS)


@bp.post("/connections/<uuid:identity_id>/remove")
@agency_staff(may=Permission.PRICES)
def disconnect(staff: Staff, identity_id: UUID) -> AnyResponse:
    person = federation.disconnect(identity_id, by=staff, now=clock.now())
    flash(_("%(name)s is disconnected. The next sign-in there connects the account anew.", name=person.shown_name))
    return redirect(url_for(".index", _anchor="connected"), 303)


def _page(staff: Staff, form: FormState, *, kept: bool = False) -> str:
    provider, search = federation.provider_of(staff.agency), request.args.get("q", "")[:254]
    known = federation.connections_of(staff.agency, search=search.replace("\x00", ""), most=SHOWN + 1)
    values: dict[str, Any] = {
        "provider": provider,
        "agency": staff.agency,
        "known": known[:SHOWN],
        "more": len(known) > SHOWN,
        "search": search,
        "platform": PLATFORM,
        "uses": sso_form.uses(proven=bool(provider and provider.proven_at)),
        "for_staff": doors.staff_return(staff.agency),
        "for_contributors": doors.contributors_return(staff.agency),
        "direct": hosts.address_on_platform(url_for("account.sso.named", agency=staff.agency.slug)),
        "may_staff": staff.role == Role.OWNER,
        "locked": staff.role != Role.OWNER and provider is not None and provider.staff != Use.OFF,
    }
    return render_template("agency/sso/index.html", form=form, kept=kept, **values)
