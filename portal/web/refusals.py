"""Answers that are no domain rule but a question of who asks; `web/errors.py` gives them a status and a face."""

from __future__ import annotations

from portal.domain.accounts import Member
from portal.domain.rights import Offer, Section
from portal.domain.tenants import Agency


class SignInNeeded(Exception):
    """Nobody is signed in here."""


class FactorNeeded(Exception):
    """Somebody is signed in by password alone, where his house asks for a second factor that he has yet to set up."""


class TokenNeeded(Exception):
    """A machine asks without a bearer token that lives."""


class NotAdmitted(Exception):
    """The back office is closed to this person at the moment: access off, suspended, or past the end date."""

    def __init__(self, agency: Agency) -> None:
        super().__init__(agency.name)
        self.agency = agency


class OfferInstead(Exception):
    """The section is locked for this client: whoever looks meets the agency's offer."""

    def __init__(self, member: Member, section: Section, offer: Offer) -> None:
        super().__init__(section.key)
        self.member, self.section, self.offer = member, section, offer


class ViewOver(Exception):
    """The one through whose eyes `member` looked can't come in any more."""

    def __init__(self, member: Member) -> None:
        super().__init__(member.app.slug)
        self.member = member


class Forged(Exception):
    """The request may have been sent by somebody else's page: no token, an old one, or a foreign origin."""
