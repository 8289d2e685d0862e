"""An agency's own domain."""

from __future__ import annotations

from portal.audit_words.words import Entry, Words
from portal.formatting import number
from portal.languages import N_, gettext


def _when(entry: Entry, _currency: str) -> dict[str, str]:
    days = int(entry.details.get("days") or 0)
    if days > 1:
        return {"when": gettext("in %(n)s days", n=number(days))}
    return {"when": gettext("in a day") if days else gettext("at once")}


WORDS: dict[str, Words] = {
    "host.asked": Words("world", "agency", N_("%(who)s asked for the domain %(what)s")),
    "host.proven": Words("world", "agency", N_("The domain %(what)s was proven to be the agency's")),
    "host.planned": Words("world", "agency", N_("%(who)s set the change to the domain %(what)s: %(when)s"), more=_when),
    "host.leaving": Words("world", "agency", N_("%(who)s set the end of the domain %(what)s: %(when)s"), more=_when),
    "host.stayed": Words("world", "agency", N_("%(who)s called the change of address at %(what)s off")),
    "host.active": Words("world", "agency", N_("The domain %(what)s became the agency's address")),
    "host.lost": Words("world", "agency", N_("The domain %(what)s was lost; the sub-domain serves again")),
    "host.returned": Words("world", "agency", N_("The domain %(what)s is back and is the agency's address again")),
    "host.removed": Words("world", "agency", N_("%(who)s gave the domain %(what)s up")),
}
