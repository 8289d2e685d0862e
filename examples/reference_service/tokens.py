"""Launch tokens: who comes, from which agency, for which client. Nothing of one is believed before all this holds."""

from __future__ import annotations

import threading
import time
from typing import Any

import urllib3
from joserfc import errors, jws, jwt
from joserfc.jwk import KeySet

ALGORITHMS = ["ES256"]  # chosen here, never by the token: "none" and HS256 are how tokens are forged
LEEWAY = 10  # seconds by which two clocks may differ
LONGEST_LIFE = 120
NEEDED = ("iss", "sub", "exp", "nbf", "iat", "jti", "agency", "client", "service")
FRESH, STALE, PAUSE = (
    300,
    3600,
    10,
)  # seconds: keys are fetched again after, used at most for, asked for not more often than


class Refused(Exception):
    """The token opens nothing. The reason is for the log, never for whoever brought it."""


class Tokens:
    """`issuers` are the addresses that we know, `audiences` our own; `used` says whether a `jti` is new (store.py)."""

    def __init__(self, keys_at: str, issuers: set[str], audiences: set[str], used: Any) -> None:
        self.keys_at, self.issuers, self.audiences, self.used = keys_at, issuers, audiences, used
        self._keys: dict[str, Any] = {"keys": []}
        self._fetched = self._asked = float("-inf")
        self._lock = threading.Lock()
        self._http = urllib3.PoolManager(timeout=5, retries=False)

    def check(self, token: str, *, audience: str, origin: str | None) -> dict[str, Any]:
        """The claims of a token that was meant for `audience`, sent by a page of `origin`. Raises Refused."""
        try:
            found = jwt.decode(token, self._keys_for(token), algorithms=ALGORITHMS)
            self._rules(audience).validate(found.claims)
        except (errors.JoseError, ValueError, TypeError) as error:
            raise Refused(type(error).__name__) from None
        claims = found.claims
        if claims["iss"] not in self.issuers:
            raise Refused("unknown issuer")
        if origin != claims["iss"]:  # else anybody could sign somebody in under a name that is not his
            raise Refused("sent by another page")
        if claims["exp"] - claims["iat"] > LONGEST_LIFE:
            raise Refused("lives too long")
        if not self.used(claims["iss"] + " " + claims["jti"], until=claims["exp"] + LEEWAY):
            raise Refused("used before")
        return dict(claims)

    def _rules(self, audience: str) -> jwt.JWTClaimsRegistry:
        if audience not in self.audiences:
            raise Refused("not our address")
        must = {"essential": True}
        needed = dict.fromkeys(NEEDED, must)
        return jwt.JWTClaimsRegistry(leeway=LEEWAY, **needed, aud={"essential": True, "value": audience})

    def _keys_for(self, token: str) -> KeySet:
        """The published keys; fetched again when they are old or the token's is not among them (a rotation)."""
        header = jwt_header(token)
        if "crit" in header:
            raise Refused("asks for what we don't know")
        kid = header.get("kid")
        with self._lock:
            now = time.monotonic()
            known = any(key.get("kid") == kid for key in self._keys["keys"])
            if (not known or now - self._fetched > FRESH) and now - self._asked > PAUSE:
                self._asked = now
                self._fetch(now)
            if now - self._fetched > STALE:
                raise Refused("no keys")
            found = [key for key in self._keys["keys"] if key.get("kid") == kid]
        if not kid or not found:
            raise Refused("unknown key")
        return KeySet.import_key_set({"keys": found})

    def _fetch(self, now: float) -> None:
        """From the one address that is configured; never from one that a token names (`jku`, `iss`)."""
        try:
            answer = self._http.request("GET", self.keys_at, redirect=False)
            if answer.status == 200:
                self._keys, self._fetched = answer.json(), now
        except (urllib3.exceptions.HTTPError, ValueError):
            pass  # the keys at hand are good for a while


def jwt_header(token: str) -> dict[str, Any]:
    """What a token says of itself, believed for one thing alone: which of our keys to try."""
    try:
        return dict(jws.extract_compact(token.encode("ascii")).headers())
    except (errors.JoseError, ValueError) as error:
        raise Refused(type(error).__name__) from None
