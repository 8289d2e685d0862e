"""A session that exists nowhere: to see what somebody sees, without having been there."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.domain.accounts.models import Person, SignIn

_LIFE = timedelta(hours=1)


def lent_session(person: Person, house: str, *, now: datetime) -> SignIn:
    """A session of that person at that house which is written down nowhere: no cookie leads to it, nothing tells of it.

    Only code in this process can put it into a request; the person is not seen, warned or signed in by it.
    """
    moments = {"created_at": now, "seen_at": now, "proved_at": now, "expires_at": now + _LIFE}
    return SignIn(token_hash="", person=person, house=house, **moments)  # nosec B106
