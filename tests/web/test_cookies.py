"""Cookies that somebody else planted, and a key that is changed while people are signed in (SE-16, SE-17)."""

from __future__ import annotations

import pytest
from pydantic import SecretStr
from werkzeug.test import EnvironBuilder, run_wsgi_app

from portal import create_app
from portal.web import forgery
from tests.browser import Browser

NEW_KEY = "another key of more than forty characters"
THIRD_KEY = "a third key that nobody has used before now"


@pytest.fixture
def two(browse, world):
    """The session cookies of two people who may both sign in at this host."""
    return session_of(browse(world.ana)), session_of(browse(world.bruno))


def session_of(browser):
    return browser.client.get_cookie("session", domain=browser.host).value


def asked(app, path, cookies, *, host="localhost:8000", method="GET", **more):
    """What comes back when the browser sends exactly this as its Cookie header."""
    environ = EnvironBuilder(path, method=method, base_url=f"http://{host}", **more).get_environ()
    environ["HTTP_COOKIE"] = cookies
    chunks, status, headers = run_wsgi_app(app.wsgi_app, environ, buffered=True)
    return int(status.split()[0]), headers, b"".join(chunks).decode()


def test_of_two_sessions_in_one_request_neither_counts(app, world, two):
    mine, planted = (f"session={value}" for value in two)
    assert asked(app, "/account/", mine)[0] == asked(app, "/account/", planted)[0] == 200, "each alone is good"
    assert asked(app, "/account/", f"{mine}; {mine}")[0] == 200, "one that came twice is one"
    for sent in (
        f"{mine}; {planted}",
        f"{planted}; {mine}",
        f"{planted}; language=en; {mine}",
        f"{mine}; session={world.ana.person.id}",
        f"session=; {mine}",
        f"session=x; {mine}; session=",
    ):
        status, headers, text = asked(app, "/account/", sent)
        assert (status, headers["Location"]) == (302, "/sign-in?next=/account/"), sent
        assert "Ana Prado" not in text and world.bruno.person.name not in text


def test_a_change_with_a_planted_session_beside_it_is_nobodys(app, browse, world, two):
    ana = browse(world.ana)
    token, cookie = ana.token(), session_of(ana)
    form = {"language": "en", "csrf_token": token}
    for sent in (f"session={two[1]}; session={cookie}", f"session={cookie}; session={two[1]}"):
        assert asked(app, "/account/preferences", sent, method="POST", data=form)[0] == 400
    assert asked(app, "/account/preferences", f"session={cookie}", method="POST", data=form)[0] == 303


@pytest.mark.parametrize(
    "sent",
    [
        "={name}={planted}",
        "=; ={name}={planted}",
        "{name}",
        "{name}; {name}; =",
        '{name}="{planted}',
        "{name} {planted}",
        " {name}\t={planted}x",
        "{Name}={planted}",
        "{name}%3D{planted}",
        "x{name}={planted}",
        "{name}=\xff\xfe\x00",
        "{name}=" + "." * 4000,
        "{name}=.eJw; =;;;==;",
        "{name}={short}.{short}.{short}",
        "browser=x; browser=y; language=en; language=xx; appearance=neon; appearance=\xff",
    ],
)
@pytest.mark.parametrize("name", ["session", "__Host-session"])
def test_no_odd_cookie_is_anybody_and_none_breaks_a_page(app, world, two, name, sent):
    cookies = sent.format(name=name, Name=name.title().swapcase(), planted=two[1], short=two[1][:6])
    for path, wanted in (("/account/", 302), ("/sign-in", 200)):
        status, _headers, text = asked(app, path, cookies)
        assert status == wanted and world.bruno.person.name not in text, (path, cookies[:60])


def test_over_https_a_cookie_without_a_name_or_prefix_is_none(settings, database, world):
    secure = settings.model_copy(update={"public_url": "https://localhost:8000"})
    https = create_app(secure)
    held = Browser(https, secure, "localhost")
    held.sign_in(world.bruno.person)
    value = held.client.get_cookie("__Host-session", domain="localhost").value
    assert asked(https, "/account/", f"__Host-session={value}")[0] == 200
    for sent in (
        f"=__Host-session={value}",
        f"session={value}",
        f"__host-session={value}",
        f"__Secure-session={value}",
    ):
        assert asked(https, "/account/", sent)[0] == 302, sent


def rotate(app, monkeypatch, key, *older):
    monkeypatch.setitem(app.config, "SECRET_KEY", key)
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", list(older))


def test_while_the_old_key_is_named_sessions_and_open_forms_live_on(app, browse, world, monkeypatch):
    ana, old = browse(world.ana), app.config["SECRET_KEY"]
    page = ana.get("/account/")
    before = f"session={session_of(ana)}"
    rotate(app, monkeypatch, NEW_KEY, old)
    assert asked(app, "/account/", before)[0] == 200
    assert page.form("account.profile.save").submit(name="Ana Prado").status == 303, "the form was open before"
    assert ana.get("/account/").has("Ana Prado")
    rotate(app, monkeypatch, NEW_KEY)
    assert asked(app, "/account/", before)[0] == 302, "what the old key signed is worth nothing without it"


def test_the_keys_are_those_of_the_settings(app, settings, two, world):
    cookie, old = f"session={two[0]}", settings.secret_key
    for older, status in (([old], 200), ([SecretStr(THIRD_KEY), old], 200), ([SecretStr(THIRD_KEY)], 302), ([], 302)):
        changed = {"secret_key": SecretStr(NEW_KEY), "secret_key_fallbacks": older}
        assert asked(create_app(settings.model_copy(update=changed)), "/account/", cookie)[0] == status


def test_what_is_new_is_signed_with_the_new_key_alone(app, browse, world, monkeypatch):
    old = app.config["SECRET_KEY"]
    rotate(app, monkeypatch, NEW_KEY, old)
    ana = browse(world.ana)
    assert ana.get("/account/").status == 200
    token = ana.token()
    rotate(app, monkeypatch, NEW_KEY)
    assert ana.post("/account/preferences", {"language": "en", "csrf_token": token}).status == 303
    rotate(app, monkeypatch, old)
    assert ana.get("/account/").status == 302


def test_a_token_of_a_key_that_was_never_ours_is_none(app, browse, world, monkeypatch):
    ana, old = browse(world.ana), app.config["SECRET_KEY"]
    rotate(app, monkeypatch, THIRD_KEY)
    with app.test_request_context("/", base_url="http://localhost:8000"):
        app.preprocess_request()
        forged = forgery.token()
    rotate(app, monkeypatch, NEW_KEY, old)
    assert ana.post("/account/preferences", {"language": "en", "csrf_token": forged}).status == 400
