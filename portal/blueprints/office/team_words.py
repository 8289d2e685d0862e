"""What the pages of the team say about states and reasons."""

from __future__ import annotations

from portal.domain.invitations import Closed, State, Why
from portal.languages import N_, Text

STATES: dict[State, Text] = {
    "active": N_("Active"),
    "ends_soon": N_("Ends soon"),
    "ended": N_("Ended"),
    "pending": N_("Pending"),
    "expired": N_("Expired"),
}

WHY: dict[Why, tuple[str, Text]] = {
    Why.ALWAYS: ("check", N_("Everybody on the team has it.")),
    Why.TICKED: ("check", N_("Ticked.")),
    Why.NOT_TICKED: ("x", N_("Not ticked.")),
    Why.HIDDEN: ("eye-off", N_("%(agency)s hides this section from %(client)s. Ticks are kept.")),
    Why.LOCKED: ("lock", N_("%(agency)s put an offer before it: it can be asked for, not used.")),
    Why.UNAVAILABLE: ("ban", N_("There is nothing to show in it at the moment. Ticks are kept.")),
}
"""Icon and sentence of what decides about a section."""

CLOSED: dict[Closed, Text] = {
    Closed.DISABLED: N_("The account is disabled."),
    Closed.ENDED: N_("The last day of the access is over."),
    Closed.ACCESS_OFF: N_("%(agency)s closed the back office of %(client)s for all its people."),
    Closed.AGENCY_SUSPENDED: N_("%(agency)s is suspended."),
    Closed.CLIENT_SUSPENDED: N_("%(client)s is suspended."),
    Closed.APP_SUSPENDED: N_("The app is suspended."),
}
