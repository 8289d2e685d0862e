"""The way of agency staff from the dashboard into a client's back office, and out again."""

from __future__ import annotations

from flask import current_app

from portal import clock
from portal.domain import accounts
from portal.domain.accounts import Staff
from portal.domain.errors import Forbidden
from portal.domain.rights import SECTIONS
from portal.domain.tenants import App
from portal.web.hosts import address_on_agency_host
from portal.web.menus import endpoint_of


def url_for_entering(staff: Staff, app: App, *, section: str = "") -> str:
    """Where to send the browser: a page on the agency's host with one button, good for 30 s and once.

    `app` comes from a look-up that started at `staff`; `section` is where the way in ends, home if it has no page.
    Make it in a POST, answer with `redirect(…, 303)`. Raises Forbidden for a role that opens no back office.
    """
    membership = accounts.staff_of_person(staff.person)
    if membership is None or not accounts.may_enter(membership, app):
        raise Forbidden("role_too_small", role=staff.role.label)
    token = accounts.begin_hand_over(staff, app, now=clock.now())
    to = {"to": section} if leads_somewhere(section) else {}
    return address_on_agency_host(staff.agency, f"/enter/{token}", **to)


def leads_somewhere(section: str) -> bool:
    """Whether it names a section that has a page: nothing else is taken from an address."""
    known = any(section == one.key for one in SECTIONS)
    return known and endpoint_of(section) in current_app.view_functions
