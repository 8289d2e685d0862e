"""The host decides whose house it is, before anyone signs in."""

from __future__ import annotations

import pytest

from portal import db, heartbeat
from portal.domain import outbox
from portal.web.hosts import normal_host
from tests.browser import Browser

NEUTRAL = ("ribalta", "aurora", "northwind", "<link", "<img", "<script")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost.", "localhost:8000", "LocalHost.:80"])
def test_a_host_is_compared_without_case_port_and_last_dot(host):
    assert normal_host(host) == "localhost"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "evil.test",
        "localhost.evil.test",
        "aurora.localhost.evil",
        "xaurora.localhost",
        "a.aurora.localhost",
        "-.localhost",
        ".localhost",
        "aurora_.localhost",
        "localhost@evil.test",
        "aurora.localhost:80@evil",
        "[::1]:8000",
        "%61urora.localhost",
        "áurora.localhost",
        "a" * 300 + ".localhost",
        "",
    ],
)
def test_an_unknown_host_gets_a_neutral_404(app, world, host):
    for path in ("/", "/sign-in", "/agency/", "/assets/x.css", "/favicon.ico", "/api/v1/probe", "/account"):
        answer = app.test_client().get(path, environ_overrides={"HTTP_HOST": host})
        assert answer.status_code == 404, path
        text = answer.get_data(as_text=True).lower()
        assert not [word for word in NEUTRAL if word in text]
        assert "Set-Cookie" not in answer.headers


def test_the_answer_of_an_unknown_host_is_the_same_for_every_path(app, world):
    answers = {
        app.test_client().open(path, method=method, environ_overrides={"HTTP_HOST": "evil.test"}).data
        for path, method in (("/", "GET"), ("/sign-in", "GET"), ("/nothing", "GET"), ("/sign-in", "POST"))
    }
    assert len(answers) == 1


@pytest.mark.parametrize("host", ["aurora.localhost", "AURORA.localhost:8000", "Aurora.LocalHost."])
def test_an_agencys_host_shows_its_brand_and_no_other(app, world, host):
    answer = app.test_client().get("/sign-in", environ_overrides={"HTTP_HOST": host})
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert "Aurora" in text
    assert "ribalta" not in text.lower()


def test_a_request_without_any_host_gets_the_neutral_404(app, world):
    environ = {"HTTP_HOST": ""}
    assert app.test_client().get("/sign-in", environ_overrides=environ).status_code == 404


def test_the_probes_answer_on_any_host(app, world):
    for host in ("localhost", "aurora.localhost", "evil.test", "10.0.0.1:80"):
        assert app.test_client().get("/healthz", environ_overrides={"HTTP_HOST": host}).data == b"ok\n"
        ready = app.test_client().get("/readyz", environ_overrides={"HTTP_HOST": host})
        assert ready.get_json() == {"database": "ok", "worker": "silent"}
        assert ready.status_code == 503


def test_the_probes_say_which_part_fails(app, world, monkeypatch):
    heartbeat.beat()
    assert app.test_client().get("/readyz").status_code == 200

    def gone(*_args, **_named):
        raise db.AWAY[0]("could not connect to 10.1.2.3 as portal:secret")

    monkeypatch.setattr(outbox, "due_count", gone)
    monkeypatch.setattr(type(db.database.obj), "connect", gone)
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["database"]) == (503, "fails")
    assert b"secret" not in answer.data
    assert app.test_client().get("/healthz").status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
def test_paths_of_the_other_house_do_not_exist(platform, aurora, method):
    for path in ("/agency/probe/", "/agency/probe", "/operator/probe", "/api/v1/probe", "/dev/mail/", "/dev/mail"):
        assert aurora.request(method, path).status == 404, path
    for path in ("/office/cantina/menus-probe", "/agency-only", "/enter/abc", "/leave"):
        assert platform.request(method, path).status == 404, path


def test_a_missing_last_slash_leads_on_within_the_host(platform, aurora):
    assert platform.get("/account").location == "/account/"
    assert aurora.request("GET", "/account", headers={"Host": "aurora.localhost:9"}).location == "/account/"


def test_the_verb_decides_only_on_paths_that_are_here(platform):
    answer = platform.request("DELETE", "/sign-in")
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD, POST"
    assert platform.request("TRACE", "/sign-in").status == 405
    assert platform.request("OPTIONS", "/sign-in").status == 405


def test_a_person_of_one_agency_is_nobody_at_another(browse, world):
    carla = browse(world.carla)
    assert carla.get("/account/").status == 200
    assert carla.at("northwind.localhost").get("/account/").status == 302
    assert carla.at("localhost").get("/account/").status == 302


def test_a_cookie_of_one_host_is_worth_nothing_on_another(browse, world):
    carla = browse(world.carla)
    cookie = carla.client.get_cookie("session", domain="aurora.localhost")
    for host, status in (("aurora.localhost", 200), ("northwind.localhost", 302), ("localhost", 302)):
        other = Browser(carla.app, carla.settings, host)
        other.client.set_cookie("session", cookie.value, domain=host, origin_only=True)
        assert other.get("/account/").status == status


def test_forwarded_headers_are_not_believed(platform, world):
    page = platform.request(
        "GET",
        "/account",
        headers={"X-Forwarded-Host": "evil.test", "Forwarded": "host=evil.test", "X-Forwarded-Prefix": "/x"},
    )
    assert page.location == "/account/"


def test_bundles_of_one_world_are_not_served_in_the_other(platform, aurora, app):
    assets = app.extensions["assets"]
    assert platform.get(assets.url("dashboard", "css")).status == 200
    assert aurora.get(assets.url("office", "css")).status == 200
    assert aurora.get(assets.url("dashboard", "css")).status == 404
    assert platform.get(assets.url("office", "css")).status == 404


def test_a_brand_is_served_under_its_present_version_on_its_own_host_alone(platform, aurora, at, world):
    page = aurora.get("/sign-in")
    css = page.select("//link[starts-with(@href, '/brand/')]/@href")[0]
    logo = page.select("//img/@src")[0]
    assert aurora.get(css).headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in aurora.get(css).headers["Cache-Control"]
    assert aurora.get(logo).status == 200
    assert "sandbox" in aurora.get(logo).headers["Content-Security-Policy"]
    for elsewhere in (platform, at("northwind.localhost")):
        assert elsewhere.get(css).status == 404
        assert elsewhere.get(logo).status == 404
    for wrong in ("/brand/x.css", "/brand/../x.css", logo + "x", logo.rpartition("/")[0] + "/theme.toml"):
        assert aurora.get(wrong).status == 404
    assert aurora.get("/favicon.ico").headers["Content-Type"].startswith("image/")
