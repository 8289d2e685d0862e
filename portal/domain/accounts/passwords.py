"""Passwords: argon2id, strong enough, never shown again."""

from __future__ import annotations

from base64 import b64encode
from secrets import token_bytes

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn
from zxcvbn.matching import L33T_TABLE

from portal.domain.errors import Invalid

SHORTEST, LONGEST = 8, 256
WEAKEST_SCORE = 2
_JUDGED = 72
_DISGUISES = frozenset(sign for signs in L33T_TABLE.values() for sign in signs)
_MOST_DISGUISES = 6

_hasher = PasswordHasher()


def _of_nobody(hasher: PasswordHasher) -> str:
    """What no password leads to, yet costs as much to compare with as a hash of this hasher: drawn, not worked out."""
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    salt, end = (b64encode(token_bytes(length)).decode().rstrip("=") for length in (hasher.salt_len, hasher.hash_len))
    return f"$argon2id$v=19${costs}${salt}${end}"


_nobody = _of_nobody(_hasher)


def check_strength(password: str, *, known: list[str], field: str = "password") -> None:
    """Raises Invalid for a password that is too short, too long or easily guessed.

    `known` are words an attacker would try first: name, e-mail, agency.
    """
    if len(password) < SHORTEST:
        raise Invalid({field: ("password_short", {"least": SHORTEST})})
    if len(password) > LONGEST:
        raise Invalid({field: ("password_long", {"most": LONGEST})})
    if "\x00" in password:
        raise Invalid({field: ("password_strange", {})})
    if zxcvbn(_judged(password), user_inputs=[word for word in known if word])["score"] < WEAKEST_SCORE:
        raise Invalid({field: ("password_weak", {})})


def grade(password: str, *, known: list[str]) -> int | None:
    """How hard it is to guess, as a person may be told; None where nothing was typed.

    0 (too short or too long) and 1 (easily guessed) are refused, 2 and 3 do, 4 is the best.
    """
    if not password:
        return None
    if not SHORTEST <= len(password) <= LONGEST:
        return 0
    score = int(zxcvbn(_judged(password), user_inputs=[word for word in known if word])["score"])
    return max(1, score)


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; takes as long when there is nobody to compare with."""
    try:
        return _hasher.verify(password_hash or _nobody, password[: LONGEST + 1]) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    return _hasher.check_needs_rehash(password_hash)


def _judged(password: str) -> str:
    """As much of it as is judged in time: the readings multiply with each sign that may be a letter, `4` for `a`."""
    disguises: set[str] = set()
    for place, sign in enumerate(password[:_JUDGED]):
        disguises |= {sign} & _DISGUISES
        if len(disguises) > _MOST_DISGUISES and place >= SHORTEST:
            return password[:place]
    return password[:_JUDGED]
