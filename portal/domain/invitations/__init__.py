"""Set-up links: sent, resent, revoked, accepted. Opening one changes nothing; accepting uses it up."""

from portal.domain.invitations.actions import accept, invite, resend, revoke
from portal.domain.invitations.models import Invitation
from portal.domain.invitations.queries import days_left, invitation_of, link_of, open_invitations, preview

__all__ = [
    "Invitation",
    "accept",
    "days_left",
    "invitation_of",
    "invite",
    "link_of",
    "open_invitations",
    "preview",
    "resend",
    "revoke",
]
