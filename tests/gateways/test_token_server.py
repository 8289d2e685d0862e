"""OAuth 2.0 client credentials without a web server or a database around them."""

from __future__ import annotations

import logging
from base64 import b64encode
from dataclasses import dataclass

import pytest

from portal.gateways import token_server


@dataclass
class Held:
    scopes: tuple[str, ...] = ("usage:read", "usage:write")


class House:
    """Knows one credential and remembers what it was asked."""

    def __init__(self):
        self.asked, self.made = [], []

    def lookup(self, client_id, secret):
        self.asked.append((client_id, secret))
        return Held() if (client_id, secret) == ("me", "a secret") else None

    def save_token(self, credential, scopes):
        self.made.append((credential, scopes))
        return "a-token", 3600

    def ask(self, form, headers=None, *, method="POST", uri="http://portal.test/api/v1/oauth/token"):
        form = {name: [value] if isinstance(value, str) else value for name, value in form.items()}
        return token_server.issue(method, uri, form, headers or {}, lookup=self.lookup, save_token=self.save_token)


@pytest.fixture
def house():
    return House()


FORM = {"grant_type": "client_credentials"}


def basic(text):
    return {"Authorization": "Basic " + b64encode(text.encode() if isinstance(text, str) else text).decode()}


def test_all_scopes_are_given_unless_fewer_are_asked_for(house):
    assert house.ask(FORM, basic("me:a+secret"))[:2] == (
        200,
        {"access_token": "a-token", "token_type": "Bearer", "expires_in": 3600, "scope": "usage:read usage:write"},
    )
    assert house.ask(FORM | {"scope": "usage:write"}, basic("me:a+secret"))[1]["scope"] == "usage:write"
    assert [scopes for _, scopes in house.made] == [["usage:read", "usage:write"], ["usage:write"]]


def test_an_empty_scope_counts_as_left_out(house):
    assert house.ask(FORM | {"scope": ""}, basic("me:a+secret"))[1]["scope"] == "usage:read usage:write"


def test_the_form_serves_as_well_as_the_header(house):
    assert house.ask(FORM | {"client_id": "me", "client_secret": "a secret"})[0] == 200


def test_plain_http_is_the_business_of_whoever_runs_the_portal(house):
    assert house.ask(FORM, basic("me:a%20secret"), uri="http://portal.example.net/token")[0] == 200


@pytest.mark.parametrize("text", ["me:wrong", "you:a+secret", "me:", ":a+secret", "me", "", "me:a\x00", b"\xff\xfe:x"])
def test_whoever_does_not_prove_himself_gets_one_answer(house, text):
    status, body, headers = house.ask(FORM, basic(text))
    assert (status, body["error"]) == (401, "invalid_client")
    assert headers["WWW-Authenticate"] == 'Basic realm="api", charset="UTF-8"'
    assert house.made == []


@pytest.mark.parametrize("value", ["Basic", "Basic é", "Basic a", "Bearer x", "x", "Negotiate \u20ac"])
def test_a_broken_header_is_a_wrong_credential(house, value):
    assert house.ask(FORM, {"Authorization": value})[0] == 401
    assert house.asked == []


def test_ids_with_invisible_characters_are_never_looked_up(house):
    house.ask(FORM | {"client_id": "me\x00", "client_secret": "x"})
    house.ask(FORM | {"client_id": "mé", "client_secret": "x"})
    assert house.asked == []


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"grant_type": ["client_credentials"] * 2}, "invalid_request"),
        (FORM | {"scope": "everything"}, "invalid_scope"),
        (FORM | {"scope": "usage:read everything"}, "invalid_scope"),
        (FORM | {"client_secret": "a secret"}, "invalid_request"),
    ],
)
def test_errors_are_named_as_the_standard_names_them(house, form, error):
    status, body, headers = house.ask(form, basic("me:a+secret"))
    assert (status, body["error"]) == (400, error)
    assert headers["Cache-Control"] == "no-store"
    assert body["error_description"].isascii()
    assert house.made == []


def test_nothing_that_was_sent_is_repeated(house):
    _, body, _ = house.ask({"grant_type": '"><frob>'}, basic("me:a+secret"))
    assert "frob" not in str(body)


def test_parameters_in_the_address_are_refused_before_anything_is_looked_up(house):
    answer = house.ask(FORM, basic("me:a+secret"), uri="http://portal.test/token?client_secret=x")
    assert (answer[0], answer[1]["error"]) == (400, "invalid_request")
    assert house.asked == []


def test_only_post_gives_tokens(house):
    assert house.ask(FORM, basic("me:a+secret"), method="GET")[0] == 400
    assert house.made == []


def test_what_the_house_raises_goes_through(house):
    def full(_credential, _scopes):
        raise RuntimeError("no room")

    house.save_token = full
    with pytest.raises(RuntimeError, match="no room"):
        house.ask(FORM, basic("me:a+secret"))


def test_the_library_writes_no_token_into_the_log(house, caplog):
    caplog.set_level(logging.DEBUG)
    house.ask(FORM, basic("me:a+secret"))
    assert "a-token" not in caplog.text
    assert "a secret" not in caplog.text
