"""Where the agency helps a person of the team who can't sign in: at its dashboard, for whoever may."""

from __future__ import annotations

from flask import url_for

from portal.domain import rights
from portal.domain.accounts import Member
from portal.domain.rights import Permission
from portal.languages import gettext as _
from portal.web.hosts import address_on_platform


def may_help(member: Member) -> bool:
    """Whether the page that helps is open for him: for who looks after people at the dashboard, in his own eyes."""
    return member.is_staff and member.role is not None and rights.staff_may(member.role, Permission.STAFF)


def help_address(email: str) -> str:
    """That page, with the address filled in."""
    return address_on_platform(url_for("agency.security.index"), email=email, kind="contributor") + "#stuck"


def helper_for(member: Member) -> str:
    """Whom to ask, as a part of a sentence, for who may not help himself."""
    if member.is_staff:
        return _("an owner or administrator of %(agency)s", agency=member.agency.name)
    return str(member.agency.name)
