"""Signing in and out, on both hosts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.db import database as handle
from portal.domain import accounts, tenants
from portal.domain.accounts import SignIn
from tests.browser import Browser
from tests.factories import PASSWORD, TESTER, make_agency, make_app, make_client, make_contributor, make_staff


@pytest.fixture
def agency(database):
    return make_agency("aurora", "Aurora")


@pytest.fixture
def carla(agency):
    return make_contributor(make_app(make_client(agency, "Cantina")), ["menus"], email="carla@cantina.example")


@pytest.fixture
def aurora(app, settings, agency):
    return Browser(app, settings, "aurora.localhost")


def enter(browser, email="carla@cantina.example", password=PASSWORD):
    return browser.get("account.sign_in.show").form("account.sign_in.submit").submit(email=email, password=password)


def thief(browser, cookie):
    """Another browser with a copy of this one's cookie."""
    other = Browser(browser.app, browser.settings, browser.host)
    other.client.set_cookie("session", cookie, domain=browser.host, origin_only=True)
    return other


def again(browser):
    """Another browser at the same host."""
    return Browser(browser.app, browser.settings, browser.host)


def test_a_contributor_lands_in_his_only_section(aurora, carla):
    page = enter(aurora)
    assert page.status == 303
    assert page.location == "/office/cantina/menus/"


def test_an_address_with_spaces_and_capitals_is_the_same(aurora, carla):
    assert enter(aurora, email="  Carla@CANTINA.example ").status == 303


def test_staff_land_on_the_dashboard(browser, agency):
    make_staff(agency=agency, email="ana@aurora.example")
    assert enter(browser, "ana@aurora.example").location == "/agency/"


def test_who_has_several_apps_chooses(aurora, agency, carla):
    make_contributor(make_app(make_client(agency, "Segunda")), ["menus"], email=carla.person.email)
    page = enter(aurora).follow()
    assert page.path.endswith("/account/apps")
    assert page.has("Cantina", "Segunda")
    assert {"/office/cantina/menus/", "/office/segunda/menus/"} <= set(page.select("//main//a/@href"))


def test_the_operator_finds_his_account_and_where_to_go_on(browser, database):
    accounts.add_operator("ops@ribalta.test", name="Ops", password=PASSWORD, now=clock.now())
    page = enter(browser, "ops@ribalta.test").follow()
    assert page.status == 200
    assert page.has("bin/portal")


def test_a_person_of_the_other_house_is_unknown_here(browser, aurora, agency, carla):
    make_staff(agency=agency, email="ana@aurora.example")
    assert enter(browser).status == 422
    assert enter(aurora, "ana@aurora.example").status == 422


def test_unknown_known_and_disabled_get_the_same_answer(app, settings, agency, carla):
    disabled = make_contributor(carla.app, email="fora@cantina.example")
    disabled.person.disabled_at = clock.now()
    disabled.person.save()
    answers = []
    for email in ("carla@cantina.example", "nobody@cantina.example", "fora@cantina.example", "nonsense"):
        browser = Browser(app, settings, "aurora.localhost")
        page = enter(browser, email, "wrong password")
        secrets = (email, browser.tokens["aurora.localhost"])
        text = page.html
        for secret in secrets:
            text = text.replace(secret, "…")
        headers = {name: value for name, value in page.headers.items() if name not in _OWN}
        answers.append((page.status, headers, text))
    assert answers[0][0] == 422
    assert all(answer == answers[0] for answer in answers)


def test_a_disabled_person_does_not_get_in_with_the_right_password(aurora, carla):
    carla.person.disabled_at = clock.now()
    carla.person.save()
    assert enter(aurora).status == 422


def test_what_was_typed_stays_but_for_the_password(aurora, carla):
    page = enter(aurora, password="wrong password")
    form = page.form("account.sign_in.submit")
    assert form.fields["email"] == ["carla@cantina.example"]
    assert form.fields["password"] == [""]


def test_guessing_is_slowed_down_and_says_for_how_long(aurora, carla):
    statuses = [enter(aurora, password=f"guess {n}").status for n in range(11)]
    assert statuses == [422] * 10 + [429]
    page = enter(aurora)
    assert page.status == 429
    assert 1 <= int(page.headers["Retry-After"]) <= 900
    assert page.has("min")


def test_somebody_elses_guessing_does_not_keep_one_out(app, settings, carla):
    stranger = Browser(app, settings, "aurora.localhost")
    for n in range(11):
        enter(stranger, password=f"guess {n}")
    own = Browser(app, settings, "aurora.localhost")
    token = own.get("/sign-in").form("account.sign_in.submit").fields["csrf_token"][0]
    answer = own.client.post(
        "/sign-in",
        data={"email": "carla@cantina.example", "password": PASSWORD, "csrf_token": token},
        base_url="http://aurora.localhost:8000",
        environ_overrides={"REMOTE_ADDR": "192.0.2.7"},
    )
    assert answer.status_code == 303


@pytest.mark.parametrize("password", ["", "x" * 1000, "\x00", "é" * 300, "🎸" * 9])
def test_odd_passwords_are_wrong_and_nothing_more(aurora, carla, password):
    assert enter(aurora, password=password).status == 422


@pytest.mark.parametrize("email", ["", "\x00", "a" * 5000, "a@b@c", "ç@ç.ç", "x\r\ny@z.w"])
def test_odd_addresses_are_wrong_and_nothing_more(aurora, carla, email):
    assert enter(aurora, email=email).status == 422


def test_nothing_is_open_is_said_and_leaves_nobody_signed_in(aurora, carla):
    tenants.set_client_access(carla.app.client, allowed=False, by=TESTER, now=clock.now())
    page = enter(aurora)
    assert page.status == 403
    assert page.has("Aurora")
    assert aurora.get("account.profile.index").status == 302


def test_who_was_removed_is_told_so_after_the_right_password_alone_and_gets_nowhere(aurora, carla):
    accounts.end_contributor(carla, by=TESTER, now=clock.now())
    wrong, unknown = (enter(aurora, email=email, password="not this") for email in (carla.person.email, "x@x.example"))
    assert wrong.status == unknown.status == 422 and not wrong.has("aberto para você")
    page = enter(aurora)
    assert page.status == 403 and page.has("aberto para você")
    for path in ("/account/", "/account/security", "/account/apps", "/office/cantina/menus/"):
        assert aurora.get(path).location.startswith("/sign-in"), path


def test_signing_in_makes_a_new_session_and_a_new_token(aurora, carla):
    before = aurora.get("/sign-in")
    planted = aurora.client.get_cookie("session", domain="aurora.localhost").value
    token = before.browser.tokens["aurora.localhost"]
    enter(aurora)
    assert aurora.client.get_cookie("session", domain="aurora.localhost").value != planted
    assert aurora.request("POST", "/account/preferences", data={"csrf_token": token, "language": "en"}).status == 400
    assert thief(aurora, planted).get("/account/").status == 302


def test_a_copied_cookie_is_dead_after_sign_out(aurora, carla):
    enter(aurora)
    copied = aurora.client.get_cookie("session", domain="aurora.localhost").value
    assert thief(aurora, copied).get("/account/").status == 200
    aurora.get("/account/")
    assert aurora.post("account.sign_out.submit").location == "/sign-in"
    assert thief(aurora, copied).get("/account/").status == 302


def test_signing_out_twice_does_no_harm(aurora, carla):
    aurora.get("/sign-in")
    assert aurora.post("account.sign_out.submit").status == 303
    aurora.get("/sign-in")
    assert aurora.post("account.sign_out.submit").status == 303


def test_signing_out_needs_a_post(aurora, carla):
    assert aurora.request("GET", "/sign-out").status == 405


def test_a_session_ends_by_itself(aurora, carla, monkeypatch):
    enter(aurora)
    later = clock.now() + timedelta(hours=20, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert aurora.get("/account/").status == 302


def test_no_cookie_that_outlives_the_browser_signs_anybody_in(aurora, carla):
    """SE-07: there is no cookie that remembers a sign-in; the one that stays opens nothing."""
    set_cookies = {line.partition("=")[0]: line for line in enter(aurora).headers.getlist("Set-Cookie")}
    staying = {name for name, line in set_cookies.items() if "Max-Age" in line or "Expires" in line}
    assert staying == {"browser"} and "session" in set_cookies
    held = aurora.client.get_cookie("browser", domain="aurora.localhost").value
    other = again(aurora)
    other.client.set_cookie("browser", held, domain="aurora.localhost", origin_only=True)
    assert other.get("/account/").status == 302
    (row,) = SignIn.select()
    assert row.expires_at - row.created_at <= timedelta(days=30)
    copied = thief(aurora, aurora.client.get_cookie("session", domain="aurora.localhost").value)
    assert copied.get("/account/").status == 200
    accounts.end_session(row, now=clock.now())
    assert copied.get("/account/").status == aurora.get("/account/").status == 302


def test_a_rotated_key_keeps_sessions_until_the_old_one_is_gone(aurora, carla, monkeypatch):
    enter(aurora)
    old = aurora.app.config["SECRET_KEY"]
    monkeypatch.setitem(aurora.app.config, "SECRET_KEY", "another key of more than forty characters")
    monkeypatch.setitem(aurora.app.config, "SECRET_KEY_FALLBACKS", [old])
    assert aurora.get("/account/").status == 200
    monkeypatch.setitem(aurora.app.config, "SECRET_KEY_FALLBACKS", [])
    monkeypatch.setitem(aurora.app.config, "SECRET_KEY", "a third key that nobody has used before now")
    assert aurora.get("/account/").status == 302


def test_the_cookie_holds_nothing_about_the_person(aurora, carla):
    from zlib import decompress

    from itsdangerous import base64_decode

    enter(aurora)
    value = aurora.client.get_cookie("session", domain="aurora.localhost").value
    payload = base64_decode(value.lstrip(".").split(".")[0])
    text = (decompress(payload) if value.startswith(".") else payload).decode()
    assert not [word for word in ("carla", "cantina", str(carla.person.id), "menus") if word in text]


def test_one_query_finds_the_person_of_a_request(aurora, carla, monkeypatch):
    enter(aurora)
    seen = []
    real = handle.obj.execute_sql
    monkeypatch.setattr(handle.obj, "execute_sql", lambda sql, *a, **k: (seen.append(sql), real(sql, *a, **k))[1])
    aurora.get("/account/")
    assert len([sql for sql in seen if '"sign_in"' in sql and sql.startswith("SELECT")]) == 1


def test_language_and_light_can_be_chosen_at_the_door(aurora, carla):
    page = aurora.get("/sign-in")
    assert page.tree.get("lang") == "pt-BR"
    assert aurora.post("account.preferences.save", {"language": "en", "next": "/sign-in"}).location == "/sign-in"
    assert aurora.get("/sign-in").tree.get("lang") == "en"
    aurora.post("account.preferences.save", {"appearance": "dark"})
    assert aurora.get("/sign-in").tree.get("data-bs-theme") == "dark"
    for wrong in ({"language": "xx"}, {"appearance": "neon"}):
        assert aurora.post("account.preferences.save", wrong).status == 422


def test_the_platform_speaks_what_the_browser_asks_for(browser, database):
    for accepted, spoken in (("en-US,en;q=0.9", "en"), ("pt", "pt-BR"), ("fr", "pt-BR"), ("fr,en;q=0.1", "en")):
        assert browser.get("/sign-in", headers={"Accept-Language": accepted}).tree.get("lang") == spoken


def test_an_agency_speaks_what_the_browser_asks_for_or_its_own_language_until_somebody_chooses(app, settings, database):
    make_agency("northwind", "Northwind", language="en")
    northwind = Browser(app, settings, "northwind.localhost")
    for accepted, spoken in (
        ("pt-PT,fr;q=0.9", "pt-BR"),
        ("fr,de;q=0.5", "en"),
        ("en-GB", "en"),
        ("*", "en"),
        ("", "en"),
    ):
        assert northwind.get("/sign-in", headers={"Accept-Language": accepted}).tree.get("lang") == spoken
    northwind.post("account.preferences.save", {"language": "en"})
    assert northwind.get("/sign-in", headers={"Accept-Language": "pt"}).tree.get("lang") == "en"


_OWN = ("X-Request-Id", "Set-Cookie", "Content-Length", "Date")
