"""From the back office to a service outside: who may go, and what is sent along."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from portal import clock
from portal.domain import audit
from portal.domain import settings as client_settings
from tests.browser import Browser
from tests.factories import change_settings, make_contributor

PLACE = "http://127.0.0.1:9/{agency}/open/{service}"
LITMUS = "http://127.0.0.1:9/aurora/open/litmus_test"


@pytest.fixture(autouse=True)
def outside(settings):
    """Every service but Shutterstock has an address."""
    places = dict.fromkeys(("litmus_test", "email_sync", "sales_optimizer"), PLACE)
    client_settings.load_services(settings.services_file, places)
    yield
    client_settings.load_services(settings.services_file)


def go(browser: Browser, cantina, service: str = "litmus_test"):
    return browser.post("office.launches.create", app=cantina.slug, service=service)


def claims_in(page):
    token = page.select("//form[@id='launch']//input[@name='launch_token']/@value")[0]
    keys = KeySet.import_key_set(page.browser.get("/.well-known/jwks.json").json)
    return jwt.decode(token, keys, algorithms=["ES256"]).claims


def opened(cantina):
    return [row for row in audit.recent_of_app(cantina.id) if row.action == "service.opened"]


def test_the_answer_posts_a_token_to_the_service(browse, carla, client, cantina):
    page = go(browse(carla), cantina)
    assert page.status == 200
    form = page.by_id("launch")
    assert (form.get("action"), form.get("method")) == (LITMUS, "post") and "data-send-at-once" in form.attrib
    claims = claims_in(page)
    assert claims["iss"] == "http://aurora.localhost:8000" and claims["aud"] == LITMUS
    assert (claims["agency"], claims["app"], claims["service"]) == ("aurora", cantina.slug, "litmus_test")
    assert claims["client"] == {"id": str(client.id), "slug": client.slug, "name": "Cantina da Praça"}
    assert claims["roles"] == ["use"] and claims["language"] == "pt-BR" and "act" not in claims
    assert claims["exp"] - claims["iat"] == 60
    assert abs(claims["iat"] - datetime.now(UTC).timestamp()) < 30, "real time, whatever the demo's clock shows"
    assert claims["return_to"] == f"http://aurora.localhost:8000/office/{cantina.slug}/services/"


def test_nobody_is_named_and_the_same_person_is_recognised(browse, carla, cantina):
    page = go(browse(carla), cantina)
    claims = claims_in(page)
    assert str(carla.person.id) not in str(claims) and "carla" not in str(claims).lower()
    assert claims_in(go(browse(carla), cantina, "email_sync"))["sub"] == claims["sub"]
    other = make_contributor(cantina, ["services:use"])
    assert claims_in(go(browse(other), cantina))["sub"] != claims["sub"]


def buttons(page):
    actions = page.select("//form[contains(@action, '/open')]/@action")
    return {action.rsplit("/", 2)[1] for action in actions}


def test_what_is_on_and_has_an_address_has_a_button(browse, carla, client, cantina):
    change_settings(client, email_sync={"enabled": False})
    session = browse(carla)
    page = session.get("office.services.index", app=cantina.slug)
    assert buttons(page) == {"litmus_test"}
    assert page.by_id("open-shutterstock").text_content().strip().startswith("Ainda não dá para abrir daqui.")
    change_settings(client, optimizer_managed_by="client")
    switched = session.post("office.services.optimizer", {"enabled": "yes"}, htmx=True, app=cantina.slug)
    assert buttons(switched) == {"sales_optimizer"}
    assert go(session, cantina).status == 200


def test_whoever_may_not_use_services_finds_no_button_but_what_to_do(browse, cantina):
    page = browse(make_contributor(cantina, ["services"])).get("office.services.index", app=cantina.slug)
    assert not buttons(page) and page.has("falta o direito “Serviços: Usar”: peça-o a")
    assert page.text.count("peça") == 1, "said once, not at every service"


def test_staff_inside_act_for_the_client(browse, ana, carla, cantina):
    claims = claims_in(go(browse(ana, inside=cantina), cantina))
    assert claims["act"]["sub"] != claims["sub"] and "ana" not in str(claims["act"]).lower()
    assert opened(cantina)[0].behalf == "Cantina da Praça"
    assert claims["sub"] != claims_in(go(browse(carla), cantina))["sub"]


def test_the_form_may_go_to_that_one_address_alone(browse, carla, cantina):
    headers = go(browse(carla), cantina).headers
    assert f"form-action {LITMUS};" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "origin" and headers["Cache-Control"] == "no-store"
    elsewhere = browse(carla).get("office.services.index", app=cantina.slug).headers["Content-Security-Policy"]
    assert "form-action 'self';" in elsewhere


def test_nothing_names_the_vendor_and_no_session_token_goes_along(browse, carla, cantina):
    page = go(browse(carla), cantina)
    assert "ribalta" not in (page.html + str(page.headers) + str(claims_in(page))).lower()
    assert "//localhost" not in page.html
    assert not page.select("//form[@id='launch']//input[@name='csrf_token']")


def test_the_token_is_in_no_log(browse, carla, cantina, caplog):
    caplog.set_level(logging.DEBUG)
    page = go(browse(carla), cantina)
    token = page.select("//input[@name='launch_token']/@value")[0]
    text = str([record.__dict__ for record in caplog.records])
    assert token not in text and token.split(".")[1] not in text


def test_a_visit_is_written_down(browse, carla, client, cantina):
    go(browse(carla), cantina)
    (entry,) = opened(cantina)
    assert (entry.actor_name, entry.client_id, entry.details) == (
        "Carla Menezes",
        client.id,
        {"service": "litmus_test"},
    )


def test_whoever_only_sees_services_opens_none(browse, cantina):
    for boxes in (["services"], ["menus"]):
        assert go(browse(make_contributor(cantina, boxes)), cantina).status == 403
    assert not opened(cantina)


def test_strangers_and_neighbours_learn_of_nothing(browse, stranger, neighbour, cantina):
    for other in (stranger, neighbour):
        assert go(browse(other), cantina).status == 404
    assert not opened(cantina)


def test_signed_out_one_signs_in(app, settings, cantina):
    nobody = Browser(app, settings, "aurora.localhost")
    page = nobody.request("POST", nobody.url("office.launches.create", app=cantina.slug, service="litmus_test"))
    assert page.status == 302 and "/sign-in" in page.location


def test_only_a_form_of_our_own_opens_it(browse, carla, cantina):
    browser = browse(carla)
    url = browser.url("office.launches.create", app=cantina.slug, service="litmus_test")
    assert browser.request("GET", url).status == 405
    assert browser.request("POST", url).status == 400
    assert browser.post(url, headers={"Origin": "https://evil.example"}).status == 400
    assert not opened(cantina)


@pytest.mark.parametrize("service", ["shutterstock", "push_notification", "direct_support", "nothing", "Litmus"])
def test_where_there_is_no_address_there_is_no_way(browse, carla, cantina, service):
    assert go(browse(carla), cantina, service).status == 404


def test_a_service_that_is_off_is_not_opened_by_anybody(browse, ana, carla, client, cantina):
    change_settings(client, litmus_test={"enabled": False})
    for browser in (browse(carla), browse(ana, inside=cantina)):
        page = go(browser, cantina)
        assert page.status == 403 and page.has("Este serviço está desligado no momento.")
    assert not opened(cantina)
    assert go(browse(carla), cantina, "email_sync").status == 200


def test_the_sales_optimizer_opens_while_it_is_on(browse, carla, client, cantina):
    assert go(browse(carla), cantina, "sales_optimizer").status == 403
    for manager in ("agency", "client"):
        change_settings(client, optimizer_managed_by=manager, optimizer_enabled=True)
        assert go(browse(carla), cantina, "sales_optimizer").status == 200


def test_nothing_of_a_suspended_client_is_opened(browse, ana, carla, client, cantina):
    client.suspended_at = clock.now()
    client.save()
    assert go(browse(carla), cantina).status == 403
    page = go(browse(ana, inside=cantina), cantina)
    assert page.status == 403 and page.has("Esta conta está suspensa")
    assert not opened(cantina)


def test_the_keys_are_published_on_both_hosts(browser, app, settings, aurora):
    answers = [b.get("/.well-known/jwks.json") for b in (browser, Browser(app, settings, "aurora.localhost"))]
    assert answers[0].json == answers[1].json and answers[0].json["keys"]
    for page in answers:
        assert page.status == 200 and page.headers["Content-Type"] == "application/jwk-set+json"
        assert page.headers["Cache-Control"] == "public, max-age=300" and "Set-Cookie" not in page.headers
        assert '"d"' not in page.body.decode()
    assert Browser(app, settings, "evil.test").get("/.well-known/jwks.json").status == 404
