"""What is different between two states of a brand, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.domain.branding import Changed
from portal.languages import LANGUAGES, N_, Text, gettext

ROLES: dict[str, Text] = {
    "logo": N_("Sign-in logo"),
    "logo-on-dark": N_("Logo on dark ground"),
    "icon": N_("Back-office icon"),
    "favicon": N_("Favicon"),
    "login": N_("Sign-in background"),
}
LAYOUTS: dict[str, Text] = {"side": N_("Beside the picture"), "centre": N_("In the middle")}
_FIELDS: dict[str, Text] = {
    "name": N_("Name"),
    "sender_name": N_("Sender of mails"),
    "contact": N_("Contact"),
    "primary": N_("Main colour"),
    "accent": N_("Second colour"),
    "radius": N_("Corners"),
    "layout": N_("Place of the sign-in form"),
    "headline": N_("Headline"),
    "text": N_("Text"),
    "footer": N_("Footer"),
    "tokens": N_("Colours set by hand"),
}


@dataclass(frozen=True)
class Change:
    """One difference. `kind` says how its sides are shown: words, colour or picture (of the role, by SHA-256)."""

    label: str
    old: str
    new: str
    kind: str = "words"
    role: str = ""


def in_words(changes: Iterable[Changed]) -> list[Change]:
    return [_said(change) for change in changes]


def _said(change: Changed) -> Change:
    name, _, detail = change.field.partition(".")
    if name == "picture":
        return Change(gettext(ROLES[detail]), change.before, change.after, "picture", detail)
    label = gettext(_FIELDS.get(name, name))
    if name in ("primary", "accent"):
        return Change(label, change.before, change.after, "colour")
    if name == "layout":
        return Change(label, _layout(change.before), _layout(change.after))
    language = LANGUAGES.get(detail, "").partition(" (")[0]
    return Change(f"{label} ({language})" if language else label, change.before, change.after)


def _layout(value: str) -> str:
    return gettext(LAYOUTS[value]) if value in LAYOUTS else ""
