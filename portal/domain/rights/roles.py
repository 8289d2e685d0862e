"""What agency staff may do at the dashboard: the table of roles."""

from __future__ import annotations

from enum import StrEnum

from portal.domain.accounts import Role


class Permission(StrEnum):
    SEE = "see"
    """Overview, clients, retail statements."""
    CLIENTS = "clients"
    """Add clients, change their settings, access and suspension, enter back offices (managers: assigned ones)."""
    PRICES = "prices"
    """Prices, payment options, packages, brand, credentials."""
    ADD_CLIENTS = "add_clients"
    COSTS = "costs"
    """Cost, margin, agency statements."""
    STAFF = "staff"
    OWN = "own"
    """The agency's card, payee, transfer and deletion."""


_MAY: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission) - {Permission.OWN},
    Role.MANAGER: frozenset({Permission.SEE, Permission.CLIENTS}),
    Role.BILLING: frozenset({Permission.SEE, Permission.COSTS}),
}


def staff_may(role: Role, permission: Permission) -> bool:
    return permission in _MAY[role]


_APPOINTS: dict[Role, tuple[Role, ...]] = {
    Role.OWNER: (Role.OWNER, Role.ADMIN, Role.MANAGER, Role.BILLING),
    Role.ADMIN: (Role.ADMIN, Role.MANAGER, Role.BILLING),
}


def appointable(role: Role) -> tuple[Role, ...]:
    """The roles that somebody of this role may give, and whose people he may change: nobody above himself."""
    return _APPOINTS.get(role, ())
