"""Guessing slowed down, per account and per address, without locking anybody out for good."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network

from peewee import Value

from portal.db import locked, microseconds, transaction
from portal.domain.accounts.models import Attempts
from portal.domain.errors import Refused

WINDOW = timedelta(minutes=15)
LONGEST_COUNTED = timedelta(hours=1)
PER_ACCOUNT, PER_ADDRESS, PER_NETWORK = 10, 50, 200
UNDER_ATTACK = 30
"""From so many failures in a window on, wherever they come from, an account gives strangers one try each."""


class TooManyAttempts(Refused):
    """Wait; `seconds` says how long."""


def attempt(account: str, address: str, *, known: str = "", shut_at: int = 0, now: datetime) -> int:
    """Count an attempt before it is judged, so that many at once are no more than many in a row; how many there are.

    Raises TooManyAttempts when this account from this address, or this address alone, failed too often. The account's
    count is kept per address, so that a stranger who guesses can't keep the owner out; from `shut_at` failures on,
    wherever they came from, strangers have to wait. A browser that the account's person came in with before (`known`,
    its id) is counted by itself and waits for nobody.
    """
    everywhere, pair, *origins = _keys(account, address, known)
    with transaction():
        recent = {key: _recent(locked_row(key), now) for key in (everywhere, pair, *origins)}
        so_many = len(recent[everywhere])
        limits = {pair: PER_ACCOUNT if known or so_many < UNDER_ATTACK else 1}
        if not known:
            limits |= dict(zip(origins, (PER_ADDRESS, PER_NETWORK), strict=False))
            limits |= {everywhere: shut_at} if shut_at else {}
        for key, limit in limits.items():
            _refuse_beyond(limit, recent[key], now)
        for key, moments in recent.items():
            _keep(key, [*moments, microseconds(now)])
    return so_many + 1


def succeeded(account: str, address: str, *, known: str = "", now: datetime) -> None:
    """Give the attempt back, and forget the account's failures from this address."""
    everywhere, pair, *origins = _keys(account, address, known)
    with transaction():
        for key in (everywhere, pair, *origins):
            moments = [] if key == pair else _recent(locked_row(key), now)
            if microseconds(now) in moments:
                moments.remove(microseconds(now))
            _keep(key, moments)


def may_ask(what: str, address: str, most: int, *, now: datetime) -> bool:
    """Count what anybody may ask for and what is then kept; False when so many came from there within an hour."""
    key, since = f"{what}|{_origins(address)[-1]}", microseconds(now - LONGEST_COUNTED)
    with transaction():
        recent = [at for at in locked_row(key).failures if at > since]
        if len(recent) < most:
            _keep(key, [*recent, microseconds(now)])
    return len(recent) < most


def forget_attempts(*, now: datetime) -> int:
    """Sweep out what slows nobody down any more: nothing of it within an hour. How many rows went."""
    since, gone = microseconds(now - LONGEST_COUNTED), 0
    for row in list(Attempts.select()):
        if not any(at > since for at in row.failures):
            seen = Value(Attempts.failures.db_value(row.failures), converter=False)
            unchanged = (Attempts.id == row.id) & (Attempts.failures == seen)
            gone += Attempts.delete().where(unchanged).execute()
    return gone


def _refuse_beyond(limit: int, recent: list[int], now: datetime) -> None:
    if len(recent) >= limit:
        wait = recent[-limit] + WINDOW // timedelta(microseconds=1) - microseconds(now)
        raise TooManyAttempts("too_many_attempts", seconds=max(1, wait // 1_000_000))


def _keys(account: str, address: str, known: str) -> tuple[str, ...]:
    """Under which the account's attempts are kept: as a whole, from there, and those of the address and its network."""
    account = account[:130]
    there = f"browser {known}" if known else _origins(address)[0]
    return f"{account}|everywhere", f"{account}|{there}", *_origins(address)


def _origins(address: str) -> tuple[str, ...]:
    """Whose address it is. Of IPv6 the networks: a subscriber has all of 2^64 addresses, some have 2^80."""
    try:
        found = IPv6Address(address)
    except ValueError:
        return (address[:64],)
    if found.ipv4_mapped:
        return (str(found.ipv4_mapped),)
    return tuple(str(IPv6Network((int(found), bits), strict=False)) for bits in (64, 48))


def locked_row(key: str) -> Attempts:
    """What is counted under a key, for whoever is about to change it."""
    Attempts.insert(**Attempts(key=key, failures=[]).__data__).on_conflict_ignore().execute()
    return locked(Attempts.select().where(Attempts.key == key)).get()


def _recent(row: Attempts, now: datetime) -> list[int]:
    since = microseconds(now - WINDOW)
    return [at for at in row.failures if at > since]


def _keep(key: str, moments: list[int]) -> None:
    Attempts.update(failures=moments[-PER_NETWORK:]).where(Attempts.key == key).execute()
