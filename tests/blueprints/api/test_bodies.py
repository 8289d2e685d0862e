"""Bodies that are no good, at every call that takes one; and tokens that open nothing."""

from __future__ import annotations

import json

import pytest

from portal.domain import accounts
from portal.domain.tenants.models import Client
from tests.factories import NOW, TESTER

CALLS = {
    "usage": ("POST", "/usage"),
    "consume": ("POST", "/clients/{}/services/litmus_test/consume"),
    "clients": ("POST", "/clients"),
    "settings": ("PATCH", "/clients/{}/settings"),
}
LARGEST = 1024 * 1024


@pytest.fixture(params=CALLS)
def send(request, machine, client):
    """Send this body to one of the calls."""
    method, path = CALLS[request.param]
    before = Client.select().count()
    yield lambda body, **headers: machine.ask(method, path.format(client.slug), body, headers=headers)
    assert Client.select().count() == before
    assert machine.used(client) == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "empty_body"),
        ("   ", "empty_body"),
        ("{", "not_json"),
        ('{"a": 1,}', "not_json"),
        ("{'a': 1}", "not_json"),
        ('{"a": 01}', "not_json"),
        ("{} {}", "not_json"),
        ("\ufeff{}", "not_json"),
        (b'{"a": "\xff"}', "not_utf8"),
        ('{"a": 1, "a": 1}', "duplicate_key"),
        ('{"a": {"b": 1, "b": 2}}', "duplicate_key"),
        ('{"a": NaN}', "not_a_number"),
        ('{"a": -Infinity}', "not_a_number"),
        ('{"a": ' + "9" * 5000 + "}", "number_too_long"),
        ('{"a": "\\ud800"}', "broken_text"),
        ("[" * 30 + "]" * 30, "too_deep"),
        ("[" * 100_000 + "]" * 100_000, "too_deep"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "too_deep"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_good_json_is_refused(send, body, code):
    page = send(body)
    assert (page.status, page.json["code"]) == (400, code)


@pytest.mark.parametrize("body", ["null", "true", "0", '"x"', "[]", "[{}]"])
def test_what_is_no_object_is_refused(send, body):
    page = send(body)
    assert page.status == 422
    assert page.json["code"] in ("not_an_object", "not_a_batch")


def test_a_byte_more_than_a_mebibyte_is_too_much(send):
    fill = LARGEST - len('{"a": ""}')
    assert send('{"a": "' + "x" * fill + '"}').status == 422
    assert send('{"a": "' + "x" * (fill + 1) + '"}').status == 413


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"]
)
def test_another_kind_of_body_is_refused(send, kind):
    page = send("{}", **{"Content-Type": kind})
    assert (page.status, page.json["code"]) == (415, "content_type")


def test_a_packed_body_is_refused(send):
    page = send("{}", **{"Content-Encoding": "gzip"})
    assert (page.status, page.json["code"]) == (415, "content_encoding")


@pytest.mark.parametrize("method", ["POST", "PATCH", "GET"])
def test_a_revoked_credential_opens_nothing(machine, client, method):
    paths = {"POST": "/clients", "PATCH": f"/clients/{client.slug}/settings", "GET": "/statements"}
    assert machine.ask(method, paths[method], {"x": 1} if method != "GET" else None).status in (200, 422)
    accounts.revoke_credential(machine.agency, machine.credential.id, by=TESTER, now=NOW)
    page = machine.ask(method, paths[method], "{}" if method != "GET" else None)
    assert (page.status, page.json["code"]) == (401, "invalid_token")


@pytest.mark.parametrize(("method", "path"), [*CALLS.values(), ("GET", "/statements"), ("GET", "/clients/{}/settings")])
def test_a_token_in_the_address_opens_nothing(machine, client, method, path):
    token = machine.bearer["Authorization"].removeprefix("Bearer ")
    address = f"/api/v1{path.format(client.slug)}?access_token={token}"
    page = machine.browser.request(method, address, data="{}", content_type="application/json")
    assert (page.status, page.json["code"]) == (401, "token_missing")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["name"]),
        ({"name": ""}, ["name"]),
        ({"name": "   "}, ["name"]),
        ({"name": None}, ["name"]),
        ({"name": 5}, ["name"]),
        ({"name": ["x"]}, ["name"]),
        ({"name": "x" * 121}, ["name"]),
        ({"name": "a\u202eb"}, ["name"]),
        ({"name": "a\u0000b"}, ["name"]),
        ({"name": "X", "slug": ""}, ["slug"]),
        ({"name": "X", "slug": "Grande"}, ["slug"]),
        ({"name": "X", "slug": "a--b"}, ["slug"]),
        ({"name": "X", "slug": "-a"}, ["slug"]),
        ({"name": "X", "slug": "admin"}, ["slug"]),
        ({"name": "X", "slug": "x" * 41}, ["slug"]),
        ({"name": "X", "slug": "a\n"}, ["slug"]),
        ({"name": "X", "slug": 1}, ["slug"]),
        ({"name": "X", "currency": "brl"}, ["currency"]),
        ({"name": "X", "currency": "AAA"}, ["currency"]),
        ({"name": "X", "currency": 986}, ["currency"]),
        ({"name": "X", "email": ""}, ["email"]),
        ({"name": "X", "email": "nobody"}, ["email"]),
        ({"name": "X", "email": "a@b@c"}, ["email"]),
        ({"name": "X", "email": 1}, ["email"]),
        ({"name": "X", "agency": "other"}, ["agency"]),
        ({"name": "X", "id": "01985a3c-7d60-7c1e-9f0e-5d0c3c1f2a10"}, ["id"]),
        ({"name": "X", "suspended": False, "began_on": "2020-01-01"}, ["suspended", "began_on"]),
        ({"slug": "A", "currency": 1, "email": "x"}, ["name", "slug", "currency"]),
    ],
)
def test_a_wrong_field_of_a_new_client_is_named(machine, body, fields):
    before = Client.select().count()
    page = machine.ask("POST", "/clients", body)
    assert (page.status, page.json["code"]) == (422, "invalid"), page.text
    assert [each["field"] for each in page.json["errors"]] == fields
    assert Client.select().count() == before


def test_a_problem_repeats_nothing_long_of_what_was_sent(machine):
    page = machine.ask("POST", "/clients", json.dumps({"name": "X", "n" * 10_000: "v" * 10_000}))
    assert page.status == 422
    assert len(page.body) < 2_000
