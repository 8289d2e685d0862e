"""The principals of the matrix: who asks, with which cookies at which host, and whose words he may read."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Flask

from portal.config import Settings
from portal.domain.accounts import Person
from portal.domain.tenants import App
from portal.web import forgery
from tests.access.world import HOSTS, WORDS, World
from tests.browser import Browser

PLATFORM = "localhost"
OFFICE, OTHER_OFFICE = HOSTS["A"], HOSTS["B"]


@dataclass
class Principal:
    """`rank` says what he is where his session counts: `owner`, `person:full`, `inside:admin`, … by host.

    At every other host he brings the cookie of his own, which must open nothing there.
    """

    name: str
    house: str = ""
    tenants: tuple[str, ...] = ()
    """The clients whose objects are his to see."""
    words: tuple[str, ...] = ()
    rank: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    bearer: str = ""
    scopes: tuple[str, ...] = ()

    def rank_at(self, host: str) -> str:
        return self.rank.get(host, "nobody")

    def cookie_at(self, host: str) -> str:
        """His cookie of that host; where he has none, the one that he has elsewhere."""
        return self.cookies.get(host) or next(iter(self.cookies.values()), "")

    def may_read(self, host: str) -> set[str]:
        """The words that may stand in an answer to him."""
        return (
            {WORDS[name] for name in self.words}
            | ({WORDS["A"]} if host == OFFICE else set())
            | ({WORDS["B"]} if host == OTHER_OFFICE else set())
        )


_ALL_OF_A = ("A", "A-inner", "A1", "A2")
_SCOPES = {"w": ("usage:write",), "ro": ("usage:read",), "rw": ("clients:read", "clients:write")}


def principals(app: Flask, settings: Settings, world: World) -> list[Principal]:
    """Everybody who asks. What an operator does inside a client comes with his pages: here he brings his own cookie."""
    found = [Principal("nobody"), Principal("A1.inv")]
    found += [
        Principal("op", rank={PLATFORM: "op"}),
        Principal("op.inside", rank={PLATFORM: "op"}),
        Principal("A.owner", "A", ("A1", "A2"), _ALL_OF_A, {PLATFORM: "owner", OFFICE: "inside:owner"}),
        Principal("A.admin", "A", ("A1", "A2"), _ALL_OF_A, {PLATFORM: "admin", OFFICE: "inside:admin"}),
        Principal("A.staff", "A", ("A1",), ("A", "A-inner", "A1"), {PLATFORM: "manager", OFFICE: "inside:manager"}),
        Principal("A.billing", "A", ("A1", "A2"), _ALL_OF_A, {PLATFORM: "billing", OFFICE: "barred"}),
        Principal("A.ex", "A", (), ("A", "A1"), {PLATFORM: "ex", OFFICE: "barred"}),
        Principal("B.owner", "B", ("B1",), ("B", "B1"), {PLATFORM: "owner", OTHER_OFFICE: "inside:owner"}),
    ]
    found += [
        Principal(f"A1.{key}", "A", ("A1",), ("A", "A1"), {OFFICE: f"person:{key}"})
        for key in ("own", "full", "one", "none")
    ]
    found += [
        Principal("A2.own", "A", ("A2",), ("A", "A2"), {OFFICE: "person:own"}),
        Principal("B1.own", "B", ("B1",), ("B", "B1"), {OTHER_OFFICE: "person:own"}),
        Principal("multi.A1", "A", ("A1",), ("A", "A1"), {OFFICE: "person:multi"}),
        Principal("multi.B1", "B", ("B1",), ("B", "B1"), {OTHER_OFFICE: "person:full"}),
    ]
    found += [_machine(world, "A", key) for key in ("w", "ro", "rw")] + [_machine(world, "B", "w")]
    visitors = {host: _visit(Browser(app, settings, host)) for host in (PLATFORM, OFFICE, OTHER_OFFICE)}
    for one in found:
        for host in one.rank:
            browser = Browser(app, settings, host)
            person, entered = _who(world, one, host)
            browser.sign_in(person, entered_app=entered)
            one.cookies[host], one.tokens[host] = _visit(browser)
        if not one.rank:
            one.cookies = {host: cookie for host, (cookie, _) in visitors.items()}
            one.tokens = {host: token for host, (_, token) in visitors.items()}
    return found


def _machine(world: World, house: str, key: str) -> Principal:
    tenants = ("A1", "A2") if house == "A" else ("B1",)
    words = _ALL_OF_A if house == "A" else ("B", "B1")
    return Principal(f"{house}.{key}", house, tenants, words, bearer=world.houses[house].keys[key], scopes=_SCOPES[key])


def _who(world: World, one: Principal, host: str) -> tuple[Person, App | None]:
    """The person behind a principal at a host, and the app that staff have entered there."""
    if one.name.startswith("op"):
        return world.operator, None
    key = one.name.partition(".")[2]
    if one.rank[host].startswith("person:"):
        contributor = "multi" if one.name.startswith("multi") else key
        return world.tenants[one.tenants[0]].people[contributor].person, None
    staff = world.houses[one.house].staff["manager" if key == "staff" else key]
    return staff.person, None if host == PLATFORM else world.tenants[f"{one.house}1"].app


def _visit(browser: Browser) -> tuple[str, str]:
    """Cookie and token against forgery of somebody who has seen one page."""
    here = browser.settings.address_of(browser.host)
    with browser.app.test_request_context("/", base_url=here, headers=_jar(browser)):
        browser.app.preprocess_request()
        token = forgery.token()
        answer = browser.app.process_response(browser.app.response_class())
    for cookie in answer.headers.getlist("Set-Cookie"):
        name, _, rest = cookie.partition("=")
        browser.client.set_cookie(name, rest.partition(";")[0], domain=browser.host, origin_only=True)
    return _jar(browser).get("Cookie", ""), token


def _jar(browser: Browser) -> dict[str, str]:
    held = browser.client._cookies or {}
    text = "; ".join(f"{cookie.key}={cookie.value}" for cookie in held.values())
    return {"Cookie": text} if text else {}
