"""What is believed of a proxy's headers (HO-05), and what a cache between may keep (HO-07)."""

from __future__ import annotations

import json
import re

import pytest
from flask import request

from portal import create_app
from portal.domain.accounts import SignIn
from portal.web import access
from tests.factories import PASSWORD, make_contributor

LIES = {
    "X-Forwarded-For": "192.0.2.66",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.test",
    "X-Forwarded-Port": "81",
    "X-Forwarded-Prefix": "/evil",
    "X-Real-IP": "192.0.2.66",
    "Forwarded": "for=192.0.2.66;host=evil.test;proto=https",
}
KEPT = re.compile(r"/(app/[^/]+/manifest|assets|brand|favicon\.ico|api/v1/(openapi\.json|docs)|\.well-known)\b")
"""Beginnings of paths that answer everybody of a host alike."""


def _told():
    believed = {
        "address": request.remote_addr,
        "scheme": request.scheme,
        "host": request.host,
        "root": request.root_path,
    }
    return json.dumps(believed)


def believed(settings, proxies, **headers):
    app = create_app(settings.model_copy(update={"trusted_proxies": proxies}))
    app.add_url_rule("/told", "probe.told", access.public("test", on="both")(_told))
    answer = app.test_client().get("/told", headers=LIES | headers, environ_overrides={"REMOTE_ADDR": "198.51.100.7"})
    return answer.get_json(force=True)


def test_without_a_proxy_nothing_of_it_is_believed(settings, database):
    assert believed(settings, 0) == {
        "address": "198.51.100.7", "scheme": "http", "host": "localhost", "root": "",
    }  # fmt: skip


def test_behind_one_proxy_only_what_that_one_added_is_believed(settings, database):
    found = believed(settings, 1, **{"X-Forwarded-For": "6.6.6.6, 192.0.2.66"})
    assert found == {"address": "192.0.2.66", "scheme": "https", "host": "localhost", "root": ""}


def test_limits_and_sessions_keep_the_true_address(app, at, world):
    make_contributor(world.carla.app, email="lia@cantina.example")
    aurora = at("aurora.localhost")
    form = {"email": "lia@cantina.example", "password": PASSWORD, "csrf_token": aurora.get("/sign-in").tree.xpath(
        "string(//input[@name='csrf_token']/@value)")}  # fmt: skip
    answer = aurora.request("POST", "/sign-in", data=form, headers=LIES)
    assert answer.status == 303
    (row,) = SignIn.select()
    assert row.address == "127.0.0.1"


@pytest.mark.parametrize("who", ["carla", "ana", "inside", "nobody", "at home"])
def test_no_page_is_kept_by_a_cache_for_somebody_else(browse, at, world, who):
    app = world.carla.app
    found = {
        "carla": lambda: browse(world.carla),
        "ana": lambda: browse(world.ana),
        "inside": lambda: browse(world.ana, inside=app),
        "nobody": lambda: at("aurora.localhost"),
        "at home": lambda: at("localhost"),
    }[who]()
    asked = 0
    for rule in found.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.arguments - {"app"} or "<" in rule.rule.replace("<slug:app>", ""):
            continue
        path = rule.rule.replace("<slug:app>", app.slug)
        if path.startswith(("/fails", "/dev")):
            continue
        page, asked = found.get(path), asked + 1
        kept = page.headers["Cache-Control"]
        assert kept == "no-store" or KEPT.match(path) or "private" in kept, (path, kept)
        if kept == "no-store" and page.status == 200:
            assert "Cookie" in page.headers["Vary"], path
    assert asked > 30
