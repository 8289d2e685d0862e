"""Where somebody who is signed in finds his work."""

from __future__ import annotations

from flask import current_app, g, url_for

from portal import clock
from portal.domain import accounts, rights
from portal.domain.accounts import Member
from portal.web.access import staff_behind
from portal.web.hosts import AgencyHouse, house
from portal.web.menus import endpoint_of
from portal.web.sessions import SignedIn, this_sign_in


def landing(found: SignedIn) -> str | None:
    """The path of the person's first page on this host; None when nothing is open for him."""
    if not isinstance(house(), AgencyHouse):
        return _at_platform(found)
    if found.row.entered_app:
        return _office(found.row.entered_app.slug, "home")
    seen = accounts.last_look(found.row)
    if seen:
        return _office(seen.app.slug, "home")
    members = open_memberships(found)
    if len(members) > 1:
        return url_for("account.apps.index")
    return first_page(members[0]) if members else None


def open_memberships(found: SignedIn) -> list[Member]:
    """The back offices that admit the person at this moment."""
    here = house()
    if not isinstance(here, AgencyHouse) or found.row.entered_app_id:
        return []
    members = []
    for row in accounts.contributors_of_person(found.person):
        row.app.agency = row.app.client.agency = here.agency
        members.append(Member(found.person, here.agency, row.app, row, session=found.row))
    return [member for member in members if rights.admitted(member, now=clock.now())]


def stand_in_frame() -> None:
    """Show a page of the account in the frame of the person's work, where he has just one place of work."""
    members = open_memberships(this_sign_in())
    if len(members) == 1:
        g.who = members[0]


def first_page(member: Member) -> str:
    """The only section the person has, else home."""
    return _office(member.app.slug, rights.first_section(member).key)


def _office(app: str, section: str) -> str:
    known = endpoint_of(section) in current_app.view_functions
    return url_for(endpoint_of(section if known else "home"), app=app)


def _at_platform(found: SignedIn) -> str | None:
    for endpoint, fits in (("agency.overview.index", staff_behind(found)), ("operator.overview.index", _runs(found))):
        if fits and endpoint in current_app.view_functions:
            return url_for(endpoint)
    return url_for("account.profile.index") if _runs(found) or staff_behind(found) else None


def _runs(found: SignedIn) -> bool:
    return bool(found.person.is_operator)
