"""Who may ask: one stamp above every view. A view without one keeps the portal from starting.

The stamp asks, in this order: is this the right host (else 404), who asks (else sign-in), is the
request really his (CSRF), may he (else 403 or 404). The view receives the one who asks.
"""

from portal.web.access.declaring import agency_staff, contributor, machine, operator, public, signed_in
from portal.web.access.routes import check_stamps, describe_routes
from portal.web.access.stamps import On, Stamp, is_public, stamp_of
from portal.web.access.who import staff_behind

__all__ = [
    "On",
    "Stamp",
    "agency_staff",
    "check_stamps",
    "contributor",
    "describe_routes",
    "is_public",
    "machine",
    "operator",
    "public",
    "signed_in",
    "staff_behind",
    "stamp_of",
]
