"""A link opens what it was made for, at its own host and in its time: IN-02, IN-04, AU-05, AU-06, AU-07, AU-14."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.domain import accounts, federation, invitations, sign_in, staffing
from portal.domain.accounts import Person, Role, SignIn
from portal.web import previews
from tests.browser import Browser
from tests.factories import PASSWORD, make_agency, make_app, make_client, make_contributor, make_member, make_staff

NEW = "quatro gatos no telhado 7"
PLATFORM, AURORA, OTHER = "localhost", "aurora.localhost", "northwind.localhost"
PATHS = {
    "invitation": "/setup/{}",
    "place": "/setup/{}",
    "reset": "/reset/{}",
    "address": "/account/address/{}",
    "way in": "/enter/{}",
    "preview": "/preview/{}/sign-in",
}
HOSTS = {"place": PLATFORM}
SENT = {"name": "Somebody", "password": NEW}


@dataclass
class Links:
    """A living token of each kind, all of one agency, and the people behind them."""

    tokens: dict[str, str]
    carla: Any
    ana: Any


@pytest.fixture
def links(database):
    agency = make_agency("aurora", "Aurora")
    make_agency("northwind", "Northwind")
    ana = make_staff(Role.OWNER, agency)
    carla = make_contributor(make_app(make_client(agency, "Cantina")), ["menus"], email="carla@cantina.example")
    boss, now = make_member(ana, carla.app), clock.now()
    row = invitations.invite(boss, "novo@cantina.example", ["menus"], origin="", now=now)
    place = staffing.invite(ana, "later@aurora.example", staffing.Place("billing"), origin="", now=now)
    mailed: dict[str, str] = {}
    house = carla.person.house
    sign_in.send_reset(house, carla.person.email, link_to=_keep(mailed, "reset"), may=lambda _: True, now=now)
    sign_in.send_address(house, carla.person.email, "n@cantina.example", link_to=_keep(mailed, "address"), now=now)
    tokens = {
        "invitation": invitations.resend(row, by=boss, origin="", now=now).rpartition("/")[2],
        "place": staffing.resend(place, by=ana, origin="", now=now).rpartition("/")[2],
        "way in": accounts.begin_hand_over(ana, carla.app, now=now),
        "preview": previews.issue,
        **mailed,
    }
    return Links(tokens, carla, ana)


def _keep(mailed, kind):
    def link_to(_person, token):
        mailed[kind] = token
        return f"http://aurora.localhost:8000/x/{token}"

    return link_to


@pytest.fixture
def at(app, settings, links):
    if callable(links.tokens["preview"]):
        with app.test_request_context():
            links.tokens["preview"] = previews.issue(links.carla.app.agency, 0, now=clock.now())
    return lambda host: Browser(app, settings, host)


def opens(browser, path):
    """Whether it shows or does anything. The page of a way in shows its button to everybody: what it does counts."""
    looked = 404 if path.startswith("/enter/") else browser.get(path).status
    browser.get("/sign-in")
    return not {looked, browser.post(path, SENT).status} <= {404, 405}


def test_a_token_of_one_kind_is_none_of_any_other_kind_nor_elsewhere(links, at):
    for kind, token in links.tokens.items():
        for path in {*PATHS.values()}:
            for host in (PLATFORM, AURORA, OTHER):
                if (path, host) != (PATHS[kind], HOSTS.get(kind, AURORA)):
                    assert not opens(at(host), path.format(token)), f"{kind} opens {path} at {host}"
    assert SignIn.select().count() == 0
    assert accounts.matches(Person.get_by_id(links.carla.person.id).password_hash, PASSWORD)
    for kind in ("invitation", "place", "reset", "address", "preview"):
        path = PATHS[kind].format(links.tokens[kind])
        assert at(HOSTS.get(kind, AURORA)).get(path).status == 200, f"{kind}: still good where it belongs"


def test_a_token_with_one_sign_changed_cut_or_longer_is_as_dead_as_one_that_never_was(links, at):
    for kind, token in links.tokens.items():
        browser = at(HOSTS.get(kind, AURORA))
        never = _plain(browser, PATHS[kind].format("x" * len(token)), "x" * len(token))
        flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
        other_case = token.swapcase()
        for wrong in (flipped, other_case, token[:-1], token + "A", token[:10]):
            path = PATHS[kind].format(wrong)
            assert not opens(browser, path), f"{kind}: {wrong}"
            assert _plain(browser, path, wrong) == never, f"{kind}: {wrong}"


def _plain(browser, path, token):
    """The answer without what is told of the request itself."""
    page = browser.get(path)
    return page.status, page.body.decode().replace(token, "…").replace(browser.token(), "…")


@pytest.mark.parametrize(("seconds", "works"), [(-1, True), (1, False)])
def test_a_reset_link_works_for_an_hour(links, at, monkeypatch, seconds, works):
    path = PATHS["reset"].format(links.tokens["reset"])
    aurora, over = at(AURORA), clock.now() + timedelta(hours=1, seconds=seconds)
    aurora.get("/forgotten")
    monkeypatch.setattr(clock, "now", lambda: over)
    assert aurora.get(path).status == (200 if works else 404)
    assert aurora.post(path, {"password": NEW}).status == (303 if works else 404)
    assert accounts.matches(Person.get_by_id(links.carla.person.id).password_hash, NEW if works else PASSWORD)


def test_a_reset_ends_all_that_was_open_and_gets_nobody_past_what_he_must_pass(links, at, browse, monkeypatch):
    """AU-06, AU-07: every session, half a sign-in and other link is over; the second factor is still asked for."""
    here, there, aurora = browse(links.carla), browse(links.carla), at(AURORA)
    aurora.get(PATHS["reset"].format(links.tokens["reset"])).form("#reset").submit(password=NEW)
    assert [one.get("/account/").status for one in (here, there)] == [302, 302]
    for kind in ("reset", "address"):
        assert not opens(aurora, PATHS[kind].format(links.tokens[kind])), kind
    monkeypatch.setattr(sign_in.entering, "has_factor", lambda _person: True)
    page = aurora.get("/sign-in").form("account.sign_in.submit").submit(email=links.carla.person.email, password=NEW)
    assert page.location == "/sign-in/second-step"
    assert aurora.get("/account/").status == 302


@pytest.mark.parametrize("barred", ["disabled", "by the provider alone"])
def test_no_link_lets_in_who_is_kept_out(links, at, monkeypatch, barred):
    if barred == "disabled":
        Person.update(disabled_at=clock.now()).execute()
    else:
        monkeypatch.setattr(federation, "may_use_password", lambda _person: False)
    aurora = at(AURORA)
    page = PATHS["reset"].format(links.tokens["reset"])
    assert aurora.get("/forgotten").status == 200
    assert aurora.post(page, {"password": NEW}).status == 404
    way_in = PATHS["way in"].format(links.tokens["way in"])
    if barred == "disabled":
        assert aurora.post(way_in).status == 404
        address = PATHS["address"].format(links.tokens["address"])
        assert aurora.post(address).status == 404
    form = aurora.get("/sign-in").form("account.sign_in.submit")
    assert form.submit(email=links.carla.person.email, password=PASSWORD).status == 422
    assert accounts.matches(Person.get_by_id(links.carla.person.id).password_hash, PASSWORD)
    assert SignIn.select().count() == 0
