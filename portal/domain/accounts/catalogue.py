from enum import StrEnum

from portal.languages import N_

PLATFORM = "platform"
"""The house of operators and agency staff; a contributor's house is the id of his agency."""


class Role(StrEnum):
    """What somebody of an agency's staff is."""

    OWNER = "owner"
    ADMIN = "admin"
    MANAGER = "manager"
    BILLING = "billing"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Role.OWNER: N_("Owner"),
    Role.ADMIN: N_("Administrator"),
    Role.MANAGER: N_("Manager"),
    Role.BILLING: N_("Billing"),
}

SCOPES = ("usage:write", "usage:read", "clients:read", "clients:write")
"""What a machine credential may be made for."""

THEMES = ("auto", "light", "dark")
