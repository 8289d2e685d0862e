"""From the dashboard into a back office: by a token that works once, for 30 s, at one agency."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

import pytest

from portal import clock
from portal.domain import accounts
from portal.domain.accounts import Person, Role, SignIn, StaffMembership
from portal.domain.errors import Forbidden
from portal.domain.tenants import Agency
from portal.web import handover
from tests.browser import Browser
from tests.domain.racing import at_once, errors
from tests.factories import make_agency, make_app, make_client, make_contributor, make_staff


@pytest.fixture
def cantina(database):
    return make_app(make_client(make_agency("aurora", "Aurora"), "Cantina"))


@pytest.fixture
def ana(cantina):
    return make_staff(agency=cantina.agency, name="Ana Prado")


@pytest.fixture
def door(app, ana, cantina):
    """Where the button of the dashboard leads."""
    with app.test_request_context("/", base_url="http://localhost:8000"):
        return handover.url_for_entering(ana, cantina)


@pytest.fixture
def aurora(app, settings):
    return Browser(app, settings, "aurora.localhost")


def thief(browser, cookie):
    """Another browser with a copy of this one's cookie."""
    other = Browser(browser.app, browser.settings, browser.host)
    other.client.set_cookie("session", cookie, domain=browser.host, origin_only=True)
    return other


def test_the_way_in_is_one_button_on_the_agencys_host(aurora, door):
    assert door.startswith("http://aurora.localhost:8000/enter/")
    page = aurora.get(door)
    assert page.status == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    page = page.form("#enter").submit()
    assert page.location == "/office/cantina/home/"
    page = page.follow()
    assert page.status == 200
    assert page.has("Ana Prado", "Aurora", "Cantina", "Voltar ao painel")


def test_looking_uses_nothing_up_and_the_button_works_once(aurora, door, app, settings):
    for _ in range(3):
        assert aurora.get(door).status == 200
    assert aurora.get(door).form("#enter").submit().status == 303
    other = Browser(app, settings, "aurora.localhost")
    assert other.get(door).form("#enter").submit().status == 404
    assert other.get("/office/cantina/home/").status == 302


@pytest.mark.parametrize(("seconds", "status"), [(29, 303), (31, 404)])
def test_the_way_in_closes_after_half_a_minute(aurora, door, monkeypatch, seconds, status):
    later = clock.now() + timedelta(seconds=seconds)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert aurora.get(door).form("#enter").submit().status == status


def test_the_token_of_one_agency_opens_nothing_at_another(app, settings, door, aurora):
    make_agency("northwind", "Northwind")
    elsewhere = Browser(app, settings, "northwind.localhost")
    assert elsewhere.get(urlsplit(door).path).form("#enter").submit().status == 404
    assert aurora.get(door).form("#enter").submit().status == 303


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 128])
def test_a_token_nobody_made_opens_nothing(aurora, cantina, token):
    assert aurora.get(f"/enter/{token}").form("#enter").submit().status == 404


def test_a_role_that_opens_no_back_office_gets_no_way_in(app, cantina):
    for staff in (make_staff(Role.BILLING, cantina.agency), make_staff(Role.MANAGER, cantina.agency)):
        with app.test_request_context("/", base_url="http://localhost:8000"), pytest.raises(Forbidden):
            handover.url_for_entering(staff, cantina)


def test_going_back_ends_the_session_and_leads_to_the_client_at_the_dashboard(aurora, door, cantina):
    page = aurora.get(door).form("#enter").submit().follow()
    copied = aurora.client.get_cookie("session", domain="aurora.localhost").value
    page = page.form("account.enter.leave").submit()
    assert page.location == f"http://localhost:8000/agency/clients/{cantina.client_id}/"
    assert thief(aurora, copied).get("/office/cantina/home/").status == 302


def test_nobody_else_learns_the_address_of_the_dashboard(aurora, cantina):
    aurora.get("/sign-in")
    assert aurora.post("account.enter.leave").location == "/sign-in"


def test_what_staff_do_inside_is_kept_with_both_names(aurora, door, cantina, ana):
    from portal.domain import audit

    aurora.get(door).form("#enter").submit()
    entries = audit.recent_of_app(cantina.id)
    assert entries[0].action == "session.entered"
    assert (entries[0].actor_name, entries[0].behalf) == ("Ana Prado", cantina.client.name)
    assert entries[0].client_id == cantina.client_id and entries[0].agency_id == cantina.agency_id


def test_the_session_inside_is_of_the_one_app(aurora, door, cantina):
    aurora.get(door).form("#enter").submit()
    other = make_app(make_client(cantina.agency, "Outra"))
    assert aurora.get(f"/office/{other.slug}/home/").status == 404
    assert aurora.get("/account/").status == 404


def test_a_dead_session_of_the_same_browser_is_ended(aurora, door, app, ana, cantina):
    aurora.get(door).form("#enter").submit()
    first = aurora.client.get_cookie("session", domain="aurora.localhost").value
    with app.test_request_context("/", base_url="http://localhost:8000"):
        second = handover.url_for_entering(ana, cantina)
    aurora.get(second).form("#enter").submit()
    assert thief(aurora, first).get("/office/cantina/home/").status == 302
    assert aurora.get("/office/cantina/home/").status == 200


@pytest.mark.parametrize(
    ("to", "ends"),
    [
        ("team", "team"),
        ("menus", "menus"),
        ("", "home"),
        ("//evil.example", "home"),
        ("design", "home"),
        ("other_settings", "home"),
    ],
)
def test_the_way_in_ends_at_a_section_of_the_app_and_nowhere_else(app, aurora, ana, cantina, to, ends):
    with app.test_request_context("/", base_url="http://localhost:8000"):
        way_in = handover.url_for_entering(ana, cantina, section=to)
    assert aurora.get(way_in).form("#enter").submit().location == f"/office/cantina/{ends}/"


def test_what_the_address_adds_leads_nowhere_else(aurora, door):
    page = aurora.get(door + "?to=//evil.example/").form("#enter").submit()
    assert page.location == "/office/cantina/home/"


@pytest.mark.parametrize(
    "withdraw",
    [
        lambda ana, cantina: _end(ana),
        lambda ana, cantina: StaffMembership.update(role="billing").execute(),
        lambda ana, cantina: StaffMembership.update(role="manager").execute(),
        lambda ana, cantina: Person.update(disabled_at=clock.now()).where(Person.id == ana.person.id).execute(),
        lambda ana, cantina: Agency.update(suspended_at=clock.now()).execute(),
    ],
    ids=["ended", "billing", "manager without this client", "disabled", "agency suspended"],
)
def test_what_is_withdrawn_counts_before_the_way_in_is_used_and_after(aurora, door, app, ana, cantina, withdraw):
    with app.test_request_context("/", base_url="http://localhost:8000"):
        unused = handover.url_for_entering(ana, cantina)
    assert aurora.get(door).form("#enter").submit().status == 303
    form = Browser(app, aurora.settings, "aurora.localhost").get(unused).form("#enter")
    withdraw(ana, cantina)
    assert aurora.get("/office/cantina/home/").status in (302, 404), "who is inside is out with the next click"
    assert form.submit().status in (302, 404)
    assert form.page.browser.get("/office/cantina/home/").status in (302, 404)


def test_an_end_before_today_counts_too(aurora, door, ana):
    StaffMembership.update(ends_at=clock.now() - timedelta(minutes=1)).execute()
    assert aurora.get(door).form("#enter").submit().status == 404


def test_the_way_in_of_one_person_lets_nobody_else_in_under_his_own_name(app, aurora, door, cantina, ana):
    """Whoever has the link comes in as the person for whom it was made, and the trail says so."""
    aurora.get(door).form("#enter").submit()
    assert aurora.get("/office/cantina/home/").has("Ana Prado")
    assert SignIn.get(SignIn.entered_app == cantina).person_id == ana.person.id


def test_many_presses_at_once_make_one_session(app, ana, cantina):
    token = accounts.begin_hand_over(ana, cantina, now=clock.now())
    outcomes = at_once(*[partial(accounts.take_hand_over, token, cantina.agency, now=clock.now())] * 6)
    assert len(errors(outcomes)) == 5
    assert SignIn.select().where(SignIn.entered_app == cantina).count() == 1


def test_the_button_works_for_this_page_alone(aurora, door, cantina):
    assert aurora.request("POST", door).status == 400, "no token against forgery"
    assert aurora.get("/enter/x").headers["Cache-Control"] == "no-store"
    assert SignIn.select().where(SignIn.entered_app == cantina).count() == 0
    assert aurora.get(door).form("#enter").submit().status == 303


def test_the_platforms_host_has_no_such_door_and_an_agencys_no_dashboard(browser, aurora, door, cantina):
    assert browser.get(urlsplit(door).path).status == 404
    aurora.get(door).form("#enter").submit()
    assert aurora.get("/agency/").status == 404
    assert aurora.get(f"/agency/clients/{cantina.client_id}/").status == 404


def _end(staff):
    StaffMembership.update(ended_at=clock.now()).where(StaffMembership.id == staff.membership_id).execute()


def test_whoever_else_is_signed_in_there_stays_until_he_clicks(browse, door, cantina, aurora, ana):
    carla = make_contributor(cantina, ["menus"], email="carla@cantina.example")
    browser = browse(carla)
    page = browser.get(door)
    assert page.has("carla@cantina.example")
    assert not page.select("//form[@data-send-at-once]")
    assert browser.get("/office/cantina/menus/").status == 200
    assert page.form("#enter").submit().status == 303
    assert aurora.get(door).select("//form[@data-send-at-once]"), "nobody is signed in here"
    inside = browse(ana, inside=cantina)
    assert inside.get(door).select("//form[@data-send-at-once]"), "it is himself"


def test_signed_out_everywhere_there_is_no_way_in_left(aurora, door, ana):
    accounts.end_all_sessions(ana.person, now=clock.now())
    assert aurora.get(door).form("#enter").submit().status == 404
