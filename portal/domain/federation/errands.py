"""A browser sent to a provider, and back: the state that ties the two ends together.

The browser keeps one secret in its own cookie; the database keeps hashes of it and of the state. Nonce and PKCE
verifier are made of both, so that neither lies anywhere while the person is away.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from portal.db import transaction
from portal.domain.accounts import Staff, digest, new_token
from portal.domain.errors import NotFound, Refused
from portal.domain.federation.models import Errand
from portal.domain.federation.values import Door, Purpose

LIFE = timedelta(minutes=10)
_KEPT = timedelta(hours=1)


def begin(
    door: Door,
    house: str,
    browser: str,
    *,
    purpose: Purpose = Purpose.SIGN_IN,
    wanted: str = "",
    setup: str = "",
    person_id: UUID | None = None,
    now: datetime,
) -> str:
    """The state with which this browser goes. `setup` is the token of a set-up link, of which a hash is kept."""
    state = new_token()
    with transaction():
        forget_old(now=now)
        Errand.create(
            state_hash=digest(state),
            browser_hash=digest(browser),
            provider=door.key,
            house=house,
            issuer=door.issuer,
            client_id=door.client_id,
            purpose=purpose.value,
            wanted=wanted[:1500],
            setup_hash=digest(setup) if setup else None,
            person_id=person_id,
            expires_at=now + LIFE,
        )
    return state


def forget_old(*, now: datetime) -> None:
    """Nobody comes back from them any more, and what a try showed has been read."""
    Errand.delete().where(Errand.expires_at < now - _KEPT).execute()


def take(state: str, browser: str, door: Door, house: str, *, now: datetime) -> Errand:
    """Use the state up.

    Raises Refused when it is unknown, used, too old, of another browser, host or provider, or when the provider's
    settings changed meanwhile.
    """
    mine = (
        (Errand.state_hash == digest(state))
        & (Errand.browser_hash == digest(browser))
        & (Errand.provider == door.key)
        & (Errand.house == house)
        & (Errand.issuer == door.issuer)
        & (Errand.client_id == door.client_id)
    )
    with transaction():
        used = Errand.update(used_at=now).where(mine & Errand.used_at.is_null() & (Errand.expires_at > now))
        if not used.execute():
            raise Refused("sso_state")
        found: Errand = Errand.get(mine)
    return found


def finish_trial(errand: Errand, outcome: dict[str, Any]) -> None:
    """Keep what came of a try, for the one who tried."""
    Errand.update(outcome=outcome).where(Errand.id == errand.id).execute()


def trial_of(staff: Staff, errand_id: UUID) -> Errand:
    """A finished try of this person. Raises NotFound for every other."""
    found: Errand | None = Errand.get_or_none(
        (Errand.id == errand_id)
        & (Errand.person_id == staff.person.id)
        & (Errand.provider == str(staff.agency.id))
        & Errand.outcome.is_null(False)
    )
    if found is None:
        raise NotFound
    return found


def nonce_of(state: str, browser: str) -> str:
    """What the provider's token must repeat."""
    return _made_of("nonce", state, browser)


def verifier_of(state: str, browser: str) -> str:
    """The secret of PKCE (RFC 7636), 43 characters."""
    return _made_of("verifier", state, browser)


def _made_of(label: str, state: str, browser: str) -> str:
    digested = hashlib.sha256(f"{label}\x00{state}\x00{browser}".encode()).digest()
    return base64.urlsafe_b64encode(digested).rstrip(b"=").decode()
