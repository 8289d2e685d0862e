"""An OpenID Connect provider on loopback that plays by the rules, and breaks each of them when told."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from portal.gateways import identity_discovery

CLIENT_ID, SECRET = "portal", "segredo: +&/% do portal"


def key(name: str = "k1") -> RSAKey:
    """The provider's key of that name, made once."""
    return _made(name)


@cache
def _made(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


class FakeProvider:
    """`authorize` is the person who signs in there. Everything else is what the portal finds.

    `metadata` and `claims` are put over what would be said; `sign` makes the token; `failing` is a status for all
    calls, `slow` seconds before any answer; `paths` counts what was asked for.
    """

    def __init__(self) -> None:
        self.codes: dict[str, dict[str, str]] = {}
        self.paths: list[str] = []
        self.metadata: dict[str, Any] = {}
        self.keys: list[dict[str, Any]] = [key().as_dict(private=False)]
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] | None = None
        self.raw: dict[str, bytes] = {}
        self.failing = 0
        self.slow = 0.0
        self.sign: Callable[[dict[str, Any]], str] = signed
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def issuer(self) -> str:
        return f"http://{self.place}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def authorize(self, address: str, *, iss: str | None = None, **claims: Any) -> str:
        """Sign in at the address that the portal sent the browser to; where the browser is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked | {"claims": json.dumps(claims)}
        answer = {"code": code, "state": asked["state"]} | ({"iss": iss} if iss else {})
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, bytes]:
        self.paths.append(path)
        time.sleep(self.slow)
        if self.failing:
            return self.failing, b"<html>oh no</html>"
        if path in self.raw:
            return 200, self.raw[path]
        status, said = self._said(path, form, authorization)
        return status, json.dumps(said).encode()

    def _said(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "id_token_signing_alg_values_supported": ["RS256"],
            } | self.metadata
        if path == "/keys":
            return 200, {"keys": self.keys}
        if path == "/userinfo" and self.userinfo is not None:
            return 200, self.userinfo
        if path == "/token":
            return self._token(form, authorization)
        return 404, {}

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or _credentials(form, authorization) != (CLIENT_ID, SECRET)
            or form.get("redirect_uri") != asked["redirect_uri"]
            or challenge.rstrip(b"=").decode() != asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "sub": "s-1", "iat": now, "exp": now + 300}
        claims |= {"nonce": asked["nonce"]} | json.loads(asked["claims"]) | self.claims
        token = self.sign({name: value for name, value in claims.items() if value is not None})
        return 200, {"access_token": "at", "token_type": "Bearer", "id_token": token}


def signed(claims: dict[str, Any], *, name: str = "k1", **header: Any) -> str:
    return jwt.encode({"alg": "RS256", "kid": name} | header, claims, key(name))


def _credentials(form: dict[str, str], authorization: str) -> tuple[str, str]:
    if not authorization:
        return form.get("client_id", ""), form.get("client_secret", "")
    name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
    return unquote_plus(name), unquote_plus(secret)


def _handler(provider: FakeProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, form: dict[str, str]) -> None:
            status, body = provider.answer(urlsplit(self.path).path, form, self.headers.get("Authorization", ""))
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    identity_discovery.forget()
    found = FakeProvider()
    yield found
    found.stop()
    identity_discovery.forget()
