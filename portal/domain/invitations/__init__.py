"""Set-up links: sent, resent, revoked, accepted. Opening one changes nothing; accepting uses it up."""

from portal.domain.invitations.accepting import accept
from portal.domain.invitations.actions import invite, note_expired, resend, revoke
from portal.domain.invitations.by_identity import accept_with_identity
from portal.domain.invitations.listing import STATES, State, TeamEntry, TeamPage, count_team, entries_of, team_of
from portal.domain.invitations.models import Invitation
from portal.domain.invitations.queries import days_left, invitation_of, link_of, open_invitations, preview
from portal.domain.invitations.team import (
    BoxChanges,
    changes_to,
    copied,
    remove,
    set_boxes,
    set_contact,
    set_end,
)
from portal.domain.invitations.voiding import revoke_sent_by

__all__ = [
    "STATES",
    "BoxChanges",
    "Invitation",
    "State",
    "TeamEntry",
    "TeamPage",
    "accept",
    "accept_with_identity",
    "changes_to",
    "copied",
    "count_team",
    "days_left",
    "entries_of",
    "invitation_of",
    "invite",
    "link_of",
    "note_expired",
    "open_invitations",
    "preview",
    "remove",
    "resend",
    "revoke",
    "revoke_sent_by",
    "set_boxes",
    "set_contact",
    "set_end",
    "team_of",
]
