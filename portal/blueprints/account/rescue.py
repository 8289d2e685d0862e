"""Who lets somebody in again whose device and recovery codes are gone, in words."""

from __future__ import annotations

from portal.domain import accounts
from portal.domain.accounts import Person, Role
from portal.languages import gettext as _


def helper_of(person: Person) -> str:
    """Whom to ask, as a part of a sentence: as `sign_in.person_to_help` admits, else as the command line does.

    Empty for who is at no house.
    """
    if person.agency:
        return str(person.agency.name)
    if person.is_operator:
        return _("whoever has the command line of this portal")
    staff = accounts.staff_of_person(person)
    if staff is None:
        return ""
    if staff.role == Role.OWNER and len(accounts.owners_of(staff.agency)) == 1:
        return _("whoever runs this portal")
    if staff.role == Role.OWNER:
        return _("another owner of %(agency)s", agency=staff.agency.name)
    return _("an owner or administrator of %(agency)s", agency=staff.agency.name)
