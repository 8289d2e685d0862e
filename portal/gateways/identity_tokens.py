"""An ID token read as strictly as OpenID Connect allows: who signed it, for whom, for which visit, and when."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.util import urlsafe_b64decode

from portal.gateways.identity_discovery import ALGORITHMS, Trouble, encodable

SKEW = 60
"""Seconds by which the provider's clock and ours may differ."""

_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
_KEYS_OF_THEIR_OWN = {"jwk", "jku", "x5u", "x5c", "crit", "b64"}
"""Header members by which a token would say how it wants to be checked."""
_LONGEST = 32_768
_LEAST_BITS = 2048


class UnknownKey(Exception):
    """The token names a key that is not among those at hand."""


@dataclass(frozen=True, slots=True)
class Expected:
    issuer: str
    client_id: str
    nonce: str
    algorithms: Sequence[str]


def verified(
    token: str, keys: Sequence[dict[str, Any]], expected: Expected, *, access_token: object = None, now: datetime
) -> dict[str, Any]:
    """The claims of the token. Raises Trouble where anything is wrong, UnknownKey where keys may be out of date."""
    header = _header(token, expected.algorithms)
    key = _key(header, [key for key in keys if _fits(key, header["alg"])])
    try:
        registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
        signed = jws.deserialize_compact(token.encode(), key, registry=registry)
        claims = json.loads(signed.payload or b"")
        encodable(claims)
    except (JoseError, ValueError, TypeError, RecursionError):
        raise _bad("signature") from None
    if not isinstance(claims, dict):
        raise _bad("payload")
    _check(claims, header, expected, access_token if isinstance(access_token, str) else None, now)
    return claims


def _header(token: str, algorithms: Sequence[str]) -> dict[str, Any]:
    """The header of a compact token with a signature we know. Nothing in it chooses the key but its `kid`."""
    if len(token) > _LONGEST or token.count(".") != 2 or not token.isascii():
        raise _bad("form")
    try:
        header = json.loads(urlsafe_b64decode(token.partition(".")[0].encode()))
    except (ValueError, RecursionError):
        raise _bad("header") from None
    if not isinstance(header, dict) or header.keys() & _KEYS_OF_THEIR_OWN:
        raise _bad("header")
    if header.get("alg") not in algorithms or header["alg"] not in ALGORITHMS:
        raise _bad("alg")
    return header


def _key(header: dict[str, Any], fitting: list[dict[str, Any]]) -> RSAKey | ECKey:
    kid = header.get("kid")
    named = [key for key in fitting if kid is None or key.get("kid") == kid]
    if not named:
        raise UnknownKey
    if len(named) > 1:
        raise _bad("key")
    try:
        found = RSAKey.import_key(named[0]) if named[0]["kty"] == "RSA" else ECKey.import_key(named[0])
    except (JoseError, ValueError, TypeError, KeyError):
        raise _bad("key") from None
    if isinstance(found, RSAKey) and found.raw_value.key_size < _LEAST_BITS:
        raise _bad("key")
    return found


def _fits(key: dict[str, Any], algorithm: object) -> bool:
    """Whether the key is there to check signatures of this kind."""
    if key.get("use", "sig") != "sig" or key.get("alg", algorithm) != algorithm:
        return False
    if algorithm in _CURVES:
        return key.get("kty") == "EC" and key.get("crv") == _CURVES[str(algorithm)]
    return key.get("kty") == "RSA"


def _check(
    claims: dict[str, Any], header: dict[str, Any], expected: Expected, access_token: str | None, now: datetime
) -> None:
    audience = claims.get("aud")
    if claims.get("iss") != expected.issuer:
        raise _bad("iss")
    if audience not in (expected.client_id, [expected.client_id]):  # one of several audiences could use it elsewhere
        raise _bad("aud")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise _bad("nonce")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
        raise _bad("sub")
    for name in ("exp", "iat"):
        if not _is_moment(claims.get(name)):
            raise _bad(name)
    if not _is_moment(claims.get("nbf", 0)):
        raise _bad("nbf")
    _check_rest(claims, header, expected, access_token, int(now.timestamp()))


def _check_rest(
    claims: dict[str, Any], header: dict[str, Any], expected: Expected, access_token: str | None, now: int
) -> None:
    """Times, `azp`, `at_hash`: as authlib reads them. It forgives `iat` nothing, so that is judged here."""
    if claims["iat"] > now + SKEW:
        raise _bad("iat")
    params = {"client_id": expected.client_id, "access_token": access_token}
    judged = CodeIDToken({**claims, "iat": min(claims["iat"], now)}, header, params=params)
    try:
        judged.validate(now, SKEW)
    except (JoseError, ValueError, TypeError, AttributeError) as error:
        raise _bad(str(getattr(error, "claim", "") or "claims")) from None


def _is_moment(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e11


def _bad(what: str) -> Trouble:
    return Trouble("bad_token", said=what)
