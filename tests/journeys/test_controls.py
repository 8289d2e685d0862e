"""Whatever goes wrong on the way, a control shows what is stored and the page says what to do (HX-05, 07, 09, 11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, Route, expect
from werkzeug.serving import make_server

from portal import clock
from portal.config import Settings
from portal.domain import accounts, outbox, publishing
from portal.domain.accounts import Person
from tests.access.people import OFFICE, PLATFORM, Principal, principals
from tests.access.world import NOW, World, build
from tests.databases import free_port
from tests.factories import ROOT, TESTER
from tests.journal import Sqlite

pytestmark = pytest.mark.timeout(300)

TEMPLATES = ROOT / "portal" / "templates"


@dataclass
class House:
    """The world of the access tests behind a real port."""

    app: Flask
    world: World
    people: list[Principal]
    port: int

    def open(self, page: Page, name: str, host: str, path: str) -> None:
        """The page as this person sees it; the session comes without the sign-in page."""
        person = next(one for one in self.people if one.name == name)
        key, _, value = person.cookies[host].partition("=")
        page.context.add_cookies([{"name": key, "value": value, "url": f"http://{host}:{self.port}"}])
        values = {name: str(value) for name, value in self.world.values("A1", "").items()}
        page.goto(f"http://{host}:{self.port}{path.format(**values)}")

    def sign_in_anew(self, name: str, host: str) -> tuple[str, str]:
        """Name and value of the cookie of another session of the same person."""
        anew = next(one for one in principals(self.app, self.app.config["SETTINGS"], self.world) if one.name == name)
        key, _, value = anew.cookies[host].partition("=")
        return key, value


@pytest.fixture(scope="module")
def house(_application: Flask, settings: Settings, store: Sqlite) -> Iterator[House]:
    if not isinstance(store, Sqlite):
        pytest.skip("what a browser shows, no database decides")
    outbox.ring_with(None)
    store.reset()
    clock.forget()
    port = free_port()
    own = settings.model_copy(update={"port": port, "public_url": f"http://localhost:{port}"})
    before, _application.config["SETTINGS"] = _application.config["SETTINGS"], own
    world = build(own)
    things = world.tenants["A1"].things
    category = publishing.category_of(world.tenants["A1"].app, things["category_id"])
    for name in ("Second", "Third"):
        values = {"description": "", "price": 2000, "allergens": []}
        publishing.add_dish(world.tenants["A1"].app, category, name=name, **values, by=TESTER, now=NOW)
    server = make_server("127.0.0.1", port, _application, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield House(_application, world, principals(_application, own, world), port)
    server.shutdown()
    thread.join()
    _application.config["SETTINGS"] = before
    clock.forget()


# What there is


@dataclass(frozen=True)
class Control:
    """An element that asks by htmx. `how` it is pressed: see `_PRESS`."""

    template: str
    selector: str
    how: str = "click"
    at: str = ""
    """The element that is pressed, where that is another one."""


@dataclass(frozen=True)
class Place:
    """A page with controls, as one person sees it."""

    who: str
    host: str
    path: str
    controls: tuple[Control, ...]
    first: str = ""
    """What is pressed before, so that all controls are there."""


PLACES = [
    Place(
        "A.owner",
        PLATFORM,
        "/agency/clients/",
        (Control("agency/clients/_list.html", "#clients form[hx-get]", "type", "#f-q"),),
    ),
    Place(
        "A.owner",
        PLATFORM,
        "/agency/activity/",
        (
            Control("agency/activity/_list.html", "#activity form[hx-get]", "choose", "#f-about"),
            Control("agency/activity/_list.html", "#activity form[hx-get]", "type", "#f-text"),
            Control("layouts/dashboard.html", "#find", "type"),
        ),
    ),
    Place("A.owner", PLATFORM, "/agency/search/", (Control("agency/search/index.html", "#q", "type"),)),
    Place(
        "A.owner",
        PLATFORM,
        "/agency/clients/{client_id}/history/",
        (Control("agency/history/_list.html", "#history a[hx-get]:not([aria-current])"),),
    ),
    Place(
        "A.owner",
        PLATFORM,
        "/agency/clients/{client_id}/settings/",
        (
            Control("agency/client_settings/_optimizer.html", "#f-optimizer_enabled"),
            Control("agency/client_settings/_preview.html", "#preview", "type", "#client-settings input[inputmode]"),
        ),
    ),
    Place(
        "A.owner",
        PLATFORM,
        "/agency/clients/{client_id}/sections/",
        (Control("agency/sections/_row.html", "#section-menus form", "click", "[aria-pressed=false]"),),
    ),
    Place(
        "A.owner",
        PLATFORM,
        "/agency/clients/{client_id}/usage/litmus_test/2026-06/",
        (Control("shared/components/day_chart.html", ".day-table a[hx-get]"),),
    ),
    Place(
        "A.owner",
        PLATFORM,
        "/agency/staff/{membership_id}/clients/",
        (
            Control("agency/staff_clients/index.html", "#q", "type"),
            Control("shared/components/switch.html", ".switch-form"),
        ),
    ),
    Place(
        "A.owner",
        PLATFORM,
        "/agency/brand/",
        (
            Control("agency/brand/_names.html", "#names", "write", "#f-name"),
            Control("agency/brand/_colours.html", "#colours", "write", "#f-primary"),
            Control("agency/brand/_colours.html", "#colours", "write", "#f-radius"),
            Control("agency/brand/_entrance.html", "#entrance", "tick", "[name=layout]:not(:checked)"),
            Control("agency/brand/_bar.html", "#brand-bar", "event brand-changed"),
            Control("agency/brand_preview/_frame.html", "#brand-preview", "event brand-changed"),
            Control("agency/brand_preview/_look.html", "#brand-preview a[hx-get]:not([aria-current])"),
            Control("agency/brand_pictures/_list.html", "#brand-pictures", "event brand-drawn"),
            Control("agency/brand_pictures/_list.html", "#picture-logo form[enctype]", "upload"),
        ),
    ),
    Place(
        "A.owner",
        PLATFORM,
        "/agency/webhooks/{endpoint_id}/",
        (Control("agency/webhooks/_log.html", "#deliveries form[hx-get]", "choose", "#f-event"),),
    ),
    Place(
        "A.owner",
        PLATFORM,
        "/account/",
        (Control("shared/components/password.html", "#f-new", "type"),),
    ),
    Place(
        "A.owner",
        OFFICE,
        "/office/{app}/menus/",
        (
            Control("office/menus/_changes.html", "#changes", "event menu-changed"),
            Control("office/menus/_dish.html", "form[hx-post$='/price']", "write", "[name=price]"),
            Control("office/menus/_dish.html", "form[hx-post$='/on-sale']"),
            Control("office/menus/_move.html", ".dishes li:not(:first-child) .order-buttons"),
        ),
    ),
    Place(
        "A.owner",
        OFFICE,
        "/office/{app}/services/",
        (Control("office/services/_optimizer.html", "#optimizer"),),
    ),
    Place(
        "A.owner",
        OFFICE,
        "/office/{app}/team/",
        (Control("office/team/_list.html", "#team form[hx-get]", "type", "#q"),),
    ),
    Place(
        "A.owner",
        OFFICE,
        "/office/{app}/team/new",
        (
            Control("office/team/_boxes.html", "#f-boxes [hx-post]", "tick"),
            Control("office/team/_boxes.html", "#preset-everything"),
            Control("office/team/_seal.html", "#seal button[hx-post]"),
        ),
        first="#preset-everything",
    ),
    Place(
        "A.owner",
        OFFICE,
        "/office/{app}/team/{contributor_id}/",
        (
            Control("office/team/_menu.html", "#their-menu", "event right-changed"),
            Control("office/team/_seal.html", "#seal", "event right-changed"),
            Control("office/team/_switch.html", "form.switch-form[hx-post]"),
        ),
    ),
    Place(
        "A.owner",
        OFFICE,
        "/office/{app}/help/",
        (Control("office/help/_found.html", "#help form[hx-get]", "type", "#q"),),
    ),
]

REACHED_BY_ANOTHER = {
    "office/menus/_dish.html": 0,
    "shared/components/day_chart.html": 1,  # the next page of a day's events: the link of a day once more
    "office/team/_seal.html": 1,  # the same form as a switch, with a button of words
    "office/team/_boxes.html": 0,
    "agency/brand_pictures/_list.html": 1,  # takes a picture out: a form with a button
}
"""How many of a template's elements are pressed nowhere here, being what another one is."""

_ASKS = re.compile(r"hx-(?:get|post)\b")
_POLLS = re.compile(r'hx-trigger="every \d+s"')


def test_every_element_that_asks_by_htmx_is_pressed_here():
    """A new one needs a place above, where every kind of failure meets it."""
    reached = {control.template for place in PLACES for control in place.controls}
    elements, polls = {}, set()
    for file in TEMPLATES.rglob("*.html"):
        text, name = file.read_text("utf-8"), file.relative_to(TEMPLATES).as_posix()
        if found := len(_ASKS.findall(text)):
            elements[name] = found
        if len(_POLLS.findall(text)) == found == 1:
            polls.add(name)
    assert reached | polls == set(elements), "templates with hx-get or hx-post, and what is listed here"
    counted = {name: len({c.selector for p in PLACES for c in p.controls if c.template == name}) for name in reached}
    missing = {
        name: elements[name] - counted[name] - REACHED_BY_ANOTHER.get(name, 0)
        for name in reached
        if elements[name] > counted[name] + REACHED_BY_ANOTHER.get(name, 0)
    }
    assert missing == {}
    assert len(polls) == 7


# What goes wrong

_OURS = {"HX-Retarget": "#alerts", "HX-Reswap": "innerHTML"}
_PIECE = '<div id="refusal"><div class="note" role="alert"><div><p>Words of the server.</p></div></div></div>'
_WHOLE = "<!doctype html><html lang='pt-BR'><title>x</title><body><h1>A page of its own</h1></body></html>"
_RIGHT, _RELOAD, _WAIT, _LINE = "Peça a quem", "Recarregue a página", "Espere um minuto", "Sem conexão"


@dataclass(frozen=True)
class Failure:
    """What the browser gets instead of the answer, and what the page must say then."""

    status: int
    body: str
    said: str
    headers: dict[str, str] = field(default_factory=dict)


FAILURES = {
    "403 of ours": Failure(403, _PIECE, "Words of the server.", _OURS),
    "403, a page": Failure(403, _WHOLE, _RIGHT),
    "409 of ours": Failure(409, _PIECE, "Words of the server.", _OURS),
    "409, a page": Failure(409, _WHOLE, _RELOAD),
    "422 of ours": Failure(422, _PIECE, "Words of the server.", _OURS),
    "422, a page": Failure(422, _WHOLE, _RELOAD),
    "429 of ours": Failure(429, _PIECE, "Words of the server.", _OURS),
    "429 of a proxy": Failure(429, "Too many requests", _WAIT),
    "500, a page": Failure(500, _WHOLE, _RELOAD),
    "502 of a proxy": Failure(502, "", _RELOAD),
    "200, the page of a hotel": Failure(200, _WHOLE, _RELOAD),
    "no answer in time": Failure(0, "hangs", _RELOAD),
    "offline": Failure(0, "gone", _LINE),
}
_FIRST = ("403 of ours", "409, a page", "422 of ours", "429 of a proxy", "500, a page", "no answer in time", "offline")


class Weather:
    """Answers in place of the server, for requests of htmx, while `failure` is set."""

    def __init__(self, page: Page) -> None:
        self.failure: Failure | None = None
        page.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        failure = self.failure
        if failure is None or route.request.headers.get("hx-request") != "true":
            route.continue_()
        elif failure.body == "gone":
            route.abort("internetdisconnected")
        elif failure.body != "hangs":
            route.fulfill(
                status=failure.status, body=failure.body, headers={"Content-Type": "text/html", **failure.headers}
            )


_PRESS = """async ([selector, how, at, patience]) => {
  window.patience = patience;
  const main = document.querySelector("main"), alerts = document.getElementById("alerts");
  const all = () => [...main.querySelectorAll("input, select, textarea, button")].filter((one) => one.name || one.id);
  const state = () => all().map((one) => [one.id || one.name, one.checked, one.matches("[type=file]") || one.value,
    one.disabled, one.getAttribute("aria-checked"), one.getAttribute("aria-pressed")].join("|")).join("\\n");
  const order = () => [...main.querySelectorAll("[data-item]")].map((row) => row.dataset.item).join();
  const found = document.querySelector(selector);
  if (!found) return `nothing is ${selector}`;
  const one = at ? (found.querySelector(at) || document.querySelector(at)) : found;
  if (!one) return `nothing is ${at}`;
  alerts.replaceChildren();
  document.activeElement.blur();
  scrollTo({ top: document.body.scrollHeight, behavior: "instant" });
  const before = state(), rows = order(), was = one.value;
  const done = new Promise((done) => {
    const over = (event) => event.detail.elt === found && setTimeout(done, 60);
    document.addEventListener("htmx:afterRequest", over);
    setTimeout(done, 6000, "nothing was asked");
  });
  const tell = (kind) => one.dispatchEvent(new Event(kind, { bubbles: true }));
  const typing = ["type", "write"].includes(how);
  if (how === "click" || how === "tick") (one.matches("form") ? one.querySelector("button:enabled") : one).click();
  else if (typing) {
    one.focus();
    if (how === "write") one.scrollIntoView({ block: "end", behavior: "instant" });
    one.value = one.name === "radius" ? "7" : one.name === "primary" ? "#123456" : "7,77";
    tell("input");
    if (how === "write") tell("change");
  } else if (how === "choose") { one.selectedIndex = one.options.length - 1; tell("change"); }
  else if (how === "upload") {
    const files = new DataTransfer();
    files.items.add(new File(["<svg xmlns='http://www.w3.org/2000/svg'/>"], "a.svg", { type: "image/svg+xml" }));
    one.querySelector("[type=file]").files = files.files;
    one.querySelector("[type=file]").dispatchEvent(new Event("change", { bubbles: true }));
  } else htmx.trigger(document.body, how.split(" ")[1]);
  const missed = await done, troubles = [];
  if (missed) return missed;
  for (let n = 0; n < 80 && document.querySelector(".htmx-request"); n++) await new Promise((on) => setTimeout(on, 25));
  const busy = document.querySelectorAll("[aria-busy=true], .htmx-request");
  if (busy.length) troubles.push(`still busy: ${busy[0].outerHTML.slice(0, 120)}`);
  if (typing && one.value === was) troubles.push("what was typed is lost");
  if (how === "write" && one.getAttribute("aria-invalid") !== "true") troubles.push("what is not saved is not marked");
  if (how === "write" && !alerts.querySelector("[data-kept]")) troubles.push("the note does not say what became of it");
  if (how === "upload" && one.querySelector("[type=file]").value) troubles.push("the same file can't be chosen again");
  if (typing) {
    if (one.isConnected && document.activeElement !== one) troubles.push("the keyboard was taken from who types");
    one.value = was;
    if (how === "write") tell("input");
  }
  const now = state();
  const preview = found.id === "preview" && found.querySelector("table");
  if (preview) troubles.push("a forecast of something else is still shown");
  if (found.id !== "preview" && now !== before) {
    const lines = before.split("\\n");
    const others = now.split("\\n").filter((line, n) => line !== lines[n]);
    troubles.push(`shown is not what is stored: ${others.slice(0, 3)}`);
  }
  if (order() !== rows) troubles.push("another order is shown");
  let box;
  for (let n = 0; n < 80; n++) {
    box = alerts.firstElementChild?.getBoundingClientRect();
    if (box?.height && box.top >= 0 && box.bottom <= innerHeight) break;
    await new Promise((on) => setTimeout(on, 25));
  }
  if (!box?.height) troubles.push("nothing is said");
  else if (box.top < 0 || box.bottom > innerHeight) troubles.push(`said where nobody sees it: ${box.top}`);
  const note = alerts.innerText;
  for (const marked of document.querySelectorAll("[data-unsaved]")) delete marked.dataset.unsaved;
  return troubles.length ? troubles.join("; ") : [note];
}"""


_IMPATIENT = """() => {
  document.addEventListener("htmx:configRequest", (event) => (event.detail.timeout = window.patience));
  window.addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), true);
}"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that notes errors of scripts alone: failed requests are what is looked at here."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="pt-BR")
    errors: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.mark.parametrize(
    "kinds", [_FIRST, pytest.param(tuple(set(FAILURES) - set(_FIRST)), marks=pytest.mark.long)], ids=["first", "others"]
)
def test_a_control_that_failed_shows_what_is_stored_and_the_page_says_so(house: House, page: Page, kinds):
    """HX-11."""
    weather = Weather(page)
    troubles = {}
    for place in PLACES:
        weather.failure = None
        house.open(page, place.who, place.host, place.path)
        page.evaluate(_IMPATIENT)
        if place.first:
            with page.expect_response(lambda response: response.request.method == "POST"):
                page.locator(place.first).click()
            page.wait_for_function("() => !document.querySelector('.htmx-request')")
        for control in place.controls:
            for kind in kinds if control.how != "type" else kinds[-1:]:
                weather.failure = FAILURES[kind]
                patience = 100 if FAILURES[kind].body == "hangs" else 5000
                said = page.evaluate(_PRESS, [control.selector, control.how, control.at, patience])
                if not (isinstance(said, list) and FAILURES[kind].said in said[0]):
                    troubles[f"{control.template} {control.selector} {kind}"] = said
    assert not troubles, "\n".join(f"{name}: {trouble}" for name, trouble in troubles.items())


def test_rows_that_were_dragged_go_back_when_that_is_not_saved(house: House, page: Page):
    """HX-11."""
    weather = Weather(page)
    house.open(page, "A.owner", OFFICE, "/office/{app}/menus/")
    rows = page.locator(".dishes > [data-item]")
    before = rows.evaluate_all("all => all.map((one) => one.dataset.item)")
    weather.failure = FAILURES["409 of ours"]
    drag(page, rows.nth(2).locator("[data-grip]"), rows.nth(0))
    expect(page.locator("#alerts")).to_contain_text("Words of the server.")
    assert rows.evaluate_all("all => all.map((one) => one.dataset.item)") == before

    weather.failure = None
    with page.expect_response(lambda response: response.request.method == "POST"):
        drag(page, rows.nth(2).locator("[data-grip]"), rows.nth(0))
    expect(rows.nth(0)).to_have_attribute("data-item", before[2])
    expect(page.locator("#alerts")).to_be_empty()
    page.reload()
    assert rows.evaluate_all("all => all.map((one) => one.dataset.item)") == [before[2], before[0], before[1]]


def drag(page: Page, grip: Locator, onto: Locator) -> None:
    grip.scroll_into_view_if_needed()
    start, end = grip.bounding_box(), onto.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 3, start["y"] + 3)
    page.mouse.down()
    page.mouse.move(start["x"] + 3, end["y"] + 2, steps=4)
    page.mouse.up()


def test_what_was_typed_and_not_saved_is_saved_with_enter_and_then_nothing_is_marked(house: House, page: Page):
    """HX-11."""
    weather = Weather(page)
    house.open(page, "A.owner", OFFICE, "/office/{app}/menus/")
    price, alerts = page.locator("[name=price]").first, page.locator("#alerts")
    weather.failure, asked = FAILURES["offline"], []
    page.on("request", lambda request: asked.append(request) if request.method == "POST" else None)
    price.fill("8,88")
    price.press("Enter")
    expect(alerts).to_contain_text("tecle Enter")
    expect(price).to_have_attribute("aria-invalid", "true")
    expect(price).to_be_focused()
    assert len(asked) == 1, "the key is a change and a submit, and asks once"
    weather.failure = None
    price.press("Enter")
    expect(alerts).to_be_empty()
    expect(page.locator("[name=price]").first).not_to_have_attribute("aria-invalid", "true")
    page.reload()
    expect(page.locator("[name=price]").first).to_have_value("8,88")


@pytest.mark.parametrize("kind", ["500, a page", "offline", "403 of ours"])
def test_what_the_page_asks_by_itself_fails_in_silence_and_asks_on(house: House, page: Page, kind: str):
    """HX-11: one of the seven, asked for more often."""
    weather, asked = Weather(page), []
    page.on("request", lambda request: asked.append(request.url) if "/news/" in request.url else None)
    page.route("**/settings/", hurried)
    weather.failure = FAILURES[kind]
    house.open(page, "A.owner", PLATFORM, "/agency/clients/{client_id}/settings/")
    assert 0 < page.evaluate("htmx.config.timeout") <= 60_000, "nobody waits for ever"
    for _ in range(100):
        if len(asked) > 3:
            break
        page.wait_for_timeout(50)
    assert len(asked) > 3, "it asks on, though it failed"
    expect(page.locator("#alerts")).to_be_empty()
    expect(page.locator("#settings-news")).to_be_attached()
    weather.failure = Failure(286, "", "")
    page.wait_for_timeout(500)
    before = len(asked)
    page.wait_for_timeout(300)
    assert len(asked) == before, "asked no more once it was told so"
    expect(page.locator("#settings-news")).to_be_attached()


def hurried(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('hx-trigger="every 20s"', 'hx-trigger="every 100ms"'))


def test_light_and_dark_go_back_when_that_is_not_kept(house: House, page: Page):
    """HX-11, though no htmx is in it."""
    house.open(page, "A.owner", PLATFORM, "/agency/activity/")
    page.route("**/preferences", lambda route: route.abort("internetdisconnected"))
    page.locator(".user-menu summary").click()
    page.locator("[data-appearance] button[value=dark]").click()
    expect(page.locator("#alerts")).to_contain_text("Sem conexão")
    expect(page.locator("html")).not_to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("[data-appearance] button[value=dark]")).to_have_attribute("aria-pressed", "false")


# Two people, one switch


def test_two_admins_with_old_pages_and_a_double_click_see_what_is_stored(house: House, chromium: Browser):
    """HX-09."""
    contexts = [chromium.new_context(locale="pt-BR") for _ in range(2)]
    pages = [context.new_page() for context in contexts]
    for one, name in zip(pages, ("A.owner", "A.admin"), strict=True):
        house.open(one, name, PLATFORM, "/agency/clients/{client_id}/sections/")
    hide = [one.locator("#section-help button[value=hidden]") for one in pages]
    offer = [one.locator("#section-help button[value=offered]") for one in pages]

    hide[0].click()
    expect(hide[0]).to_have_attribute("aria-pressed", "true")
    expect(offer[1]).to_have_attribute("aria-pressed", "true")  # an old page
    hide[1].click()
    expect(hide[1]).to_have_attribute("aria-pressed", "true")  # the same wish twice is that wish, no flip
    offer[1].dblclick()
    expect(offer[1]).to_have_attribute("aria-pressed", "true")
    for one in pages:
        one.reload()
        expect(one.locator("#section-help button[value=offered]")).to_have_attribute("aria-pressed", "true")
    for context in contexts:
        context.close()


def test_a_switch_pressed_ten_times_before_the_answer_is_switched_once(house: House, page: Page):
    """HX-09."""
    sent: list[str] = []
    house.open(page, "A.owner", OFFICE, "/office/{app}/services/")
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    button = page.locator("#optimizer button")
    before = button.get_attribute("aria-checked")
    wanted = "false" if before == "true" else "true"
    page.evaluate("() => { for (let n = 0; n < 10; n++) document.querySelector('#optimizer button').click(); }")
    expect(button).to_have_attribute("aria-checked", wanted)
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    assert {re.search(r"enabled=(\w+)", body)[1] for body in sent} == {"yes" if wanted == "true" else "no"}
    page.reload()
    expect(button).to_have_attribute("aria-checked", wanted)


_AT_ONCE = """async ([address, field, values]) => {
  const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
  const post = (value) => fetch(address, { method: "POST", headers, body: new URLSearchParams({ [field]: value }) });
  return Promise.all(values.map(async (value) => {
    const answer = await post(value);
    return [answer.status, /aria-checked="(true|false)"/.exec(await answer.text())?.[1]];
  }));
}"""


def test_of_ten_at_once_each_is_told_what_he_set_and_the_last_one_is_stored(house: House, page: Page):
    """HX-09."""
    house.open(page, "A.owner", PLATFORM, "/agency/staff/{membership_id}/clients/")
    form = page.locator(".switch-form").first
    address = form.get_attribute("hx-post")
    for values in (["yes"] * 10, ["no"] * 10, ["yes", "no"] * 5):
        told = page.evaluate(_AT_ONCE, [address, "assigned", values])
        assert [status for status, _ in told] == [200] * 10
        page.reload()
        stored = form.get_by_role("switch").get_attribute("aria-checked")
        assert stored in {shown for _, shown in told}
        assert len(set(values)) == 2 or {shown for _, shown in told} == {stored} == {str(values[0] == "yes").lower()}


# Back and forward


@pytest.mark.parametrize(
    ("host", "path", "press", "pushed"),
    [
        (PLATFORM, "/agency/clients/{client_id}/history/", "#history a[hx-get]:not([aria-current])", r"about="),
        (OFFICE, "/office/{app}/services/litmus_test/2026-06/", ".day-table a[hx-get]", r"day="),
    ],
)
def test_back_and_forward_show_whole_pages(house: House, page: Page, host: str, path: str, press: str, pushed: str):
    """HX-07."""
    house.open(page, "A.owner", host, path)
    begun = page.url
    page.locator(press).first.click()
    expect(page).to_have_url(re.compile(pushed))
    reached = page.url
    page.locator("main a[href]:not([hx-get])").first.evaluate("(one) => (location.href = one.href)")
    page.wait_for_url(lambda url: url not in (begun, reached))
    for go, there in (
        (page.go_back, reached),
        (page.go_back, begun),
        (page.go_forward, reached),
        (page.reload, reached),
    ):
        go()
        expect(page).to_have_url(there)
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator("nav").first).to_be_attached()
        assert page.evaluate("document.compatMode") == "CSS1Compat", "a whole page with its doctype"


# A session that ended meanwhile


def end_session(page: Page) -> None:
    page.context.clear_cookies()


def test_a_press_after_the_session_ended_leads_to_sign_in_and_back_here(house: House, page: Page):
    """HX-05: nothing was typed, so nothing is lost."""
    house.open(page, "A.owner", PLATFORM, "/agency/clients/{client_id}/sections/")
    here = urlsplit(page.url).path
    end_session(page)
    page.locator("#section-help button[value=hidden]").click()
    page.wait_for_url(re.compile(r"/sign-in\?next="))
    expect(page.locator("h1")).to_be_visible()
    assert parse_qs(urlsplit(page.url).query)["next"] == [here]
    expect(page.locator("main main, #section-help")).to_have_count(0)


def come_back(house: House, page: Page, name: str) -> None:
    """Somebody signed in in another tab, and this one is looked at again."""
    new = house.sign_in_anew(name, OFFICE)
    page.context.add_cookies([{"name": new[0], "value": new[1], "url": f"http://{OFFICE}:{house.port}"}])
    page.evaluate("window.dispatchEvent(new Event('focus'))")


def test_what_was_typed_stays_when_the_session_ended_and_the_page_goes_on_after_signing_in(house: House, page: Page):
    """HX-05."""
    house.open(page, "A.owner", OFFICE, "/office/{app}/team/new")
    here = page.url
    page.get_by_label("E-mail", exact=True).fill("rita@cantina.example")
    end_session(page)
    box = page.locator("#box-menus")
    before = box.is_checked()
    box.click()
    expect(page.locator("#alerts")).to_contain_text("Sua sessão terminou")
    expect(page.locator("#alerts a")).to_have_attribute("href", "/sign-in")
    assert page.url == here
    expect(page.get_by_label("E-mail", exact=True)).to_have_value("rita@cantina.example")
    assert box.is_checked() == before
    expect(page.locator("input[type=password]")).to_have_count(0)

    come_back(house, page, "A.owner")
    expect(page.locator("#alerts")).to_be_empty()
    with page.expect_response(lambda response: response.url.endswith("/boxes")) as answer:
        box.click()
    assert answer.value.status == 200
    expect(page.get_by_label("E-mail", exact=True)).to_have_value("rita@cantina.example")
    assert box.is_checked() != before


def test_signed_in_as_somebody_else_of_the_same_name_the_page_begins_anew(house: House, page: Page):
    """HX-05: a name is chosen freely, and what one person typed is not sent by another."""
    given = {row.id: row.name for row in Person.select().where(Person.house == accounts.PLATFORM)}
    Person.update(name="Lia").where(Person.id.in_(list(given))).execute()
    house.open(page, "A.owner", OFFICE, "/office/{app}/team/new")
    page.get_by_label("E-mail", exact=True).fill("rita@cantina.example")
    label = page.locator("details.user-menu summary").first.get_attribute("aria-label")
    end_session(page)
    page.locator("#box-menus").click()
    expect(page.locator("#alerts")).to_contain_text("Sua sessão terminou")
    with page.expect_navigation():
        come_back(house, page, "A.admin")
    expect(page.get_by_label("E-mail", exact=True)).to_have_value("")
    assert page.locator("details.user-menu summary").first.get_attribute("aria-label") == label
    for key, name in given.items():
        Person.update(name=name).where(Person.id == key).execute()
