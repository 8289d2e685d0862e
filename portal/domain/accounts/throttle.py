"""Guessing slowed down, per account and per address, without locking anybody out for good."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network

from portal.db import locked, microseconds, transaction
from portal.domain.accounts.models import Attempts
from portal.domain.errors import Refused

WINDOW = timedelta(minutes=15)
PER_ACCOUNT, PER_ADDRESS = 10, 50
UNDER_ATTACK = 30
"""From so many failures in a window on, wherever they come from, an account gives strangers one try each."""


class TooManyAttempts(Refused):
    """Wait; `seconds` says how long."""


def check(account: str, address: str, *, known: str = "", now: datetime) -> None:
    """Raises TooManyAttempts when this account from this address, or this address alone, failed too often.

    The account's count is kept per address, so that a stranger who guesses can't keep the owner out. A browser
    that the account's person came in with before (`known`, its id) is counted by itself and waits for nobody.
    """
    pair, origin, everywhere = _keys(account, address, known)
    most = PER_ACCOUNT if known or len(_recent(_row(everywhere), now)) < UNDER_ATTACK else 1
    for key, limit in ((pair, most),) if known else ((pair, most), (origin, PER_ADDRESS)):
        recent = _recent(_row(key), now)
        if len(recent) >= limit:
            wait = recent[-limit] + WINDOW // timedelta(microseconds=1) - microseconds(now)
            raise TooManyAttempts("too_many_attempts", seconds=max(1, wait // 1_000_000))


def failed(account: str, address: str, *, known: str = "", now: datetime) -> bool:
    """Count one failure; True when with it the account has come under attack."""
    with transaction():
        *_others, everywhere = [_count(key, now) for key in _keys(account, address, known)]
    return everywhere == UNDER_ATTACK


def succeeded(account: str, address: str, *, known: str = "") -> None:
    """Forget the account's failures from this address."""
    Attempts.delete().where(Attempts.key == _keys(account, address, known)[0]).execute()


def _count(key: str, now: datetime) -> int:
    """How many failures there are with this one."""
    Attempts.insert(**Attempts(key=key, failures=[]).__data__).on_conflict_ignore().execute()
    row = locked(Attempts.select().where(Attempts.key == key)).get()
    recent = [*_recent(row, now), microseconds(now)]
    Attempts.update(failures=recent[-PER_ADDRESS:]).where(Attempts.id == row.id).execute()
    return len(recent)


def _keys(account: str, address: str, known: str) -> tuple[str, str, str]:
    """Under which the failures of the account from there, of the address alone and of the account are kept."""
    account, origin = account[:130], _origin(address)
    return f"{account}|{f'browser {known}' if known else origin}", origin, f"{account}|everywhere"


def _origin(address: str) -> str:
    """Whose address it is. Of IPv6 the network: one subscriber has all of its 2^64 addresses."""
    try:
        found = IPv6Address(address)
    except ValueError:
        return address[:64]
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found), 64), strict=False))


def _row(key: str) -> Attempts | None:
    found: Attempts | None = Attempts.get_or_none(Attempts.key == key)
    return found


def _recent(row: Attempts | None, now: datetime) -> list[int]:
    since = microseconds(now - WINDOW)
    return [at for at in (row.failures if row else []) if at > since]
