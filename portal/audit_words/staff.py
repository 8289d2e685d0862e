"""The agency's own people."""

from __future__ import annotations

from portal.audit_words.words import Words
from portal.languages import N_

_ADDED = N_("%(who)s added %(what)s to the agency's staff as %(role)s")
_ROLE = N_("%(who)s changed the role of %(what)s from %(old_role)s to %(new_role)s")
_FOLLOWED = N_("With the ownership, the role of %(what)s went from %(old_role)s to %(new_role)s")
_LIMITED = N_("%(who)s set the place of %(what)s on the staff to end on %(new)s")
_UNLIMITED = N_("%(who)s gave %(what)s a place on the staff without an end")
_INVITED = N_("%(who)s invited %(what)s to the agency's staff as %(role)s")
_RESENT = N_("%(who)s sent %(what)s the invitation to the staff again")
_COPIED = N_("%(who)s made a new link of the invitation to the staff of %(what)s")
_REVOKED = N_("%(who)s revoked the invitation to the staff of %(what)s")

WORDS = {
    "staff.added": Words("user-shield", "staff", _ADDED),
    "staff.joined": Words("user-check", "staff", N_("%(who)s accepted the invitation to the staff")),
    "staff.invited": Words("mail-forward", "staff", _INVITED),
    "staff.invitation_resent": Words("mail-forward", "staff", _RESENT),
    "staff.invitation_copied": Words("copy", "staff", _COPIED),
    "staff.invitation_revoked": Words("user-x", "staff", _REVOKED),
    "staff.invitation_expired": Words("clock", "staff", N_("The invitation to the staff of %(what)s ran out")),
    "staff.role_changed": Words("user-shield", "staff", _ROLE),
    "staff.role_followed": Words("user-shield", "staff", _FOLLOWED),
    "staff.assigned": Words("user-shield", "staff", N_("%(who)s assigned the client %(client)s to %(what)s")),
    "staff.unassigned": Words("user-shield", "staff", N_("%(who)s took the client %(client)s from %(what)s")),
    "staff.limited": Words("calendar-event", "staff", _LIMITED),
    "staff.unlimited": Words("calendar-event", "staff", _UNLIMITED),
    "staff.removed": Words("user-x", "staff", N_("%(who)s removed %(what)s from the staff")),
    "staff.left": Words("user-x", "staff", N_("%(what)s left the agency's staff")),
    "staff.ended": Words("calendar-event", "staff", N_("The place of %(what)s on the staff ended")),
    "staff.signed_out": Words("logout", "staff", N_("%(who)s signed %(what)s out everywhere")),
    "ownership.offered": Words("building", "staff", N_("%(who)s offered %(what)s the ownership of the agency")),
    "ownership.accepted": Words("building", "staff", N_("%(what)s took over the ownership of the agency")),
    "ownership.declined": Words("building", "staff", N_("%(what)s declined the ownership of the agency")),
    "ownership.withdrawn": Words("building", "staff", N_("%(who)s took back the offer of ownership to %(what)s")),
    "ownership.expired": Words("building", "staff", N_("The offer of ownership to %(what)s ran out")),
}
