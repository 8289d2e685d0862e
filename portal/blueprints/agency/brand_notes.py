"""What is said of pictures before anybody outside sees them: at each of them, and before all is published."""

from __future__ import annotations

from portal.blueprints.agency import brand_form
from portal.blueprints.agency.brand_changes import ROLES
from portal.domain import branding
from portal.domain.branding import Brand, Draft
from portal.languages import gettext as _

_DRAWN = ("logo", "logo-on-dark", "icon", "favicon")


def at_pictures(draft: Draft, shown: Brand) -> dict[str, list[str]]:
    """The sentences that stand at a picture, by role; none for a role of which nothing is to be said."""
    notes = _of_looks(draft, shown)
    for role in _left_behind(draft):
        words = _("The sign-in logo is new, this picture is not. Replace it, too, if it shows the old brand.")
        notes.setdefault(role, []).append(words)
    return notes


def before_publishing(draft: Draft, shown: Brand) -> list[tuple[str, str]]:
    """The same for the last look: which picture it is about, and what is said."""
    notes = [(_(ROLES[role]), words) for role, said in _of_looks(draft, shown).items() for words in said]
    if behind := [_(ROLES[role]) for role in _left_behind(draft)]:
        names = ", ".join(behind)
        words = _(
            "These stay as they were: %(pictures)s. Replace them, too, if they show the old brand.", pictures=names
        )
        notes.append((_("The sign-in logo is new"), words))
    return notes


def _of_looks(draft: Draft, shown: Brand) -> dict[str, list[str]]:
    notes: dict[str, list[str]] = {}
    for role, seen in branding.faint_logos(shown).items():
        notes.setdefault(role, []).append(_faint(role, brand_form.ratio(seen), role in draft.pictures))
    for role in _DRAWN:
        if role in draft.pictures and branding.is_written(shown.pictures[role]):
            notes.setdefault(role, []).append(_written())
    return notes


def _left_behind(draft: Draft) -> list[str]:
    """The pictures that stay while another logo comes."""
    changed = {change.field.removeprefix("picture."): change.after for change in draft.changes}
    if not changed.get("logo"):
        return []
    return [role for role in ROLES if role in draft.pictures and role not in changed]


def _written() -> str:
    return _(
        "This SVG holds text as text: mails and icons show it in the typeface Inter, pages in one that each device "
        "has. Turn the text into paths in your drawing program and upload it again, so that it looks the same "
        "everywhere."
    )


def _faint(role: str, seen: str, own: bool) -> str:
    if role == "logo":
        return _("This logo is hard to see on a light ground (%(seen)s). Upload a darker one, or remove it.", seen=seen)
    if own:
        return _("This logo is hard to see on a dark ground (%(seen)s). Upload a lighter one, or remove it.", seen=seen)
    return _("The sign-in logo is hard to see on a dark ground (%(seen)s). Upload a lighter one for it.", seen=seen)
