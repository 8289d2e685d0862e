"""Every page reached by links, in a real browser: readable for all, from one house alone, what it sends is safe."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route

from tests.journeys.test_main_job import sign_in
from tests.live import Live

pytestmark = pytest.mark.timeout(300)

MOST = 60
"""Pages of one person: one of each kind."""

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d{2}|cantina-da-praca|clinica-horizonte|moda-lume|/help/[a-z-]+/")
_LEFT_OUT = re.compile(r"/sign-out|\.pdf|\.csv|\.json|/dev/|/language|/api/v1/openapi|/app/")


@pytest.fixture(scope="module")
def june(live: Live) -> Live:
    live.demo("2026-06-30")
    live.start()
    return live


@pytest.mark.parametrize(
    ("host", "email", "dark", "width"),
    [
        pytest.param("", "ana@aurora.example", False, 1440, marks=pytest.mark.long),
        ("aurora", "carla@cantina.example", True, 390),
        pytest.param("", "ana@aurora.example", True, 390, marks=pytest.mark.long),
        pytest.param("aurora", "carla@cantina.example", False, 1440, marks=pytest.mark.long),
    ],
)
def test_every_page_is_for_all_asks_nobody_else_and_sends_its_token(june, screen, host, email, dark, width):
    """HX-01, HX-03 (`screen` notes each violation of the policy), HX-12, HX-14."""
    page = screen((width, 900), dark=dark)
    home = june.at(host) if host else june.url
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    sign_in(page, home, email)
    page.wait_for_url(lambda url: "/sign-in" not in url)
    axe, troubles, held, pressed, seen = Axe(), {}, [], 0, 0
    page.route("**/*", lambda route: hold(route, held))
    for address in walk(page, home):
        seen += 1
        found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        serious = [one for one in found if one["impact"] in ("serious", "critical")]
        if serious:
            troubles[address] = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in serious]
        pressed += page.evaluate(_PRESS_ALL)
        page.wait_for_timeout(30)
    assert seen > 15 and pressed > 20 and len(held) > 20, "links were followed, and controls pressed"
    assert troubles == {}
    assert [url for url, carried in held if not carried] == []
    ours = {urlsplit(june.url).netloc, urlsplit(june.at("aurora")).netloc}  # the brand page frames its previews
    assert asked <= ours and (host == "" or len(asked) == 1)


def hold(route: Route, held: list[tuple[str, bool]]) -> None:
    """Let through what changes nothing; of everything else note whether it carries the token, and answer it here."""
    request = route.request
    if request.method in ("GET", "HEAD"):
        route.continue_()
        return
    body = request.post_data_buffer or b""
    held.append((request.url, bool(request.headers.get("x-csrftoken")) or b"csrf_token" in body))
    route.fulfill(status=204)


_PRESS_ALL = """() => {
  const all = [...document.querySelectorAll('[hx-post],[hx-put],[hx-patch],[hx-delete]')];
  for (const one of all) {
    one.removeAttribute('hx-confirm');
    one.removeAttribute('hx-sync');
    htmx.trigger(one, one.matches('form') ? 'submit' : (one.getAttribute('hx-trigger') || 'click').split(/[ ,\\[]/)[0]);
  }
  return all.length;
}"""


def walk(page: Page, home: str):
    """One page of each kind, breadth first; each address while the browser is on it."""
    waiting, known = [urlsplit(page.url).path], set()
    while waiting and len(known) < MOST:
        path = waiting.pop(0)
        kind = _ID.sub("*", path)
        if kind in known or _LEFT_OUT.search(path):
            continue
        known.add(kind)
        page.goto(home + path)
        yield path
        links = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        waiting += [urlsplit(link).path for link in links if urlsplit(link).netloc == urlsplit(home).netloc]
