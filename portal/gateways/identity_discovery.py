"""What a provider says about itself (OpenID Connect Discovery) and its keys, each kept for ten minutes."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from authlib.oidc.discovery import get_well_known_url

from portal.config import Settings
from portal.gateways import turns
from portal.gateways.egress import Egress, NoAnswer
from portal.gateways.targets import AddressRefused, Exceptions, read

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by a key that only the provider holds. Never `none`, never a secret that both sides know."""

_KEPT = 600.0
_FRESH_ENOUGH = 10.0
"""Seconds in which keys are not asked for again: an unknown key id must not become a way to flood a provider."""
_MOST_KEPT = 500
_BUSY = "busy"
_DOWN_FOR = 15.0
"""Seconds in which a provider that could not be discovered is not asked again by visitors."""


class Trouble(Exception):
    """The provider can't be used. `code` says why and has its words at the edge; `values` fill them.

    address, down, bad_answer, no_discovery, bad_discovery, other_issuer, no_keys, wrong_issuer, declined, code_refused,
    bad_token.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True)
class Metadata:
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    algorithms: tuple[str, ...]
    scopes: frozenset[str]
    takes_secret_in_form: bool
    names_itself: bool
    """Whether its answers always carry `iss` (RFC 9207)."""


class Wire:
    """Calls to one provider, all of them before one deadline."""

    def __init__(self, settings: Settings, deadline: float) -> None:
        self._settings, self._deadline = settings, deadline

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body. Raises Trouble."""
        return self._call(url, None, {"Accept": "application/json", **(headers or {})})

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        return self._call(url, body, headers)

    def check(self, url: str) -> None:
        """Whether a browser may be sent there. Raises Trouble."""
        try:
            read(url, Exceptions(self._settings.egress_allow), secure=self._settings.production)
        except AddressRefused as refused:
            raise Trouble("address", address=url[:200], why=refused.code, **refused.values) from None

    def _call(self, url: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        place = url.split("/")[2] if url.count("/") > 1 else ""
        try:
            with turns.turn_at(place):
                return self._ask(url, body, headers)
        except turns.NoTurn:
            raise Trouble("down", said=_BUSY) from None

    def _ask(self, url: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        try:
            egress = Egress(self._settings, seconds=max(0.1, self._deadline - time.monotonic()))
            answer = egress.get(url, headers) if body is None else egress.post(url, body, headers)
        except AddressRefused as refused:
            raise Trouble("address", address=url[:200], why=refused.code, **refused.values) from None
        except NoAnswer as none:
            raise Trouble("down", said=none.code) from None
        return answer.status, answer.body


_lock = Lock()
_known: dict[str, tuple[float, Metadata]] = {}
_failed: dict[str, tuple[float, Trouble]] = {}
_keys: dict[str, tuple[float, list[dict[str, Any]]]] = {}


def forget() -> None:
    """Know nothing of any provider, as after a start."""
    turns.forget()
    with _lock:
        for kept in (_known, _failed, _keys):
            kept.clear()


def discover(issuer: str, wire: Wire, *, fresh: bool = False) -> Metadata:
    """What the provider at `issuer` says about itself. Raises Trouble."""
    at, found = _known.get(issuer, (0.0, None))
    if found is not None and not fresh and time.monotonic() - at < _KEPT:
        return found
    at, trouble = _failed.get(issuer, (0.0, None))
    if trouble is not None and not fresh and time.monotonic() - at < _DOWN_FOR:
        raise Trouble(trouble.code, **trouble.values)
    try:
        status, body = wire.get(get_well_known_url(issuer, external=True))
        if status != 200:
            raise Trouble("down" if status >= 500 or status == 429 else "no_discovery", said=status)
        found = _metadata(issuer, parsed_object(body), wire)
    except Trouble as failed:
        if failed.values.get("said") != _BUSY:  # that was we
            _keep(_failed, issuer, Trouble(failed.code, **failed.values))
        raise
    _failed.pop(issuer, None)
    _keep(_known, issuer, found)
    return found


def keys_of(metadata: Metadata, wire: Wire, *, fresh: bool = False) -> list[dict[str, Any]]:
    """The public keys it signs with, as JWK dictionaries. Raises Trouble."""
    at, found = _keys.get(metadata.jwks_uri, (0.0, None))
    if found is not None and time.monotonic() - at < (_FRESH_ENOUGH if fresh else _KEPT):
        return found
    status, body = wire.get(metadata.jwks_uri)
    keys = parsed_object(body).get("keys") if status == 200 else None
    found = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
    if not found:
        raise Trouble("down" if status >= 500 else "no_keys", said=status)
    _keep(_keys, metadata.jwks_uri, found)
    return found


def parsed_object(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises Trouble for everything else."""
    try:
        found = json.loads(body)
        encodable(found)
    except (ValueError, RecursionError):
        raise Trouble("bad_answer") from None
    if not isinstance(found, dict):
        raise Trouble("bad_answer")
    return found


def encodable(found: object) -> None:
    """Raises ValueError where half a character (a surrogate) is inside: no page, letter or table can hold that."""
    json.dumps(found, ensure_ascii=False).encode()


def _metadata(issuer: str, said: dict[str, Any], wire: Wire) -> Metadata:
    if said.get("issuer") != issuer:
        raise Trouble("other_issuer", said=str(said.get("issuer", ""))[:200])
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not isinstance(said.get(name), str):
            raise Trouble("bad_discovery", missing=name)
        wire.check(said[name])
    offered = _texts(said, "id_token_signing_alg_values_supported") or ("RS256",)
    algorithms = tuple(name for name in ALGORITHMS if name in offered)
    if not algorithms:
        raise Trouble("bad_discovery", missing="id_token_signing_alg_values_supported")
    userinfo = said.get("userinfo_endpoint")
    return Metadata(
        issuer=issuer,
        authorization_endpoint=said["authorization_endpoint"],
        token_endpoint=said["token_endpoint"],
        jwks_uri=said["jwks_uri"],
        userinfo_endpoint=userinfo if isinstance(userinfo, str) else "",
        algorithms=algorithms,
        scopes=frozenset(_texts(said, "scopes_supported")),
        takes_secret_in_form="client_secret_post" in _texts(said, "token_endpoint_auth_methods_supported"),
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _texts(said: dict[str, Any], name: str) -> tuple[str, ...]:
    value = said.get(name)
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()


def _keep(kept: dict[str, tuple[float, Any]], name: str, value: object) -> None:
    with _lock:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[name] = (time.monotonic(), value)
