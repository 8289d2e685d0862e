"""A session that looks through somebody else's eyes for a while. Who may is a question of `rights`."""

from __future__ import annotations

from portal.db import Lookup
from portal.domain.accounts.models import Contributor, Person, SignIn
from portal.domain.tenants import App


def look_as(session: SignIn, contributor: Contributor | None) -> bool:
    """Let the session look as that membership, None: as itself again. False when it did so already."""
    wanted = contributor.id if contributor else None
    if session.viewing == wanted:
        return False
    other = SignIn.viewing.is_null(False) if wanted is None else SignIn.viewing.is_null()
    changed = SignIn.update(viewing=wanted).where((SignIn.id == session.id) & other).execute()
    session.viewing = wanted
    return bool(changed)


def looked_through(session: SignIn) -> Contributor | None:
    """The living membership through whose eyes the session looks, person and app loaded."""
    return _living(session.viewing.hex) if session.viewing else None


def last_look(session: SignIn) -> Contributor | None:
    """The same, living or not: to name it once it is over."""
    return _any(session.viewing.hex) if session.viewing else None


_living = Lookup(
    Contributor,
    lambda contributor: (Contributor.id == contributor) & Contributor.ended_at.is_null() & Person.disabled_at.is_null(),
    person=Person,
    app=App,
)
_any = Lookup(Contributor, lambda contributor: Contributor.id == contributor, person=Person, app=App)
