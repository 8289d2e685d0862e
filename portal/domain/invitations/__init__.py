"""Set-up links: sent, resent, revoked, accepted. Opening one changes nothing; accepting uses it up."""

from portal.domain.invitations.accepting import accept
from portal.domain.invitations.actions import MOST_MAILS_AN_HOUR, copy_link, invite, note_expired, resend, revoke
from portal.domain.invitations.by_identity import accept_with_identity
from portal.domain.invitations.erasing import addresses_of, forget_person
from portal.domain.invitations.explaining import Closed, Explained, Reason, Why, explain
from portal.domain.invitations.listing import STATES, State, TeamEntry, TeamPage, count_team, entries_of, team_of
from portal.domain.invitations.many import (
    MOST_ADDRESSES,
    begin_list,
    confirm_list,
    counts_of_lines,
    discard_list,
    earlier_list,
    forget_lists,
    lines_of,
    list_of,
    running_list,
)
from portal.domain.invitations.many_running import A_MINUTE, list_work
from portal.domain.invitations.models import Invitation, InvitationLine, InvitationList
from portal.domain.invitations.proving import prove_address
from portal.domain.invitations.queries import (
    days_left,
    invitation_of,
    invited_to,
    joined_lately,
    link_of,
    names_given,
    open_invitations,
    preview,
)
from portal.domain.invitations.reminding import remind_of_ends
from portal.domain.invitations.team import (
    BoxChanges,
    changes_to,
    copied,
    left_out,
    remove,
    set_boxes,
    set_contact,
    set_end,
)
from portal.domain.invitations.voiding import revoke_sent_by

__all__ = [
    "A_MINUTE",
    "MOST_ADDRESSES",
    "MOST_MAILS_AN_HOUR",
    "STATES",
    "BoxChanges",
    "Closed",
    "Explained",
    "Invitation",
    "InvitationLine",
    "InvitationList",
    "Reason",
    "State",
    "TeamEntry",
    "TeamPage",
    "Why",
    "accept",
    "accept_with_identity",
    "addresses_of",
    "begin_list",
    "changes_to",
    "confirm_list",
    "copied",
    "copy_link",
    "count_team",
    "counts_of_lines",
    "days_left",
    "discard_list",
    "earlier_list",
    "entries_of",
    "explain",
    "forget_lists",
    "forget_person",
    "invitation_of",
    "invite",
    "invited_to",
    "joined_lately",
    "left_out",
    "lines_of",
    "link_of",
    "list_of",
    "list_work",
    "names_given",
    "note_expired",
    "open_invitations",
    "preview",
    "prove_address",
    "remind_of_ends",
    "remove",
    "resend",
    "revoke",
    "revoke_sent_by",
    "running_list",
    "set_boxes",
    "set_contact",
    "set_end",
    "team_of",
]
