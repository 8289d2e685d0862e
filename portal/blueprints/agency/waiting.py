"""Who waits for somebody else's server, such as a mail or a name server: few at a time, and of an agency one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Response, flash

from portal import clock
from portal.domain import accounts
from portal.domain.accounts import TooManyAttempts
from portal.domain.tenants import Agency
from portal.web import errors
from portal.web.messages import said_of


@contextmanager
def place_for(agency: Agency) -> Iterator[None]:
    """A place, held inside. Raises TooManyAttempts where there is none."""
    mine = accounts.take_place(agency, now=clock.now())
    try:
        yield
    finally:
        accounts.leave_place(agency, mine)


def come_again(error: TooManyAttempts, page: Callable[[], str]) -> Response:
    """The page for whoever found no place, with the reason on it."""
    flash(said_of(error), "warn")
    return Response(page(), errors.status_of(error), {"Retry-After": str(error.values["seconds"])})
