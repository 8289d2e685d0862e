"""POST /api/v1/oauth/token, and what a token opens."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from portal import clock
from portal.domain import accounts
from portal.domain.accounts.models import AccessToken
from tests.factories import NOW, TESTER, event


def test_a_token_is_given_for_a_secret_by_http_basic(machine):
    page = machine.ask_token()
    assert page.status == 200
    assert page.json.keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert (page.json["token_type"], page.json["expires_in"]) == ("Bearer", 3600)
    assert set(page.json["scope"].split()) == {"usage:write", "usage:read", "clients:read", "clients:write"}


def test_a_token_is_given_for_a_secret_in_the_form(machine, client):
    page = machine.ask_token({}, client_id=machine.credential.client_id, client_secret=machine.secret)
    assert page.status == 200
    machine.held = page.json["access_token"]
    assert machine.send(event(client)).status == 200


def test_the_answer_is_kept_by_nobody(machine):
    headers = machine.ask_token().headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Pragma"] == "no-cache"
    assert headers["Content-Type"] == "application/json"
    assert "Set-Cookie" not in headers


def test_a_token_can_be_asked_for_less_than_everything(machine, client):
    page = machine.ask_token(scope="usage:read")
    assert page.json["scope"] == "usage:read"
    machine.held = page.json["access_token"]
    assert machine.get(f"/clients/{client.slug}/services/litmus_test").status == 200
    assert machine.send(event(client)).status == 403


@pytest.mark.parametrize("scope", ["clients:write", "usage:read clients:write", "everything", "usage:read é", "*"])
def test_a_token_never_has_a_scope_that_its_credential_lacks(machine_of, agency, scope):
    page = machine_of(agency, "usage:read").ask_token(scope=scope)
    assert (page.status, page.json["error"]) == (400, "invalid_scope")
    assert AccessToken.select().count() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic //79"},
        {"Authorization": "Basic bm9ib2R5OndvbmRlcg=="},
        {"Authorization": "Basic AGE6AGI="},
        {"Authorization": "Bearer bm9ib2R5OndvbmRlcg=="},
    ],
)
def test_whoever_can_not_prove_himself_gets_a_401_that_says_how(machine, headers):
    page = machine.ask_token(headers)
    assert (page.status, page.json["error"]) == (401, "invalid_client")
    assert page.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert page.headers["Cache-Control"] == "no-store"


def test_an_unknown_id_and_a_wrong_secret_are_answered_alike(machine):
    wrong = machine.ask_token({}, client_id=machine.credential.client_id, client_secret="wrong")
    unknown = machine.ask_token({}, client_id="nobody", client_secret=machine.secret)
    assert wrong.status == unknown.status == 401
    assert wrong.body == unknown.body


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ["client_credentials", "client_credentials"]}, "invalid_request"),
        ({"scope": ["usage:read", "usage:write"]}, "invalid_request"),
        ({"client_secret": "twice proved"}, "invalid_request"),
    ],
)
def test_a_request_that_is_not_as_the_standard_has_it_is_refused_by_name(machine, form, error):
    page = machine.ask_token(**form)
    assert (page.status, page.json["error"]) == (400, error)


def test_a_secret_in_the_address_is_refused(machine):
    page = machine.ask_token({}, query=f"?client_id={machine.credential.client_id}&client_secret={machine.secret}")
    assert (page.status, page.json["error"]) == (400, "invalid_request")
    assert machine.secret not in page.text


def test_other_kinds_of_body_and_other_verbs_are_refused(machine):
    headers = {"Authorization": machine.basic}
    as_json = {"data": '{"grant_type": "client_credentials"}', "content_type": "application/json"}
    page = machine.browser.request("POST", "/api/v1/oauth/token", headers=headers, **as_json)
    assert (page.status, page.json["error"]) == (400, "invalid_request")
    assert machine.browser.request("GET", "/api/v1/oauth/token", headers=headers).status == 405


def test_a_revoked_credential_gets_no_token_and_loses_those_it_has(machine, client):
    assert machine.send(event(client)).status == 200
    accounts.revoke_credential(machine.agency, machine.credential.id, by=TESTER, now=NOW)
    page = machine.send(event(client))
    assert (page.status, page.json["code"]) == (401, "invalid_token")
    assert machine.ask_token().status == 401
    assert machine.credential.client_id not in page.text


def test_a_token_lives_an_hour(machine, client):
    assert machine.send(event(client)).status == 200
    clock.move_to(NOW + timedelta(minutes=61))
    assert machine.send(event(client)).status == 401


def test_without_a_token_there_is_a_401_that_says_what_is_needed(browser):
    page = browser.request("POST", "/api/v1/usage", data="{}", content_type="application/json")
    assert (page.status, page.json["code"]) == (401, "token_missing")
    assert page.headers["Content-Type"] == "application/problem+json"
    assert page.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize("value", ["Bearer wrong", "Bearer ", "Bearer \xff", "Token x", "bearer"])
def test_a_token_that_is_none_is_named_so(browser, value):
    page = browser.request("GET", "/api/v1/clients", headers={"Authorization": value})
    assert (page.status, page.json["code"]) == (401, "invalid_token")
    assert page.headers["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'


def test_a_token_counts_in_the_header_only(machine):
    token = machine.bearer["Authorization"].removeprefix("Bearer ")
    path = f"/api/v1/clients?access_token={token}"
    assert machine.browser.request("GET", path).status == 401
    assert machine.browser.request("GET", "/api/v1/clients", headers={"Cookie": f"access_token={token}"}).status == 401
    assert machine.browser.request("GET", "/api/v1/clients", headers={"X-Access-Token": token}).status == 401


def test_a_secret_is_no_token(machine):
    headers = {"Authorization": f"Bearer {machine.secret}"}
    assert machine.browser.request("GET", "/api/v1/clients", headers=headers).status == 401
    headers = {"Authorization": machine.basic}
    assert machine.browser.request("GET", "/api/v1/clients", headers=headers).status == 401


def test_a_token_opens_no_page(machine):
    page = machine.browser.request("GET", "/agency/clients/", headers=machine.bearer)
    assert page.status in (302, 404)


@pytest.mark.parametrize(
    ("held", "method", "path"),
    [
        ("usage:read", "POST", "/usage"),
        ("clients:read", "POST", "/usage"),
        ("usage:write", "GET", "/clients"),
        ("usage:read", "GET", "/clients"),
        ("usage:write", "GET", "/clients/{client}"),
        ("usage:write", "GET", "/clients/{client}/services/litmus_test"),
        ("clients:read", "GET", "/clients/{client}/services/litmus_test"),
    ],
)
def test_a_scope_opens_what_it_names_and_nothing_else(machine_of, agency, client, held, method, path):
    machine = machine_of(agency, held)
    page = machine.browser.request(method, "/api/v1" + path.format(client=client.slug), headers=machine.bearer)
    assert (page.status, page.json["code"]) == (403, "insufficient_scope")
    assert 'error="insufficient_scope"' in page.headers["WWW-Authenticate"]


def test_the_api_is_on_the_platform_host_only(machine, settings):
    elsewhere = machine.browser.at(settings.agency_host(machine.agency.slug))
    assert elsewhere.request("GET", "/api/v1/clients", headers=machine.bearer).status == 404
    form = {"grant_type": "client_credentials"}
    asked = elsewhere.request("POST", "/api/v1/oauth/token", data=form, headers={"Authorization": machine.basic})
    assert asked.status == 404
    assert "access_token" not in asked.text


def test_no_secret_and_no_token_is_ever_logged(machine, client, caplog):
    caplog.set_level(logging.DEBUG)
    token = machine.ask_token().json["access_token"]
    machine.held = token
    machine.ask_token({}, client_id=machine.credential.client_id, client_secret=machine.secret)
    machine.ask_token({}, query=f"?client_secret={machine.secret}")
    machine.send(event(client))
    said = " ".join(f"{record.getMessage()} {record.args}" for record in caplog.records)
    assert "request" in said, "the log was listened to"
    for secret in (machine.secret, token, machine.basic.removeprefix("Basic ")):
        assert secret not in said


def test_when_a_credential_was_last_used_is_known(machine, client):
    assert accounts.credentials_of(machine.agency)[0].last_used_at is None
    machine.send(event(client))
    last = accounts.credentials_of(machine.agency)[0].last_used_at
    assert timedelta() <= last - NOW < timedelta(minutes=1)
