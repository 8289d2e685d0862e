"""Set-up links: sent, resent, revoked, accepted. Opening one changes nothing; accepting uses it up."""

from portal.domain.invitations.actions import accept, invite, note_expired, remove, resend, revoke, set_end
from portal.domain.invitations.models import Invitation
from portal.domain.invitations.queries import (
    TeamEntry,
    days_left,
    invitation_of,
    link_of,
    open_invitations,
    preview,
    team_of,
)

__all__ = [
    "Invitation",
    "TeamEntry",
    "accept",
    "days_left",
    "invitation_of",
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
