"""What a place on an agency's staff is, in words: of letters and of pages alike, in the language in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from portal.domain.accounts import Role
from portal.formatting import day, moment_there
from portal.languages import N_, Text
from portal.languages import gettext as _

OPENS: dict[Role, Text] = {
    Role.OWNER: N_("Sees and changes everything of the agency, and enters the back office of every app."),
    Role.ADMIN: N_(
        "Sees and changes nearly everything of the agency, staff included, and enters the back office of every app. "
        "Only owners see to the agency's card, payouts and ownership."
    ),
    Role.MANAGER: N_(
        "Looks after the clients assigned, and enters the back offices of their apps. Sees no cost and no margin."
    ),
    Role.BILLING: N_("Sees clients, statements, costs and margins. Changes nothing, and enters no back office."),
}
"""What each role opens, in a sentence or two."""


def letter(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a letter about the staff (`headline`, `sentences`, `reason`) and what else its templates name."""
    expires = datetime.fromisoformat(values["expires_at"]) if "expires_at" in values else None
    return {**values, "expires": expires, **_LETTERS[name](values, expires)}


def _invitation(values: Mapping[str, Any], _expires: datetime | None) -> dict[str, Any]:
    agency, role = values["agency_name"], Role(values["role"])
    invited = _(
        "%(inviter)s invited you to the staff of %(agency)s. Your role: %(role)s.",
        inviter=values["inviter"],
        agency=agency,
        role=role.label,
    )
    return {
        "headline": _("You are invited to the dashboard of %(agency)s", agency=agency),
        "sentences": [invited, str(OPENS[role])],
        "reason": _("If you did not expect this invitation, ignore this e-mail: nothing happens without you."),
    }


def _news(values: Mapping[str, Any], _expires: datetime | None) -> dict[str, Any]:
    about = {"agency": values["agency_name"], "name": values["subject_name"], "email": values["subject_email"]}
    kind, role, you = values["kind"], Role(values["role"]), values["you"]
    if "day" in values:
        about["day"] = day(date.fromisoformat(values["day"]))
    headline, *sentences = _NEWS[kind, you](about, role)
    reason = _("You receive this e-mail because it is about your own access.")
    if kind == "accepted":
        reason = _("You receive this e-mail because you sent the invitation.")
    elif not you:
        reason = _("You receive this e-mail because you own the agency.")
    return {"headline": headline, "sentences": sentences, "reason": reason}


def _joined(about: dict[str, str], role: Role) -> tuple[str, ...]:
    return (
        _("You joined the staff of %(agency)s", **about),
        _("The invitation to %(email)s was accepted just now. Your role: %(role)s.", **about, role=role.label),
        str(OPENS[role]),
        _("If that was not you, tell %(agency)s at once: somebody else had your link.", **about),
    )


def _accepted(about: dict[str, str], role: Role) -> tuple[str, ...]:
    return (
        _("%(name)s joined the staff of %(agency)s", **about),
        _("Your invitation to %(email)s was accepted. Role: %(role)s.", **about, role=role.label),
    )


def _role_changed(about: dict[str, str], role: Role) -> tuple[str, ...]:
    headline = _("Your role at %(agency)s changed", **about)
    return headline, _("Your role is now: %(role)s.", role=role.label), str(OPENS[role])


def _removed(about: dict[str, str], _role: Role) -> tuple[str, ...]:
    return (
        _("Your access to %(agency)s has ended", **about),
        _("You are not on its staff any more, and you are signed out everywhere. What you did stays."),
    )


def _left(about: dict[str, str], _role: Role) -> tuple[str, ...]:
    return _("%(name)s left the staff of %(agency)s", **about), _stopped(about)


def _ended(about: dict[str, str], _role: Role) -> tuple[str, ...]:
    return _("The access of %(name)s has ended", **about), _("The last day is over."), _stopped(about)


def _ended_yours(about: dict[str, str], _role: Role) -> tuple[str, ...]:
    return (
        _("Your access to %(agency)s has ended", **about),
        _("The last day is over.") + " " + _("To go on, ask an owner of the agency."),
    )


def _ends_soon(about: dict[str, str], _role: Role) -> tuple[str, ...]:
    return (
        _("The access of %(name)s ends on %(day)s", **about),
        _("After that day nothing opens for %(email)s. Give another last day under Agency staff to go on.", **about),
    )


def _ends_soon_for_you(about: dict[str, str], _role: Role) -> tuple[str, ...]:
    return (
        _("Your access to %(agency)s ends on %(day)s", **about),
        _("After that day nothing opens any more.") + " " + _("To go on, ask an owner of the agency."),
    )


def _stopped(about: dict[str, str]) -> str:
    return _(
        "Sessions and invitations of %(email)s have ended. API credentials made by this person have stopped "
        "until somebody takes them over.",
        **about,
    )


def _ownership(values: Mapping[str, Any], expires: datetime | None) -> dict[str, Any]:
    about = {"giver": values["giver"], "taker": values["taker"], "agency": values["agency_name"]}
    kind, takes = values["kind"], values["you"] == "taker"
    return {
        "headline": _("You own %(agency)s now", **about) if kind == "accepted" and takes else _(_HANDED[kind], **about),
        "sentences": [_afterwards(kind, values, expires)],
        "deed": _("Look at the offer") if kind == "offered" else _("See who owns the agency"),
        "reason": _("You receive this e-mail because it is about who owns the agency."),
    }


def _afterwards(kind: str, values: Mapping[str, Any], expires: datetime | None) -> str:
    if kind == "offered":
        until = moment_there(expires, values["zone"]) if expires else ""
        return _("Nothing changes until you accept. The offer stands until %(moment)s.", moment=until)
    if kind == "accepted" and values["afterwards"] == "leave":
        return _("%(giver)s left the staff.", giver=values["giver"])
    if kind == "accepted":
        role = Role(values["afterwards"]).label
        return _("The role of %(giver)s is now: %(role)s.", giver=values["giver"], role=role)
    return _("Nothing has changed.")


_LETTERS: dict[str, Callable[[Mapping[str, Any], datetime | None], dict[str, Any]]] = {
    "staff_invitation": _invitation,
    "staff_news": _news,
    "ownership": _ownership,
}
_NEWS: dict[tuple[str, bool], Callable[[dict[str, str], Role], tuple[str, ...]]] = {
    ("joined", True): _joined,
    ("accepted", False): _accepted,
    ("role_changed", True): _role_changed,
    ("removed", True): _removed,
    ("left", False): _left,
    ("ended", False): _ended,
    ("ended", True): _ended_yours,
    ("ends_soon", False): _ends_soon,
    ("ends_soon", True): _ends_soon_for_you,
}
_HANDED: dict[str, Text] = {
    "offered": N_("%(giver)s offers you the ownership of %(agency)s"),
    "accepted": N_("%(taker)s owns %(agency)s now"),
    "declined": N_("%(taker)s declined the ownership of %(agency)s"),
    "withdrawn": N_("The offer of ownership of %(agency)s was taken back"),
    "expired": N_("The offer of ownership of %(agency)s ran out"),
}
