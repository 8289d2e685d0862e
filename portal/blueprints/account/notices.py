"""Which letters about limits somebody gets: staff letter by letter, contributors altogether."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import accounts
from portal.domain.accounts import Notices, Person, Rhythm
from portal.domain.errors import DomainError
from portal.languages import N_
from portal.languages import gettext as _
from portal.web import errors, landing
from portal.web.access import signed_in
from portal.web.forms import FormState

bp = Blueprint("notices", __name__, url_prefix="/account/notices")

KINDS = {
    "approaching": (N_("A limit is near"), N_("As soon as use comes to 80%, or to where the client's alerts are set")),
    "reached": (N_("A limit is reached"), N_("When the limit is used up, or the service stops")),
    "foreseen": (N_("A limit will be passed"), N_("Once, as soon as the pace of the month says so, with the day")),
    "resolved": (N_("An alert has ended"), N_("After a limit was raised")),
}
RHYTHMS = [
    (Rhythm.AT_ONCE.value, N_("At once"), N_("From the sixth of a day on they come together in the evening")),
    (Rhythm.DAILY.value, N_("One e-mail a day"), N_("Everything of the day together, in the evening")),
]


@bp.get("")
@signed_in()
def index(person: Person) -> str:
    return _page(person, FormState())


@bp.post("")
@signed_in()
def save(person: Person) -> AnyResponse:
    staff = accounts.staff_of_person(person) is not None
    form = FormState.typed(request.form, *(["rhythm", *KINDS] if staff else ["wanted"]))
    try:
        _choose(person, form, staff=staff)
    except DomainError as error:
        return Response(_page(person, form.take(error)), errors.status_of(error))
    flash(_("Saved"))
    return redirect(url_for(".index"), 303)


def _choose(person: Person, form: FormState, *, staff: bool) -> None:
    """Keep what the form says. Raises Invalid at the field."""
    if not staff:
        form.choice("wanted", ("yes", ""))
        form.check()
        accounts.choose_administrative(person, wanted=form.flag("wanted"))
        return
    rhythm = form.choice("rhythm", [rhythm.value for rhythm in Rhythm])
    for kind in KINDS:
        form.choice(kind, ("yes", ""))
    form.check()
    chosen = {kind: form.flag(kind) for kind in KINDS}
    accounts.choose_notices(person, Notices(**chosen, rhythm=rhythm or Rhythm.AT_ONCE.value))


def _page(person: Person, form: FormState) -> str:
    staff = accounts.staff_of_person(person) is not None
    landing.stand_in_frame()
    return render_template("account/notices/index.html", form=form, staff=staff, **_choices(person, form, staff=staff))


def _choices(person: Person, form: FormState, *, staff: bool) -> dict[str, Any]:
    """What is ticked: as it was typed, over what is stored."""
    if not staff:
        stored = "yes" if accounts.wants_administrative(person) else ""
        return {"wanted": form.values.get("wanted", stored) == "yes"}
    held = accounts.notices_of(person)
    ticked = {kind: "yes" if getattr(held, kind) else "" for kind in KINDS} | {"rhythm": held.rhythm} | form.values
    return {"kinds": KINDS, "rhythms": RHYTHMS, "ticked": ticked, "is_owner": accounts.is_owner(person)}
