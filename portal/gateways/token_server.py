"""Tokens for machines: OAuth 2.0 client credentials (RFC 6749 §4.4) on the core of authlib, without a web framework."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import unquote_plus, urlsplit

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    ClientMixin,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Payload,
    OAuth2Request,
)
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant

Answer = tuple[int, dict[str, Any], dict[str, str]]

_KIND = "Bearer"
_CHALLENGE = 'Basic realm="api", charset="UTF-8"'
# RFC 6749 allows ASCII without quotes and backslashes here, and nothing that the asker sent is repeated.
_DESCRIPTIONS = {
    "invalid_client": "Client id or secret is wrong, or the credential was revoked.",
    "invalid_scope": "The credential does not have every scope that was asked for.",
    "unsupported_grant_type": "The only grant type is client_credentials.",
}
# Whether people reach the portal over HTTPS is decided where it is installed. authlib would judge the address of
# this request, which behind a proxy says http.
_JUDGED_ADDRESS = "https://localhost"

logging.getLogger("authlib").setLevel(logging.INFO)  # at DEBUG it writes down every token it makes


class Holder(Protocol):
    """What is known of a credential whose secret was right."""

    @property
    def scopes(self) -> Sequence[str]: ...


Lookup = Callable[[str, str], Holder | None]
"""The living credential of (client id, secret), or None."""

SaveToken = Callable[[Any, list[str]], tuple[str, int]]
"""Makes and keeps a token of (credential, scopes); the token and its life in seconds."""


def issue(
    method: str,
    uri: str,
    form: Mapping[str, Sequence[str]],
    headers: Mapping[str, str],
    *,
    lookup: Lookup,
    save_token: SaveToken,
) -> Answer:
    """Answer a request for a token: (status, JSON body, headers), errors as RFC 6749 §5.2 names them.

    `form` holds every value of each field of the body. Without `scope` the token has all scopes of
    the credential. What `lookup` and `save_token` raise goes through.
    """
    server = _Server(lookup, save_token)
    request = _Request(method, form, headers)
    try:
        _refuse_malformed(uri, form, headers)
    except OAuth2Error as error:
        found: Answer = server.handle_error_response(request, error)
        return found
    answer: Answer = server.create_token_response(request)
    return answer


class _Client(ClientMixin):  # type: ignore[misc]
    """Who claims to be a client. Whether the id exists shows only together with the right secret."""

    def __init__(self, client_id: str, lookup: Lookup) -> None:
        self.client_id = client_id
        self.lookup = lookup
        self.credential: Holder | None = None

    def check_client_secret(self, client_secret: str) -> bool:
        """Ids and secrets are visible ASCII (RFC 6749 appendix A); nothing else is looked up."""
        if all(text.isascii() and text.isprintable() for text in (self.client_id, client_secret)):
            self.credential = self.lookup(self.client_id, client_secret)
        return self.credential is not None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return endpoint == "token" and method in _Grant.TOKEN_ENDPOINT_AUTH_METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == _Grant.GRANT_TYPE

    def scopes_for(self, wanted: str | None) -> list[str]:
        """The scopes asked for, all of them where none was. Raises InvalidScopeError for any it does not have."""
        held = list(self.credential.scopes) if self.credential else []
        asked = (wanted or "").split()
        if not set(asked) <= set(held):
            raise InvalidScopeError
        return [scope for scope in held if scope in asked] if asked else held


class _Payload(OAuth2Payload):  # type: ignore[misc]
    """The fields of the body; one without a value counts as left out (RFC 6749 §3.2)."""

    def __init__(self, form: Mapping[str, Sequence[str]]) -> None:
        self._lists = {name: list(values) for name, values in form.items()}

    @property
    def data(self) -> dict[str, str]:
        return {name: values[0] for name, values in self._lists.items() if values and values[0]}

    @property
    def datalist(self) -> dict[str, list[str]]:
        return self._lists


class _Request(OAuth2Request):  # type: ignore[misc]
    def __init__(self, method: str, form: Mapping[str, Sequence[str]], headers: Mapping[str, str]) -> None:
        super().__init__(method, _JUDGED_ADDRESS, headers=headers)
        self.payload = _Payload(form)

    @property
    def form(self) -> dict[str, str]:
        found: dict[str, str] = self.payload.data
        return found


class _Grant(ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")

    def validate_requested_scope(self) -> None:
        self.client.scopes_for(self.request.payload.scope)


class _Server(AuthorizationServer):  # type: ignore[misc]
    def __init__(self, lookup: Lookup, save_token: SaveToken) -> None:
        super().__init__()
        self.lookup = lookup
        self.make_token = save_token
        self.register_grant(_Grant)
        self.register_client_auth_method("client_secret_basic", _by_basic)

    def query_client(self, client_id: str) -> _Client:
        return _Client(client_id, self.lookup)

    def generate_token(self, *, client: _Client, scope: str | None = None, **_options: object) -> dict[str, str | int]:
        scopes = client.scopes_for(scope)
        token, seconds = self.make_token(client.credential, scopes)
        return {"access_token": token, "token_type": _KIND, "expires_in": seconds, "scope": " ".join(scopes)}

    def save_token(self, token: dict[str, Any], request: _Request) -> None:
        """It was kept when it was made."""

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: _Request) -> _Request:
        return request

    def handle_response(self, status: int, body: dict[str, Any], headers: list[tuple[str, str]]) -> Answer:
        kept = dict(headers) | {"Cache-Control": "no-store", "Pragma": "no-cache"}
        error = body.get("error")
        if error in _DESCRIPTIONS:
            body = {"error": error, "error_description": _DESCRIPTIONS[error]}
        if error == "invalid_client":
            status, kept["WWW-Authenticate"] = 401, _CHALLENGE
        return status, body, kept


def _refuse_malformed(uri: str, form: Mapping[str, Sequence[str]], headers: Mapping[str, str]) -> None:
    """What RFC 6749 forbids and authlib lets pass. Raises InvalidRequestError."""
    if urlsplit(uri).query:
        raise InvalidRequestError("Parameters belong in the body, never in the address.")
    if any(len(values) > 1 for values in form.values()):
        raise InvalidRequestError("A parameter is there more than once.")
    sent = _Payload(form).data
    if "grant_type" not in sent:
        raise InvalidRequestError("The parameter grant_type is missing.")
    if headers.get("Authorization") and "client_secret" in sent:
        raise InvalidRequestError("Authenticate by HTTP Basic or in the body, not both.")


def _by_basic(query_client: Callable[[str], _Client], request: _Request) -> _Client | None:
    """HTTP Basic, id and secret form-encoded (RFC 6749 §2.3.1). authlib's own fails on bytes that are no UTF-8."""
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip().encode("ascii"), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeError):
        return None
    client_id, _, secret = (unquote_plus(part) for part in text.partition(":"))
    client = query_client(client_id)
    return client if client_id and secret and client.check_client_secret(secret) else None
