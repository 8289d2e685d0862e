"""What a browser began and finishes within minutes: half a sign-in, a challenge to a passkey, a new authenticator."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from portal.domain.accounts import Person, digest, new_token
from portal.domain.errors import NotFound
from portal.domain.sign_in.models import Begun

Purpose = Literal["half", "passkey_in", "passkey_proof", "passkey_new", "totp_new"]
LIFE = timedelta(minutes=10)
MOST_TRIES = 5


def begin(purpose: Purpose, house: str, *, person: Person | None = None, secret: str = "", now: datetime) -> str:
    """The token that only this browser will know."""
    token = new_token()
    Begun.create(
        token_hash=digest(token), purpose=purpose, person=person, house=house, secret=secret, expires_at=now + LIFE
    )
    return token


def held(token: str, purpose: Purpose, house: str, *, now: datetime) -> Begun | None:
    """What was begun with that token, still to be finished; None when it is over, or for somebody disabled since."""
    found: Begun | None = Begun.get_or_none(
        (Begun.token_hash == digest(token))
        & (Begun.purpose == purpose)
        & (Begun.house == house)
        & (Begun.expires_at > now)
        & (Begun.tries < MOST_TRIES)
    )
    return None if found is None or (found.person and found.person.disabled_at) else found


def take(row: Begun) -> bool:
    """Use it up; False when somebody else just did."""
    return bool(Begun.delete().where(Begun.id == row.id).execute())


def forget(person: Person) -> None:
    """What the person began is over: how he signs in has changed since."""
    Begun.delete().where(Begun.person == person).execute()


def spend_try(row: Begun) -> None:
    """Count a try before it is judged; after some it is over, and has to be begun anew. Raises NotFound then."""
    left = (Begun.id == row.id) & (Begun.tries < MOST_TRIES)
    if not Begun.update(tries=Begun.tries + 1).where(left).execute():
        raise NotFound("begun_over")


def forget_old(*, now: datetime) -> None:
    Begun.delete().where(Begun.expires_at <= now).execute()
