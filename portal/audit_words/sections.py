"""Section states, offers, requests, seeing as somebody."""

from __future__ import annotations

from portal.audit_words.words import Entry, Words
from portal.domain.rights import SectionState
from portal.formatting import money, number
from portal.languages import N_, gettext


def _states(entry: Entry, _currency: str) -> dict[str, str]:
    labels = {state.value: gettext(state.label) for state in SectionState}
    held = {name: str(entry.details.get(name) or _ERASED) for name in ("old", "new")}
    return {name: labels.get(value, value) for name, value in held.items()}


def _offer(entry: Entry, _currency: str) -> dict[str, str]:
    """Each part of the offer that changed, from what to what."""
    said = []
    for name, (old, new) in entry.details.get("changes", {}).items():
        values = [_part(name, value, entry.details.get("currency", "")) for value in (old, new)]
        said.append(
            gettext("%(name)s from %(old)s to %(new)s", name=gettext(_PARTS[name]), old=values[0], new=values[1])
        )
    return {"changes": "; ".join(said) or _ERASED}


def _first_offer(entry: Entry, _currency: str) -> dict[str, str]:
    """What is offered where nothing was before."""
    changes, currency = entry.details.get("changes", {}), entry.details.get("currency", "")
    return {"offer": "; ".join(_part(name, changes[name][1], currency) for name in _PARTS if name in changes)}


def _part(name: str, value: str | int | None, currency: str) -> str:
    if name == "text":
        return f"“{value}”" if value else gettext("nothing")
    if name == "price" and value is not None:
        return money(int(value), currency) if currency else number(int(value))
    if name == "price":
        return gettext("on request")
    return gettext("every %(n)s months", n=number(int(value))) if value else gettext("once")


_ERASED = "–"
_PARTS = {"text": N_("the words"), "price": N_("the price"), "every_months": N_("the rhythm")}
_STATE = N_("%(who)s brought the section %(section)s of %(what)s from “%(old)s” to “%(new)s”")

WORDS: dict[str, Words] = {
    "section.state_changed": Words("lock", "clients", _STATE, more=_states),
    "section.offer_changed": Words(
        "tag", "clients", N_("%(who)s changed the offer before %(section)s of %(what)s: %(changes)s"), more=_offer
    ),
    "section.offer_made": Words(
        "tag", "clients", N_("%(who)s put an offer before %(section)s of %(what)s: %(offer)s"), more=_first_offer
    ),
    "request.created": Words("inbox", "requests", N_("%(who)s asked for %(section)s for %(what)s")),
    "request.done": Words(
        "check", "requests", N_("%(who)s fulfilled what %(asked_by)s of %(what)s asked for: %(section)s")
    ),
    "request.declined": Words(
        "x", "requests", N_("%(who)s declined what %(asked_by)s of %(what)s asked for: %(section)s")
    ),
    "support.written": Words(
        "headset",
        "requests",
        N_("%(who)s wrote to direct support for %(what)s: %(title)s (%(code)s)"),
        section="support",
    ),
    "support.answered": Words(
        "headset",
        "requests",
        N_("%(who)s answered %(what)s from direct support: %(title)s (%(code)s)"),
        section="support",
    ),
    "support.closed": Words(
        "headset",
        "requests",
        N_("%(who)s closed a conversation of %(what)s with direct support: %(title)s (%(code)s)"),
        section="support",
    ),
    "view.started": Words("eye", "team", N_("%(who)s began to look as %(what)s")),
    "view.ended": Words("eye-off", "team", N_("%(who)s stopped looking as %(what)s")),
}
