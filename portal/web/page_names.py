"""The pages of the dashboard by name: those of its panel, and those that stand behind a button elsewhere."""

from __future__ import annotations

from flask import current_app

from portal.domain import rights
from portal.domain.accounts import Staff
from portal.domain.rights import Permission
from portal.domain.tenants import sort_name
from portal.languages import N_, gettext
from portal.web.menus import DASHBOARD, Entry

_BEHIND = (
    Entry(N_("New client"), "agency.clients.new", "user-plus", Permission.ADD_CLIENTS),
    Entry(N_("Clients from a file"), "agency.imports.index", "file-import", Permission.ADD_CLIENTS, N_("import, CSV")),
    Entry(N_("E-mail sender"), "agency.sender.index", "mail", Permission.PRICES, N_("mail server, SMTP, SPF, DKIM")),
    Entry(N_("History of the brand"), "agency.brand_history.index", "history", Permission.PRICES),
    Entry(N_("Invite to the dashboard"), "agency.staff_invitations.new", "user-plus", Permission.STAFF),
    Entry(N_("Transfer ownership"), "agency.staff_ownership.index", "user-check", Permission.OWN),
    Entry(N_("Your place"), "agency.staff_place.show", "id"),
    Entry(N_("Settings"), "agency.settings.index", "settings"),
    Entry(N_("My account"), "account.profile.index", "user", also=N_("name, language, appearance, password")),
    Entry(N_("Sign-in and security"), "account.security.index", "fingerprint", also=N_("passkey, authenticator")),
    Entry(N_("Notices by e-mail"), "account.notices.index", "bell", also=N_("alerts, limits")),
)


def find_pages(staff: Staff, text: str, *, most: int) -> list[Entry]:
    """Pages that this person may open and that are called so in his language, those first that begin with it.

    Each word that is looked for begins a word of the page's name, or of what else people call it.
    """
    wanted = sort_name(text).split()
    if not wanted:
        return []
    known = [*(entry for _group, entries in DASHBOARD for entry in entries), *_BEHIND]
    there = [e for e in known if e.endpoint in current_app.view_functions and rights.staff_may(staff.role, e.may)]
    found = [(rank, entry) for entry in there if (rank := _rank(entry, wanted)) is not None]
    return [entry for _rank, entry in sorted(found, key=lambda pair: pair[0])][:most]


def _rank(entry: Entry, wanted: list[str]) -> int | None:
    """0: the name begins with it, 1: it is in the name, 2: people say so; None: none of these."""
    name = sort_name(gettext(entry.label))
    other = sort_name(gettext(entry.also)) if entry.also else ""
    if name.startswith(" ".join(wanted)):
        return 0
    if _begins_words(name, wanted):
        return 1
    return 2 if _begins_words(f"{name} {other}", wanted) else None


def _begins_words(text: str, wanted: list[str]) -> bool:
    words = text.replace(",", " ").replace("-", " ").split() + text.replace(",", " ").split()
    return all(any(word.startswith(one) for word in words) for one in wanted)
