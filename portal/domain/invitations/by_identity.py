"""A set-up link used up by somebody whom the agency's provider vouches for: no password comes to be."""

from __future__ import annotations

from datetime import datetime

from portal.db import transaction
from portal.domain import federation
from portal.domain.accounts import Person, claimed_name, person_in, register
from portal.domain.errors import Refused
from portal.domain.federation import Claims, Door, NotRecognised
from portal.domain.invitations.accepting import enter, use_up
from portal.domain.invitations.models import Invitation
from portal.domain.invitations.queries import offered
from portal.domain.tenants import Agency


def accept_with_identity(agency: Agency, token_hash: str, door: Door, claims: Claims, *, now: datetime) -> Person:
    """Use the link of that hash up: an account tied to the provider, and the membership with its boxes.

    Raises NotFound for a dead link; Refused when the provider names another address than the invited one, or when
    the account that is there already is not proved by it; NotRecognised, written down, where its rules let nobody in.
    """
    invitation = offered(agency, token_hash, now=now)
    if claims.named_email and claims.named_email != invitation.email:
        raise Refused("sso_other_address")
    with federation.writing_down(door, claims, now=now), transaction():
        federation.check_open(door, str(agency.id))
        use_up(invitation, now)
        person = _account(invitation, agency, door, claims, now)
        enter(person, invitation, agency, now)
        federation.note_proven(door, now=now)
    return person


def _account(invitation: Invitation, agency: Agency, door: Door, claims: Claims, now: datetime) -> Person:
    """The invited person's account, known at the provider from now on."""
    federation.check_rules(door, claims)
    known = federation.known_as(door, claims, str(agency.id))
    person = known or person_in(str(agency.id), invitation.email)
    if person is None:
        person = register(
            str(agency.id),
            invitation.email,
            name=claimed_name(claims.name),
            language=invitation.language,
            agency=agency,
            now=now,
        )
        federation.connect(door, claims, person, now=now)
        return person
    if person.disabled_at or person.email != invitation.email:
        raise NotRecognised(reason="disabled" if person.disabled_at else "other_person")
    if known is None:
        if not claims.email:
            raise NotRecognised(reason="unverified")
        federation.connect(door, claims, person, now=now)
    return person
