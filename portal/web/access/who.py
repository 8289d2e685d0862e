"""Who asks: the person with his session, as staff of his agency, or as a member of a back office."""

from __future__ import annotations

from typing import NoReturn

from flask import request

from portal import clock
from portal.domain import accounts, rights, tenants
from portal.domain.accounts import Member, Staff
from portal.domain.errors import NotFound
from portal.domain.rights import BOXES
from portal.web import asking, sessions
from portal.web.hosts import AgencyHouse, house
from portal.web.refusals import FactorNeeded, OfferInstead, SignInNeeded


def somebody(*, owing: bool = False) -> sessions.SignedIn:
    """Who is signed in, in full. Every stamp that needs a person asks here. Raises SignInNeeded.

    Raises FactorNeeded for somebody who has to set up a second factor first, but on the pages where he does (`owing`).
    """
    found = sessions.signed_in()
    if found is None:
        raise SignInNeeded
    if found.row.owes_factor_since and not owing:
        raise FactorNeeded
    return found


def staff_behind(found: sessions.SignedIn) -> Staff | None:
    """The person as staff of his agency, his role read anew."""
    membership = accounts.staff_of_person(found.person, now=clock.now())
    if membership is None:
        return None
    return Staff(found.person, membership.agency, accounts.Role(membership.role), membership.id, found.row)


def member_of(found: sessions.SignedIn, slug: str) -> Member:
    """The person inside the app of that slug. Raises NotFound for every app he does not belong to."""
    here = house()
    assert isinstance(here, AgencyHouse), "back offices exist on agency hosts alone"
    app = tenants.app_by_slug(here.agency, slug)
    if found.row.entered_app_id:
        return _guest(found, app)
    membership = accounts.contributor_in(app, found.person)
    if membership is None:
        raise NotFound
    return Member(found.person, here.agency, app, membership, session=found.row)


def _guest(found: sessions.SignedIn, app: tenants.App) -> Member:
    """Staff inside: the one app of the hand-over, and only while the role still opens it."""
    membership = accounts.staff_of_person(found.person, now=clock.now())
    if membership is None or membership.agency_id != app.agency_id or app.agency.suspended_at:
        sessions.end()
        raise SignInNeeded
    if found.row.entered_app_id != app.id or not accounts.may_enter(membership, app):
        raise NotFound
    return Member(found.person, app.agency, app, None, accounts.Role(membership.role), found.row)


def turn_away(member: Member, box: str) -> NoReturn:
    """Raises what somebody who may not meets: the offer where he looks at a locked section, else the refusal."""
    offer = rights.locked_offer(member, box) if request.method in ("GET", "HEAD") else None
    if offer:
        raise OfferInstead(member, rights.section(BOXES[box].section), offer)
    raise asking.refusal_of(member, box)
