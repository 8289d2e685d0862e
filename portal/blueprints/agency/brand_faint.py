"""What is said of logos that can hardly be seen."""

from __future__ import annotations

from portal.blueprints.agency import brand_form
from portal.domain import branding
from portal.domain.branding import Brand, Draft
from portal.languages import gettext as _


def faint_words(draft: Draft, shown: Brand) -> dict[str, str]:
    """What is said of logos that are hard to see where they stand, by role."""
    return {
        role: _faint(role, brand_form.ratio(seen), role in draft.pictures)
        for role, seen in branding.faint_logos(shown).items()
    }


def _faint(role: str, seen: str, own: bool) -> str:
    if role == "logo":
        return _("This logo is hard to see on a light ground (%(seen)s). Upload a darker one, or remove it.", seen=seen)
    if own:
        return _("This logo is hard to see on a dark ground (%(seen)s). Upload a lighter one, or remove it.", seen=seen)
    return _("The sign-in logo is hard to see on a dark ground (%(seen)s). Upload a lighter one for it.", seen=seen)
