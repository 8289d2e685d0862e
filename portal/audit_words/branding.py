"""How an agency looks."""

from __future__ import annotations

from portal.audit_words.words import Entry, Words
from portal.languages import N_, gettext

_PARTS = {
    "picture.logo": N_("sign-in logo"),
    "picture.logo-on-dark": N_("logo on dark"),
    "picture.icon": N_("back-office icon"),
    "picture.favicon": N_("favicon"),
    "picture.login": N_("sign-in background"),
    "name": N_("name of the brand"),
    "primary": N_("colours"),
    "accent": N_("colours"),
    "tokens": N_("colours"),
    "radius": N_("corner radius"),
    "layout": N_("sign-in layout"),
    "contact": N_("contact"),
    "sender_name": N_("sender name"),
    "headline": N_("sign-in texts"),
    "text": N_("sign-in texts"),
    "footer": N_("sign-in texts"),
}


def _parts(entry: Entry, _currency: str) -> dict[str, str]:
    """Which parts of the brand are different now."""
    fields = [str(field) for field in entry.details.get("fields", [])]
    names = [_PARTS.get(field) or _PARTS.get(field.partition(".")[0]) for field in fields]
    said = dict.fromkeys(gettext(name) for name in names if name)
    return {"parts": ", ".join(said) or gettext("nothing that can be seen")}


WORDS: dict[str, Words] = {
    "brand.published": Words("palette", "agency", N_("%(who)s published the brand (%(parts)s)"), more=_parts),
    "brand.restored": Words(
        "palette", "agency", N_("%(who)s went back to version %(version)s of the brand (%(parts)s)"), more=_parts
    ),
    "brand.reset": Words("palette", "agency", N_("%(who)s reset the brand to the name alone (%(parts)s)"), more=_parts),
}
