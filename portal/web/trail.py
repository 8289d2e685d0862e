"""The audit trail in sentences: who did what, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from portal.languages import N_, Text, gettext, ngettext


class Entry(Protocol):
    at: datetime
    action: str
    actor_name: str
    actor_kind: str
    behalf: str
    subject: str
    details: dict[str, Any]


E = TypeVar("E", bound=Entry)

_MACHINES: dict[str, Text] = {"Portal": N_("The portal"), "Command line": N_("The command line")}

SENTENCES: dict[str, tuple[str, Text]] = {
    "agency.created": ("building", N_("%(who)s opened the agency %(what)s")),
    "app.created": ("device-mobile", N_("%(who)s created the app %(what)s")),
    "app.renamed": ("device-mobile", N_("%(who)s renamed the app %(old)s to %(new)s")),
    "app.suspended": ("player-pause", N_("%(who)s suspended the app %(what)s")),
    "app.resumed": ("player-play", N_("%(who)s resumed the app %(what)s")),
    "client.added": ("user-plus", N_("%(who)s added the client %(what)s")),
    "client.access_allowed": ("lock-open", N_("%(who)s opened access for the people of %(what)s")),
    "client.access_withdrawn": ("lock", N_("%(who)s closed access for the people of %(what)s")),
    "client.changed": ("pencil", N_("%(who)s changed the details of %(what)s")),
    "client.suspended": ("player-pause", N_("%(who)s suspended %(what)s")),
    "client.resumed": ("player-play", N_("%(who)s resumed %(what)s")),
    "clients.imported": ("file-import", N_("%(who)s added clients to %(what)s from a file")),
    "contributor.added": ("user-plus", N_("%(what)s joined a back office, invited by %(who)s")),
    "contributor.limited": ("calendar-event", N_("%(who)s changed the end date of %(what)s")),
    "contributor.removed": ("user-x", N_("%(who)s removed %(what)s from a back office")),
    "credential.created": ("key", N_("%(who)s made the API credential %(what)s")),
    "credential.revoked": ("key", N_("%(who)s revoked the API credential %(what)s")),
    "credential.rotated": ("key", N_("%(who)s gave the API credential %(what)s a new secret")),
    "credential.taken_over": ("key", N_("%(who)s took over the API credential %(what)s")),
    "invitation.sent": ("mail-forward", N_("%(who)s invited %(what)s")),
    "invitation.resent": ("mail-forward", N_("%(who)s sent %(what)s the invitation again")),
    "invitation.revoked": ("mail", N_("%(who)s revoked the invitation of %(what)s")),
    "invitation.expired": ("clock", N_("The invitation of %(what)s ran out")),
    "invitation.accepted": ("user-check", N_("%(who)s accepted the invitation to a back office")),
    "menu.published": ("tools-kitchen-2", N_("%(who)s published the menu of %(what)s")),
    "person.password_changed": ("key", N_("%(what)s chose a new password")),
    "package.created": ("stack-2", N_("%(who)s made the package %(what)s")),
    "package.saved": ("stack-2", N_("%(who)s changed the package %(what)s")),
    "package.deleted": ("stack-2", N_("%(who)s deleted the package %(what)s")),
    "prices.saved": ("tag", N_("%(who)s changed the prices of %(what)s")),
    "right.granted": ("check", N_("%(who)s gave %(what)s a right")),
    "right.withdrawn": ("x", N_("%(who)s took a right from %(what)s")),
    "service.opened": ("external-link", N_("%(who)s opened %(what)s")),
    "service.sold": ("tag", N_("%(who)s sold the service %(what)s")),
    "session.started": ("login-2", N_("%(who)s signed in")),
    "settings.saved": ("adjustments", N_("%(who)s changed the settings of %(what)s")),
    "settings.bulk_saved": ("stack-2", N_("%(who)s changed many clients of %(what)s at once")),
    "settings.bulk_undone": ("refresh", N_("%(who)s took back a change of many clients of %(what)s")),
    "staff.added": ("user-shield", N_("%(who)s added %(what)s to the agency's staff")),
    "staff.assigned": ("user-shield", N_("%(who)s assigned a client to %(what)s")),
    "statement.issued": ("file-invoice", N_("The statement %(what)s was issued")),
    "webhook.added": ("webhook", N_("%(who)s added the webhook endpoint %(what)s")),
    "webhook.changed": ("webhook", N_("%(who)s changed the webhook endpoint %(what)s")),
    "webhook.deleted": ("webhook", N_("%(who)s deleted the webhook endpoint %(what)s")),
    "webhook.paused": ("webhook", N_("%(who)s paused the webhook endpoint %(what)s")),
    "webhook.resumed": ("webhook", N_("%(who)s resumed the webhook endpoint %(what)s")),
    "webhook.replayed": ("webhook", N_("%(who)s sent an event to %(what)s again")),
    "webhook.secret_rotated": ("webhook", N_("%(who)s gave the webhook endpoint %(what)s a new secret")),
    "webhook.tested": ("webhook", N_("%(who)s sent a test to %(what)s")),
}
"""The icon and the sentence of every action that is written down."""

_GROUPS = {
    "menu": ("tools-kitchen-2", N_("%(who)s changed the menu: %(what)s")),
    "design": ("palette", N_("%(who)s changed the design: %(what)s")),
}
_TOGETHER = {"statement.issued"}
_OTHER = ("history", N_("%(who)s: %(what)s"))


def grouped(entries: Sequence[E]) -> list[tuple[E, int]]:
    """Entries with how often the same happened in a row on one day: a month's statements are one piece of news.

    Who accepts an invitation joins with it: that is one piece of news, too.
    """
    accepted = {(entry.subject, entry.at) for entry in entries if entry.action == "invitation.accepted"}
    found: list[tuple[E, int]] = []
    for entry in entries:
        if entry.action == "contributor.added" and (entry.subject, entry.at) in accepted:
            continue
        last, times = found[-1] if found else (None, 0)
        if last is not None and entry.action == last.action in _TOGETHER and entry.at.date() == last.at.date():
            found[-1] = (last, times + 1)
        else:
            found.append((entry, 1))
    return found


def sentence(entry: Entry, times: int = 1) -> str:
    """One entry as a sentence, without its date; `times` as `grouped` counted it."""
    if times > 1:
        return ngettext("%(num)s statement was issued", "%(num)s statements were issued", times)
    old, new = (str(entry.details.get(name) or "") for name in ("old", "new"))
    said = gettext(_of(entry)[1], who=who(entry), what=entry.subject, old=old, new=new)
    if entry.behalf:
        return gettext("%(said)s, on behalf of %(behalf)s", said=said, behalf=entry.behalf)
    return said


def icon(entry: Entry) -> str:
    return _of(entry)[0]


def who(entry: Entry) -> str:
    """Whose doing it was, by name."""
    return gettext("The portal") if entry.actor_kind == "system" else named(entry.actor_name)


def named(name: str) -> str:
    """A doer's name as it was kept; what is no person has it in the reader's language."""
    return gettext(_MACHINES[name]) if name in _MACHINES else name


def _of(entry: Entry) -> tuple[str, Text]:
    return SENTENCES.get(entry.action) or _GROUPS.get(entry.action.partition(".")[0], _OTHER)
