"""People of a back office: invitations, memberships, boxes."""

from __future__ import annotations

from portal.audit_words.words import Words
from portal.languages import N_

_LIMITED = N_("%(who)s set the access of %(what)s to end on %(new)s")
_UNLIMITED = N_("%(who)s gave %(what)s access without an end")
_WITHDRAWN = N_("%(who)s took from %(what)s the right %(box)s")

WORDS = {
    "contributor.added": Words("user-plus", "team", N_("%(what)s joined a back office, invited by %(who)s")),
    "contributor.changed": Words("pencil", "team", N_("%(who)s changed how %(what)s is written to"), "team"),
    "contributor.limited": Words("calendar-event", "team", _LIMITED, "team"),
    "contributor.unlimited": Words("calendar-event", "team", _UNLIMITED, "team"),
    "contributor.removed": Words("user-x", "team", N_("%(who)s removed %(what)s from the team"), "team"),
    "invitation.sent": Words("mail-forward", "team", N_("%(who)s invited %(what)s"), "team"),
    "invitation.resent": Words("mail-forward", "team", N_("%(who)s sent %(what)s the invitation again"), "team"),
    "invitation.copied": Words("copy", "team", N_("%(who)s copied a link for %(what)s"), "team"),
    "invitation.revoked": Words("user-x", "team", N_("%(who)s revoked the invitation of %(what)s"), "team"),
    "invitation.expired": Words("clock", "team", N_("The invitation of %(what)s ran out")),
    "invitation.accepted": Words("user-check", "team", N_("%(who)s joined the team"), "team"),
    "right.granted": Words("user-check", "team", N_("%(who)s gave %(what)s the right %(box)s"), "team"),
    "right.withdrawn": Words("user-x", "team", _WITHDRAWN, "team"),
}
