"""Sign-in by way of a provider: there and back. Coming back never makes an account nor a right."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.blueprints.account import sso_visit
from portal.blueprints.account.setup_guests import somebody_else, told_other
from portal.blueprints.account.sign_in import come_in
from portal.domain import federation, invitations, staffing
from portal.domain.accounts import Person
from portal.domain.errors import Conflict, NotFound, Refused
from portal.domain.federation import Claims, Door, Errand, Purpose
from portal.gateways.identity import Answer
from portal.gateways.identity_discovery import Trouble
from portal.languages import gettext as _
from portal.web import doors, pace, visitors
from portal.web.access import public
from portal.web.forms import FormState
from portal.web.hosts import agency_here, house_here, is_platform
from portal.web.messages import said_of

bp = Blueprint("sso", __name__, url_prefix="/sign-in")


@bp.get("/sso")
@public("staff name their agency before they sign in", on="platform")
def show() -> str:
    return _form(FormState({"next": request.args.get("next", "")}))


@bp.get("/sso/<slug:agency>")
@public("a link that staff may keep; looking sends nobody anywhere", on="platform")
def named(agency: str) -> str:
    return _form(FormState({"agency": agency, "next": request.args.get("next", "")}))


@bp.post("/sso")
@public("whoever wants to sign in", on="both")
def begin() -> AnyResponse:
    form = FormState.typed(request.form, "agency", "next", "setup")
    door = doors.door_here(form.text("agency").lower())
    if door is None:
        form.note("agency", "sso_unknown")
        return Response(_form(form), 422)
    pace.step(f"sso {door.key}", request.remote_addr or "")
    setup, other = _set_up_token(form.text("setup"), door)
    if other:
        return other
    purpose = Purpose.SET_UP if setup else Purpose.SIGN_IN
    try:
        address = sso_visit.send(door, house_here().key, purpose=purpose, wanted=form.text("next"), setup=setup)
    except Trouble as trouble:
        return _refused(_plainly(trouble, door))
    return away(address, door)


@bp.get("/sso-callback")
@public("the state proves which browser was sent", on="both")
def callback() -> AnyResponse:
    return _returned(doors.door_here())


@bp.get("/sso/<slug:agency>/callback")
@public("the state proves which browser was sent", on="platform")
def agency_callback(agency: str) -> AnyResponse:
    return _returned(doors.door_returned_to(agency))


def away(address: str, door: Door) -> AnyResponse:
    """A page that goes on to the provider by itself: browsers hold redirects of a form to its page's own policy."""
    response = Response(render_template("account/sso/away.html", address=address, label=door.label))
    response.headers["Refresh"] = f"0; url={address}"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _returned(door: Door | None) -> AnyResponse:
    """Whoever comes back, let in or told in plain words why not."""
    state, key = request.args.get("state", ""), house_here().key
    answer = Answer(request.args.get("code", ""), request.args.get("error", ""), request.args.get("iss", ""))
    if door is None or not state:
        return _refused(said_of(Refused("sso_state")))
    try:
        errand = sso_visit.arrive(door, key, state)
        if errand.purpose == Purpose.TEST:
            return _tried(door, errand, state, answer)
        if not doors.is_open(door):
            raise Refused("sso_state")
        return _let_in(_person(door, errand, sso_visit.redeem(door, key, state, answer)), errand.wanted)
    except Trouble as trouble:
        return _refused(_plainly(trouble, door))
    except (Refused, Conflict, NotFound) as error:
        return _refused(said_of(error), sso_visit.after_password(door) if error.code == "sso_prove_first" else "")


def _person(door: Door, errand: Errand, claims: Claims) -> Person:
    key = house_here().key
    if errand.purpose == Purpose.SET_UP and errand.setup_hash:
        if somebody_else(claims.named_email):
            raise Refused("sso_other_address")
        if is_platform():
            return staffing.accept_with_identity(errand.setup_hash, door, claims, now=clock.now())
        agency = agency_here()
        return invitations.accept_with_identity(agency, errand.setup_hash, door, claims, now=clock.now())
    return federation.person_behind(door, claims, key, proved_as=sso_visit.proved_as(), now=clock.now())


def _let_in(person: Person, wanted: str) -> AnyResponse:
    """Signed in, and strongly: what the provider asked for beside a password is its business."""
    entered = federation.let_in(person, house_here().key, visitor=visitors.visitor(), now=clock.now())
    return come_in(entered, wanted)


def _tried(door: Door, errand: Errand, state: str, answer: Answer) -> AnyResponse:
    """What a try gave, kept for the page of whoever began it; nobody is signed in by it."""
    key = house_here().key
    try:
        claims = sso_visit.redeem(door, key, state, answer)
    except Trouble as trouble:
        federation.finish_trial(errand, {"trouble": sso_visit.trouble_said(trouble, door)})
    else:
        reason, person = federation.fits(door, claims, key, now=clock.now())
        federation.finish_trial(errand, sso_visit.outcome_of(claims, reason, person))
        if reason not in sso_visit.RULES:
            federation.note_proven(door, now=clock.now())
    return redirect(url_for("agency.sso.trial", errand_id=errand.id), 303)


def _set_up_token(token: str, door: Door) -> tuple[str, AnyResponse | None]:
    """The token of a set-up link that lives, to be accepted by whoever comes back; or the page that says for whom it
    is, where somebody else is signed in. Raises NotFound for a dead one.
    """
    if not token:
        return "", None
    invitation: invitations.Invitation | staffing.StaffInvitation
    if is_platform():
        invitation = staffing.preview(token, now=clock.now())[0]
        if door.agency is None or invitation.agency_id != door.agency.id:
            raise NotFound("link_dead")
    else:
        invitation = invitations.preview(agency_here(), token, now=clock.now())[0]
    other = somebody_else(invitation.email)
    return token, told_other(other, invitation.email) if other else None


def _plainly(trouble: Trouble, door: Door) -> str:
    """What to tell a visitor, who can mend nothing: whether to wait or to ask."""
    if trouble.code == "down":
        return _("%(label)s does not answer at the moment. Wait a minute, then try again.", label=door.label)
    if trouble.code == "declined":
        return _("%(label)s did not let you in. Try again, or ask whoever manages your access.", label=door.label)
    return _(
        "Signing in by %(label)s does not work at the moment. Try again, and tell whoever manages your access.",
        label=door.label,
    )


def _form(form: FormState) -> str:
    return render_template("account/sso/show.html", form=form, action=url_for(".begin"))


def _refused(text: str, back: str = "") -> AnyResponse:
    """`back` is where to go once a password has proved whose account it is."""
    response = Response(render_template("account/sso/refused.html", text=text, back=back), 422)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
