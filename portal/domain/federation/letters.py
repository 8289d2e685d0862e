"""A letter to the person when a provider begins, or ceases, to open his account."""

from __future__ import annotations

from datetime import datetime

from portal.domain import mail
from portal.domain.accounts import Person


def tell(person: Person, provider: str, *, connected: bool, cleared: bool = False, now: datetime) -> None:
    """Inside the transaction of the change; `provider` is its name, `cleared` whether other ways in were taken away."""
    mail.post_to(
        "sso_connection",
        person,
        key=f"{person.id}:{connected}:{now.isoformat()}",
        now=now,
        provider=provider,
        connected=connected,
        cleared=cleared,
        path="/account/",
    )
