"""Set-up links: sent, resent, revoked, accepted. Opening one changes nothing; accepting uses it up."""

from portal.domain.invitations.accepting import accept
from portal.domain.invitations.actions import invite, note_expired, resend, revoke
from portal.domain.invitations.listing import STATES, State, TeamEntry, TeamPage, count_team, entries_of, team_of
from portal.domain.invitations.models import Invitation
from portal.domain.invitations.queries import days_left, invitation_of, link_of, open_invitations, preview
from portal.domain.invitations.team import remove, set_end

__all__ = [
    "Invitation",
    "STATES",
    "TeamEntry",
    "State",
    "accept",
    "TeamPage",
    "days_left",
    "count_team",
    "invitation_of",
    "entries_of",
    "invite",
    "link_of",
    "note_expired",
    "open_invitations",
    "preview",
    "remove",
    "resend",
    "revoke",
    "set_end",
    "team_of",
]
