"""OpenID Connect providers: sent to, and what they say of who comes back (authorization code flow with PKCE).

Every address that a provider names is somebody else's choice, so all of it goes through the one egress client. One
visit (a browser sent off, or one that came back) has nine seconds for all its calls together.
"""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from datetime import datetime
from string import ascii_lowercase, ascii_uppercase
from typing import Any
from urllib.parse import quote_plus, urlencode

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from portal.config import Settings
from portal.domain.accounts import clean_email
from portal.domain.errors import Invalid
from portal.domain.federation import Claims
from portal.gateways.identity_discovery import Metadata, Trouble, Wire, discover, keys_of, parsed_object
from portal.gateways.identity_tokens import Expected, UnknownKey, verified

SECONDS = 9.0
_SCOPES = ("openid", "email", "profile")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are at the provider."""

    issuer: str
    client_id: str
    secret: str
    group_claim: str = "groups"
    wants_groups: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brought back: `code` or `error`, and `issuer` where the provider says it (RFC 9207)."""

    code: str = ""
    error: str = ""
    issuer: str = ""


class IdentityProvider:
    """One visit to one provider. Raises Trouble from every method."""

    def __init__(self, client: Client, settings: Settings, *, seconds: float = SECONDS) -> None:
        self._client = client
        self._wire = Wire(settings, time.monotonic() + seconds)

    def metadata(self, *, fresh: bool = False) -> Metadata:
        """What it says about itself, kept for ten minutes unless wanted `fresh`."""
        return discover(self._client.issuer, self._wire, fresh=fresh)

    def count_keys(self) -> int:
        """How many keys it publishes, fetched now."""
        return len(keys_of(self.metadata(), self._wire, fresh=True))

    def address(self, redirect_uri: str, *, state: str, nonce: str, verifier: str) -> str:
        """Where to send the browser."""
        found = self.metadata()
        scopes = [*_SCOPES, "groups"] if self._client.wants_groups and "groups" in found.scopes else list(_SCOPES)
        address: str = prepare_grant_uri(
            found.authorization_endpoint,
            self._client.client_id,
            "code",
            redirect_uri,
            scopes,
            state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return address

    def redeem(self, answer: Answer, redirect_uri: str, *, nonce: str, verifier: str, now: datetime) -> Claims:
        """Who came back. `now` is real time: a provider does not know the demo's clock."""
        found = self.metadata()
        if answer.issuer != self._client.issuer and (answer.issuer or found.names_itself):
            raise Trouble("wrong_issuer", said=answer.issuer[:200])
        if answer.error or not answer.code:
            raise Trouble("declined", said=answer.error[:80])
        tokens = self._tokens(found, answer.code, redirect_uri, verifier)
        claims = self._verified(found, tokens, nonce, now)
        if "email" not in claims or (self._client.wants_groups and self._client.group_claim not in claims):
            claims = _together(self._client, claims, self._userinfo(found, tokens, claims))
        return _claims(self._client, claims)

    def _tokens(self, found: Metadata, code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
        form = prepare_token_request(
            "authorization_code", redirect_uri=redirect_uri, code=code[:2000], code_verifier=verifier
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        if found.takes_secret_in_form:
            form += "&" + urlencode({"client_id": self._client.client_id, "client_secret": self._client.secret})
        else:
            headers["Authorization"] = _basic(self._client)
        status, body = self._wire.post(found.token_endpoint, form.encode(), headers)
        if status >= 500 or status == 429:
            raise Trouble("down", said=status)
        tokens = parsed_object(body)
        if status != 200 or not isinstance(tokens.get("id_token"), str):
            raise Trouble("code_refused", said=str(tokens.get("error", status))[:80])
        return tokens

    def _verified(self, found: Metadata, tokens: dict[str, Any], nonce: str, now: datetime) -> dict[str, Any]:
        """The claims of the token; keys are fetched anew once where it names one that is not known yet."""
        expected = Expected(self._client.issuer, self._client.client_id, nonce, found.algorithms)
        token, access = tokens["id_token"], tokens.get("access_token")
        try:
            return verified(token, keys_of(found, self._wire), expected, access_token=access, now=now)
        except UnknownKey:
            keys = keys_of(found, self._wire, fresh=True)
        try:
            return verified(token, keys, expected, access_token=access, now=now)
        except UnknownKey:
            raise Trouble("bad_token", said="kid") from None

    def _userinfo(self, found: Metadata, tokens: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
        """What the token left out; only of the very same person."""
        access = tokens.get("access_token")
        if not found.userinfo_endpoint or not isinstance(access, str) or not access.isascii():
            return {}
        headers = {"Authorization": f"Bearer {access}", "Accept": "application/json"}
        status, body = self._wire.get(found.userinfo_endpoint, headers)
        more = parsed_object(body) if status == 200 else {}
        return more if more.get("sub") == claims["sub"] else {}


def _basic(client: Client) -> str:
    """RFC 6749 §2.3.1: id and secret form-encoded first, which authlib's own leaves out."""
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.secret)}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _together(client: Client, token: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """The token, and what it leaves out. An address and its proof come from one and the same of the two."""
    said = token if "email" in token else more
    rest = {name: more[name] for name in ("name", client.group_claim) if name in more}
    address = {"email": said.get("email"), "email_verified": said.get("email_verified")}
    return {**rest, **token, **address}


def _address(said: object) -> tuple[str, str]:
    """The address, "" where it is none, and what is shown of it. Only A to Z are another way to write a to z: other
    letters that fold to them (a Kelvin sign) are somebody else's.
    """
    if not isinstance(said, str) or not said.isprintable():
        return "", ""
    plain = said.strip().translate(_LOWER)
    try:
        return plain if clean_email(plain) == plain else "", plain[:254]
    except Invalid:
        return "", plain[:254]


def _claims(client: Client, claims: dict[str, Any]) -> Claims:
    """Of all that was said, what is of use; whatever is no text is as if it were not there."""
    email, named = _address(claims.get("email"))
    name = claims.get("name")
    groups = claims.get(client.group_claim)
    listed = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    return Claims(
        issuer=client.issuer,
        subject=claims["sub"],
        email=email if claims.get("email_verified") is True else "",
        named_email=named,
        name=" ".join(name.split())[:120] if isinstance(name, str) and name.isprintable() else "",
        groups=tuple(group for group in listed[:500] if isinstance(group, str) and group.isprintable()),
    )
