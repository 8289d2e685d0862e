"""A set-up link of the platform host used up by somebody whom the agency's own provider vouches for."""

from __future__ import annotations

from datetime import datetime

from portal.db import transaction
from portal.domain import federation
from portal.domain.accounts import PLATFORM, Person, claimed_name, person_in, register
from portal.domain.errors import NotFound, Refused
from portal.domain.federation import Claims, Door, NotRecognised
from portal.domain.rights import alone_with
from portal.domain.staffing.accepting import take_place
from portal.domain.staffing.models import StaffInvitation
from portal.domain.staffing.proving import went_by_mail
from portal.domain.staffing.queries import offered


def accept_with_identity(token_hash: str, door: Door, claims: Claims, *, now: datetime) -> Person:
    """Use the link of that hash up: a new account tied to the provider, and the place that was offered.

    An account that is on the platform host already is not the agency's to vouch for, unless this provider is how
    its person comes in anyway: it is proved by its password instead. A link that was copied opens none at all: else
    the agency could try for every address whether there is one. Raises NotFound for a dead link and one of another
    agency; Refused when the provider names another address than the invited one; NotRecognised, written down.
    """
    invitation = offered(token_hash, now=now)
    if door.agency is None or invitation.agency_id != door.agency.id:
        raise NotFound("link_dead")
    if claims.named_email and claims.named_email != invitation.email:
        raise Refused("sso_other_address")
    with federation.writing_down(door, claims, now=now), transaction():
        alone_with(invitation.agency)  # first, as whoever changes the provider does
        federation.check_open(door, PLATFORM)
        person = _account(invitation, door, claims, now)
        take_place(invitation, person, now=now)
        federation.note_proven(door, now=now)
    return person


def _account(invitation: StaffInvitation, door: Door, claims: Claims, now: datetime) -> Person:
    federation.check_rules(door, claims)
    known = federation.known_as(door, claims, PLATFORM)
    if known is None and (person_in(PLATFORM, invitation.email) or not went_by_mail(invitation)):
        raise NotRecognised(reason="by_password", code="sso_by_password")
    if known is None:
        person = register(
            PLATFORM, invitation.email, name=claimed_name(claims.name), language=invitation.language, now=now
        )
        federation.connect(door, claims, person, now=now)
        return person
    if known.disabled_at or known.is_operator or known.email != invitation.email:
        raise NotRecognised(reason="disabled" if known.disabled_at else "other_person")
    return known
