"""The providers by which people may come in at the host of this request, and the browser that goes there."""

from __future__ import annotations

from typing import Any

from flask import request, session, url_for

from portal import clock
from portal.domain import accounts, federation, staffing, tenants
from portal.domain.accounts import PLATFORM, Role
from portal.domain.federation import INSTALLATION, Door
from portal.domain.staffing import StaffInvitation
from portal.domain.tenants import Agency
from portal.languages import gettext
from portal.web.hosts import AgencyHouse, address_on_agency_host, address_on_platform, house, is_platform, settings

_BROWSER = "sso"


def installation_door() -> Door | None:
    """The provider that the settings name."""
    found = settings()
    if not found.oidc_client_secret:
        return None
    secret = found.oidc_client_secret.get_secret_value()
    label = found.oidc_label or gettext("Single sign-on")
    return Door(INSTALLATION, None, label, found.oidc_issuer, found.oidc_client_id, secret)


def door_here(slug: str = "") -> Door | None:
    """The provider of this host: on an agency's its own, on the platform's that of the staff of the agency named,
    or without a name the installation's.
    """
    here = house()
    if isinstance(here, AgencyHouse):
        return federation.door_of(here.agency, "contributors")
    if not slug:
        return installation_door()
    agency = tenants.agency_by_slug(slug) if tenants.is_slug(slug) else None
    return federation.door_of(agency, "staff") if agency else None


def door_returned_to(slug: str) -> Door | None:
    """The provider of the agency whose way back this is, open to its staff or only being tried out."""
    agency = tenants.agency_by_slug(slug) if tenants.is_slug(slug) else None
    return federation.trial_door(agency) if agency else None


def is_open(door: Door) -> bool:
    """Whether people may come in by it at this host, at this moment."""
    return door_here(door.agency.slug if door.agency else "") is not None


def return_address(door: Door, house_key: str) -> str:
    """Where the provider sends the browser back to: another address for each provider, so that no answer of one can
    pass for that of another. Built from the stored host.
    """
    if door.agency is None:
        return address_on_platform("/sign-in/sso-callback")
    return staff_return(door.agency) if house_key == PLATFORM else contributors_return(door.agency)


def staff_return(agency: Agency) -> str:
    return address_on_platform(f"/sign-in/sso/{agency.slug}/callback")


def contributors_return(agency: Agency) -> str:
    return address_on_agency_host(agency, "/sign-in/sso-callback")


def browser_secret(*, make: bool = False) -> str:
    """What only this browser knows, in its own cookie; "" for one that was never sent anywhere from here."""
    if make and not session.get(_BROWSER):
        session[_BROWSER] = accounts.new_token()
    return str(session.get(_BROWSER, ""))


def offered() -> dict[str, Any]:
    """For the pages before signing in: the provider of this host, and whether staff may name that of their agency.

    On a set-up page `setup` is its token, and on the platform's the provider that of the agency that invites.
    """
    token = (request.view_args or {}).get("token", "") if request.endpoint in _SET_UP else ""
    invitation = staffing.preview(token, now=clock.now())[0] if token and is_platform() else None
    slug = invitation.agency.slug if invitation else ""
    door = door_here(slug) if slug or not token or not is_platform() else None
    return {
        "label": door.label if door else None,
        "action": url_for("account.sso.begin"),
        "agency": slug,
        "setup": token,
        "find": url_for("account.sso.show") if is_platform() and not token and federation.serves_any_staff() else None,
        "only": door is not None and _is_only_way(invitation),
    }


_SET_UP = ("account.setup.show", "account.setup.accept")


def _is_only_way(invitation: StaffInvitation | None) -> bool:
    here = house()
    if isinstance(here, AgencyHouse):
        return federation.is_only_way_for_contributors(here.agency)
    return invitation is not None and federation.is_only_way_for_staff(invitation.agency, Role(invitation.role))
