"""Guessing slowed down, per account and per address, without locking anybody out for good."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network

from portal.db import locked, microseconds, transaction
from portal.domain.accounts.models import Attempts
from portal.domain.errors import Refused

WINDOW = timedelta(minutes=15)
PER_ACCOUNT, PER_ADDRESS = 10, 50


class TooManyAttempts(Refused):
    """Wait; `seconds` says how long."""


def check(account: str, address: str, *, now: datetime) -> None:
    """Raises TooManyAttempts when this account from this address, or this address alone, failed too often.

    The account's count is kept per address, so that a stranger who guesses can't keep the owner out.
    """
    for key, most in zip(_keys(account, address), (PER_ACCOUNT, PER_ADDRESS), strict=True):
        recent = _recent(Attempts.get_or_none(Attempts.key == key), now)
        if len(recent) >= most:
            wait = recent[-most] + WINDOW // timedelta(microseconds=1) - microseconds(now)
            raise TooManyAttempts("too_many_attempts", seconds=max(1, wait // 1_000_000))


def failed(account: str, address: str, *, now: datetime) -> None:
    """Count one failure."""
    with transaction():
        for key in _keys(account, address):
            Attempts.insert(**Attempts(key=key, failures=[]).__data__).on_conflict_ignore().execute()
            row = locked(Attempts.select().where(Attempts.key == key)).get()
            recent = [*_recent(row, now), microseconds(now)][-PER_ADDRESS:]
            Attempts.update(failures=recent).where(Attempts.id == row.id).execute()


def succeeded(account: str, address: str) -> None:
    """Forget the account's failures from this address."""
    Attempts.delete().where(Attempts.key == _keys(account, address)[0]).execute()


def _keys(account: str, address: str) -> tuple[str, str]:
    """Under which the failures of the account from there, and of the address alone, are kept."""
    origin = _origin(address)
    return f"{account[:130]}|{origin}", origin


def _origin(address: str) -> str:
    """Whose address it is. Of IPv6 the network: one subscriber has all of its 2^64 addresses."""
    try:
        found = IPv6Address(address)
    except ValueError:
        return address[:64]
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found), 64), strict=False))


def _recent(row: Attempts | None, now: datetime) -> list[int]:
    since = microseconds(now - WINDOW)
    return [at for at in (row.failures if row else []) if at > since]
