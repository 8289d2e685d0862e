"""Headers that every answer carries, errors and files among them."""

from __future__ import annotations

import pytest

from portal import create_app
from tests.browser import Browser
from tests.factories import PASSWORD
from tests.web.conftest import ERRORS

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
PATHS = [
    "/",
    "/sign-in",
    "/nothing",
    "/healthz",
    "/favicon.ico",
    "/agency/probe/",
    "/account",
    *(f"/fails/{k}" for k in ERRORS),
]


@pytest.mark.parametrize("host", ["localhost", "aurora.localhost", "evil.test"])
def test_every_answer_carries_the_headers(app, world, host):
    for path in PATHS:
        answer = app.test_client().get(path, environ_overrides={"HTTP_HOST": host})
        for name, value in ALWAYS.items():
            assert answer.headers[name] == value, (path, name)
        for name in (
            "Content-Security-Policy",
            "Referrer-Policy",
            "Permissions-Policy",
            "Cache-Control",
            "X-Request-Id",
        ):
            assert answer.headers[name], (path, name)
        assert "Server" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_policy_allows_no_inline_code_and_no_framing(platform, world):
    policy = platform.get("/sign-in").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for rule in (
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ):
        assert rule in policy


def test_pages_are_kept_by_nobody_and_parts_never_taken_for_pages(browse, world):
    page = browse(world.ana).get("/account/")
    assert page.headers["Cache-Control"] == "no-store"
    assert "HX-Request" in page.headers["Vary"]
    assert "Cookie" in page.headers["Vary"]


def test_a_page_with_a_token_in_its_address_tells_nobody_where_one_came_from(aurora):
    assert aurora.get("/enter/abc").headers["Referrer-Policy"] == "no-referrer"
    assert aurora.get("/setup/abc").headers["Referrer-Policy"] == "no-referrer"
    assert aurora.get("/sign-in").headers["Referrer-Policy"] == "same-origin"


def test_only_staff_may_send_a_form_to_the_other_house(browse, world):
    def targets(page):
        return page.headers["Content-Security-Policy"].partition("form-action ")[2].partition(";")[0]

    assert targets(browse(world.ana).get("/account/")) == "'self' http://aurora.localhost:8000"
    assert (
        targets(browse(world.ana, inside=world.carla.app).get("/office/cantina/home-probe"))
        == "'self' http://localhost:8000"
    )
    assert targets(browse(world.carla).get("/office/cantina/home-probe")) == "'self'"


def test_over_https_the_cookie_is_bound_and_the_browser_told_to_stay(settings, database):
    secure = settings.model_copy(update={"public_url": "https://portal.test", "platform_host": "portal.test"})
    app = create_app(secure)
    answer = app.test_client().get("/sign-in", base_url="https://portal.test")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for part in ("; Secure", "; HttpOnly", "; Path=/", "; SameSite=Lax"):
        assert part in cookie
    assert "Domain" not in cookie


def test_over_https_every_cookie_stays_here_and_what_says_who_somebody_is_is_bound_to_the_host(settings, world):
    """SE-08: all that a browser is given on its way in and at the door."""
    secure = settings.model_copy(update={"public_url": "https://localhost:8000"})
    browser = Browser(create_app(secure), secure, "localhost")
    chosen = {"language": "en", "appearance": "dark"}
    given = browser.post("/account/preferences", chosen).headers.getlist("Set-Cookie")
    form = browser.get("/sign-in").form("account.sign_in.submit")
    given += form.submit(email="ana@aurora.example", password=PASSWORD).headers.getlist("Set-Cookie")
    names = {line.partition("=")[0] for line in given}
    assert names == {"__Host-session", "__Host-browser", "language", "appearance"}
    for line in given:
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(line.split("; ")), line
        assert "Domain" not in line and len(line) < 4096, line


def test_the_cookie_names_nobody(platform, world):
    cookie = platform.get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("session=")
    for part in ("; HttpOnly", "; Path=/", "; SameSite=Lax"):
        assert part in cookie
    assert "Domain" not in cookie
    assert "Secure" not in cookie
