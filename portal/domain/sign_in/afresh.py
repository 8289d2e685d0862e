"""An account that begins anew: nothing that opened it before opens it any more."""

from __future__ import annotations

from datetime import datetime

from portal.domain.accounts import Person, end_all_sessions
from portal.domain.accounts.vouching import forget_password
from portal.domain.sign_in import links
from portal.domain.sign_in.entering import forget_browsers
from portal.domain.sign_in.models import Authenticator, Begun, Passkey
from portal.domain.sign_in.people import has_factor
from portal.domain.sign_in.recovery import forget_codes


def start_over(person: Person, *, now: datetime) -> bool:
    """Password, factors, codes, open links, known browsers and sessions go; whether there was a password or factor.

    Inside the transaction of who has reason to, and who tells the person.
    """
    had = bool(person.password_hash) or has_factor(person)
    forget_password(person)
    Authenticator.delete().where(Authenticator.person == person).execute()
    Passkey.delete().where(Passkey.person == person).execute()
    Begun.delete().where(Begun.person == person).execute()
    forget_codes(person)
    links.void(person, now=now)
    forget_browsers(person)
    end_all_sessions(person, now=now)
    return had
