"""Who works for an agency: invited, given a role and clients, ended; and the agency handed on to another owner."""

from portal.domain.staffing.accepting import accept, take_place
from portal.domain.staffing.by_identity import accept_with_identity
from portal.domain.staffing.calendar import end_overdue, remind
from portal.domain.staffing.changes import (
    change_role,
    credentials_of,
    leave,
    look_after,
    remove,
    set_end,
    sign_out,
    take_factors,
)
from portal.domain.staffing.inviting import Place, check, invite, link_of, note_expired, resend, revoke
from portal.domain.staffing.models import OwnershipOffer, StaffInvitation
from portal.domain.staffing.ownership import (
    AFTERWARDS,
    LEAVE,
    accept_ownership,
    decline_ownership,
    note_expired_offers,
    offer_by,
    offer_ownership,
    offers_to,
    withdraw_ownership,
)
from portal.domain.staffing.proving import prove_address
from portal.domain.staffing.queries import (
    StaffEntry,
    clients_named,
    days_left,
    entries_of,
    entry_of,
    invitation_of,
    open_invitations,
    preview,
)

__all__ = [
    "AFTERWARDS",
    "LEAVE",
    "OwnershipOffer",
    "Place",
    "StaffEntry",
    "StaffInvitation",
    "accept",
    "accept_ownership",
    "accept_with_identity",
    "change_role",
    "check",
    "clients_named",
    "credentials_of",
    "days_left",
    "decline_ownership",
    "end_overdue",
    "entries_of",
    "entry_of",
    "invitation_of",
    "invite",
    "leave",
    "link_of",
    "look_after",
    "note_expired",
    "note_expired_offers",
    "offer_by",
    "offer_ownership",
    "offers_to",
    "open_invitations",
    "preview",
    "prove_address",
    "remind",
    "remove",
    "resend",
    "revoke",
    "set_end",
    "sign_out",
    "take_factors",
    "take_place",
    "withdraw_ownership",
]
