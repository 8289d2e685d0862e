"""The agency, its clients, their apps and settings."""

from __future__ import annotations

from portal.audit_words.words import Words
from portal.languages import N_

WORDS = {
    "agency.created": Words("building", "agency", N_("%(who)s opened the agency %(what)s")),
    "person.erased": Words("user-x", "agency", N_("%(who)s erased the words of a person from the trail")),
    "client.added": Words("user-plus", "clients", N_("%(who)s added the client %(what)s")),
    "client.changed": Words("pencil", "clients", N_("%(who)s changed the details of %(what)s")),
    "client.access_allowed": Words("lock-open", "clients", N_("%(who)s opened access for the people of %(what)s")),
    "client.access_withdrawn": Words("lock", "clients", N_("%(who)s closed access for the people of %(what)s")),
    "client.suspended": Words("player-pause", "clients", N_("%(who)s suspended %(what)s")),
    "client.resumed": Words("player-play", "clients", N_("%(who)s resumed %(what)s")),
    "clients.imported": Words("file-import", "clients", N_("%(who)s added clients to %(what)s from a file")),
    "session.entered": Words("login-2", "clients", N_("%(who)s entered the back office of %(what)s")),
    "app.created": Words("device-mobile", "clients", N_("%(who)s created the app %(what)s")),
    "app.renamed": Words("device-mobile", "clients", N_("%(who)s renamed the app %(old)s to %(new)s"), "settings"),
    "app.suspended": Words("player-pause", "clients", N_("%(who)s suspended the app %(what)s")),
    "app.resumed": Words("player-play", "clients", N_("%(who)s resumed the app %(what)s")),
    "settings.saved": Words("adjustments", "settings", N_("%(who)s changed the settings of %(what)s")),
    "settings.bulk_saved": Words("stack-2", "settings", N_("%(who)s changed many clients of %(what)s at once")),
    "settings.bulk_undone": Words("refresh", "settings", N_("%(who)s took back a change of many clients of %(what)s")),
    "package.created": Words("stack-2", "settings", N_("%(who)s made the package %(what)s")),
    "package.saved": Words("stack-2", "settings", N_("%(who)s changed the package %(what)s")),
    "package.deleted": Words("stack-2", "settings", N_("%(who)s deleted the package %(what)s")),
}
