"""A provider looked for while it is saved: a wrong issuer is said then, not when the first person wants to come in."""

from __future__ import annotations

from dataclasses import replace

from portal.blueprints.account import sso_visit
from portal.blueprints.agency import sso_form
from portal.domain.federation import Door, Provider, Use, Wish
from portal.gateways.identity_discovery import Trouble
from portal.languages import gettext as _
from portal.web.forms import FormState


def looked_up(wish: Wish, kept: Provider | None) -> tuple[str, Wish]:
    """What is wrong at its address, in words, and what of the wish can be kept then: nothing is newly opened.

    Nobody is asked where that says nothing new: "" and the wish.
    """
    same = kept if kept and kept.issuer == wish.issuer else None
    if same and not _opens(wish, same):
        return "", wish
    door = Door("draft", None, wish.label, wish.issuer, wish.client_id, wish.secret)
    try:
        sso_visit.visit(door).metadata(fresh=True)
    except Trouble as trouble:
        people, staff = (Use(same.contributors), Use(same.staff)) if same else (Use.OFF, Use.OFF)
        return sso_visit.trouble_said(trouble, door), replace(wish, contributors=people, staff=staff)
    return "", wish


def told(kept: Provider | None, trouble: str) -> FormState:
    """The form as it was kept, with what is wrong at the issuer."""
    form = sso_form.stored(kept)
    form.errors["issuer"] = trouble + " " + _("What you entered opens nothing until the provider is found.")
    return form


def _opens(wish: Wish, kept: Provider) -> bool:
    return any(getattr(wish, name) != Use.OFF == getattr(kept, name) for name in ("contributors", "staff"))
