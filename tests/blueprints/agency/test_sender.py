"""The agency's mail server at the dashboard: entered, tried out, used; and what its domain says."""

from __future__ import annotations

import pytest

from portal import clock
from portal.domain import accounts, sending
from portal.gateways import egress
from tests.mailserver import MailServer

INDEX, SAVE, TEST, USE = "agency.sender.index", "agency.sender.save", "agency.sender.test", "agency.sender.use"
CHECK, REMOVE = "agency.sender.check", "agency.sender.remove"
TYPED = {
    "host": "smtp.aurora.example",
    "port": "587",
    "security": "starttls",
    "username": "apikey",
    "password": "s3cret",
    "from_address": "oi@aurora.example",
    "selector": "",
}


@pytest.fixture(autouse=True)
def _public(monkeypatch):
    """Names are found, at a public address."""
    monkeypatch.setattr(egress, "resolve", lambda host, port: ["8.8.8.8"])


@pytest.fixture
def ana(browse, house):
    return browse(house.ana)


@pytest.fixture
def postbox(certified, monkeypatch, app):
    """A mail server on loopback that the operator allows."""
    context, pem = certified
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    server = MailServer(context, password="s3cret")
    settings = app.config["SETTINGS"]
    monkeypatch.setitem(
        app.config, "SETTINGS", settings.model_copy(update={"egress_allow": f"127.0.0.1:{server.port}"})
    )
    yield server
    server.stop()


def enter(browser, **changes):
    return browser.get(INDEX).form(browser.url(SAVE)).submit(**{**TYPED, **changes})


def enter_postbox(browser, postbox, **changes):
    return enter(browser, **{"host": "127.0.0.1", "port": str(postbox.port)} | changes)


def test_the_page_says_how_letters_leave_before_anything_is_entered(ana):
    page = ana.get(INDEX)
    assert page.has("Pelo portal", "no-reply@aurora.")
    assert not page.has("Remover o servidor")


def test_a_server_is_entered_and_its_password_never_shown(ana, house):
    page = enter(ana).follow()
    assert page.has("ainda não foi testado")
    assert "s3cret" not in page.html
    assert sending.sender_of(house.agency).password.count(".") == 4, "sealed"
    assert ana.get("agency.activity.index").has("smtp.aurora.example")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("host", "", "nome de servidor"),
        ("host", "127.0.0.1", "rede privada"),
        ("host", "localhost", "rede privada"),
        ("port", "22", "587, 465, 25, 2525"),
        ("port", "many", "número inteiro"),
        ("from_address", "oi", "endereço de e-mail"),
        ("password", "", "senha"),
        ("username", "", "usuário"),
        ("selector", "a b", "seletor"),
    ],
)
def test_bad_values_are_said_at_their_field_and_what_was_typed_stays(ana, house, field, value, said):
    page = enter(ana, **{field: value})
    assert page.status == 422
    at = "password" if (field, value) == ("username", "") else field
    assert said in page.by_id(f"f-{at}-error").text_content()
    kept = page.by_id("f-from_address" if field != "from_address" else "f-host").get("value")
    assert kept == (TYPED["from_address"] if field != "from_address" else TYPED["host"])
    assert "s3cret" not in page.html
    assert sending.sender_of(house.agency) is None


def test_a_test_message_reaches_whoever_asks_and_opens_the_way_to_use_it(ana, house, postbox):
    enter_postbox(ana, postbox)
    page = ana.get(INDEX).form(ana.url(TEST)).submit()
    (letter,) = postbox.to("ana@aurora.example")
    assert letter.sender == "oi@aurora.example" and b"ibalta" not in letter.raw
    assert page.form(ana.url(USE)).submit().follow().has("Pelo seu servidor", "oi@aurora.example")
    assert sending.sender_in_use(house.agency)
    ana.get(INDEX).form(ana.url(USE)).submit()
    assert sending.sender_in_use(house.agency) is None


def test_a_failed_test_says_what_to_do_and_what_the_server_said(ana, house, postbox):
    enter_postbox(ana, postbox, password="wrong")
    page = ana.get(INDEX).form(ana.url(TEST)).submit()
    assert page.has("recusou usuário ou senha", "535")
    assert ana.post(USE, {"used": "yes"}).status == 422
    assert sending.sender_of(house.agency).proven_at is None


@pytest.mark.parametrize("route", [TEST, CHECK])
def test_who_waits_for_a_server_waits_alone_whatever_process_serves(ana, house, route):
    enter(ana)
    mine = accounts.take_place(house.agency, now=clock.now())  # as another process does
    answer = ana.post(route)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "5")
    assert answer.has("Espere alguns segundos e tente de novo")
    assert answer.select("//input[@value='smtp.aurora.example']")
    accounts.leave_place(house.agency, mine)
    assert ana.post(route).status in (200, 303)
    assert accounts.take_place(house.agency, now=clock.now()), "it was given back"


def test_the_words_of_a_server_are_text(ana, postbox, monkeypatch):
    enter_postbox(ana, postbox)

    async def said(self, server, session, envelope, address, options):
        return "553 <script>alert(1)</script>"

    monkeypatch.setattr(type(postbox), "handle_MAIL", said)
    page = ana.get(INDEX).form(ana.url(TEST)).submit()
    assert "<script>alert" not in page.html and page.has("<script>alert(1)</script>")


def test_what_the_domain_says_is_asked_and_shown(ana, app, nameserver, monkeypatch):
    nameserver.tell(
        'txt-record=aurora.example,"v=spf1 include:_spf.mail.example -all"',
        'txt-record=_dmarc.aurora.example,"v=DMARC1; p=none"',
    )
    settings = app.config["SETTINGS"].model_copy(update={"dns_servers": nameserver.place})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    enter(ana)
    page = ana.get(INDEX).form(ana.url(CHECK)).submit().follow()
    assert page.has("include:_spf.mail.example", "só relatadas", "nomes comuns")


def test_name_servers_that_are_away_are_said_so(ana, app, nameserver, monkeypatch):
    nameserver.quiet()
    settings = app.config["SETTINGS"].model_copy(update={"dns_servers": nameserver.place})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    monkeypatch.setattr("portal.blueprints.agency.sender._DNS_SECONDS", 0.0)
    enter(ana)
    assert ana.get(INDEX).form(ana.url(CHECK)).submit().follow().has("não responderam")


def test_the_server_is_removed_after_a_question(ana, house):
    enter(ana)
    page = ana.get(INDEX)
    assert page.has("Remover este servidor?")
    page.form(ana.url(REMOVE)).submit()
    assert sending.sender_of(house.agency) is None


@pytest.mark.parametrize("who", ["bruno", "bia"])
def test_only_owner_and_administrators_see_to_it(browse, house, who):
    browser = browse(getattr(house, who))
    assert browser.get(INDEX).status == 403
    assert [browser.post(name).status for name in (SAVE, TEST, USE, CHECK, REMOVE)] == [403] * 5


def test_nobody_else_sees_it(browse, browser, house):
    enter(browse(house.ana))
    assert "smtp.aurora.example" not in browse(house.stranger).get(INDEX).html
    assert browse(house.stranger).post(TEST).status == 404
    assert browser.get(INDEX).status == 302
