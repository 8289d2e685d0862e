"""What refusals are called, and what to do about each, by status."""

from __future__ import annotations

from portal.languages import N_, Text

TITLES: dict[int, Text] = {
    400: N_("That request could not be read"),
    401: N_("A token is needed"),
    403: N_("You may not do this"),
    404: N_("There is nothing here"),
    405: N_("That is not how this works"),
    409: N_("Somebody was faster"),
    413: N_("That was too large"),
    414: N_("That address is too long"),
    415: N_("That kind of content can't be read"),
    422: N_("That can't be saved like this"),
    429: N_("One moment, please"),
    500: N_("Something went wrong here"),
    503: N_("Back in a moment"),
}
DEAD_LINKS = frozenset({"link_dead", "reset_dead"})
"""Codes of links that were mailed: mostly of those who have used theirs, so they are led to the sign-in page."""
DEAD_LINK = N_("This link does not open any more")
TEXTS: dict[int, Text] = {
    400: N_("The browser sent something that can't be understood. Go back, reload the page and try again."),
    401: N_("Send a bearer token that is alive; get one at /api/v1/oauth/token."),
    403: N_("You don't have the right for this. Ask whoever manages the team to give it to you."),
    404: N_("This page does not exist, or it is not for you. Check the address, or go back to the start."),
    405: N_("This address does not take that kind of request. Go back and use the buttons of the page."),
    413: N_("Send something smaller, or split it into several parts."),
    414: N_("Shorten the address and try again."),
    415: N_("Send it as the documentation says."),
    500: N_(
        "Nothing you did is lost that was confirmed. Try again; if it happens once more, tell us the number below."
    ),
    503: N_("It is busy at the moment. Nothing was changed; try again in a few seconds."),
}
FORGED = N_(
    "Nothing was changed: the page was open for too long, or the request did not come from it. "
    "Go back, reload the page and try again."
)
