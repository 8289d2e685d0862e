"""Endpoints at the dashboard: made, tested, paused, their log read and replayed."""

from __future__ import annotations

import re

import pytest

from portal.domain import webhooks
from portal.domain.accounts import Role
from portal.domain.webhooks import Answer, Outcome, State
from portal.gateways import egress
from portal.gateways.signing import Seal
from tests.factories import NOW, TESTER, make_staff

INDEX, NEW, SHOW = "agency.webhooks.index", "agency.webhooks.new", "agency.webhooks.show"
DELIVERY, REPLAY = "agency.deliveries.show", "agency.deliveries.replay"
URL = "https://hooks.aurora.example/portal"


@pytest.fixture(autouse=True)
def _public(monkeypatch):
    """Names are found, at a public address."""
    monkeypatch.setattr(egress, "resolve", lambda host, port: ["8.8.8.8"])


class Nowhere:
    def webhook_of(self, endpoint):
        return "http://x/"


@pytest.fixture
def endpoint(house, settings):
    found, _ = webhooks.add_endpoint(
        house.agency,
        url=URL,
        description="Contabilidade",
        events=list(webhooks.EVENTS),
        seal=Seal(settings).close,
        by=house.ana.actor,
        now=NOW,
    )
    return found


@pytest.fixture
def delivery(endpoint):
    """One that was refused once."""
    webhooks.post(endpoint.agency_id, "limit.reached", {"client": "cantina-da-praca"}, key="1", now=NOW)
    (parcel,) = webhooks.take(NOW, 1)
    answer = Answer(Outcome.STATUS, 87, 500, '<script>alert("x")</script> no')
    webhooks.note(parcel, answer, origins=Nowhere(), now=NOW)
    return webhooks.deliveries_of(endpoint, most=1)[0]


def end(delivery):
    """As if it had been given up."""
    webhooks.Delivery.update(state="failed", next_at=None, ended_at=NOW).where(
        webhooks.Delivery.id == delivery.id
    ).execute()


def test_before_the_first_it_teaches_what_an_endpoint_is(browse, house):
    page = browse(house.ana).get(INDEX)
    assert page.has("Nenhum endpoint ainda", "Como o seu lado confere uma assinatura", "openssl dgst -sha256")


def test_an_endpoint_is_made_and_its_secret_shown_once(browse, house, settings):
    ana = browse(house.ana)
    page = ana.get(NEW).form().submit(url=URL, description="Contabilidade", events=["limit.reached"])
    assert page.status == 200
    (secret,) = page.select("//input[@id='signing-secret']/@value")
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    (made,) = webhooks.endpoints_of(house.agency)
    assert (made.url, made.description, made.events) == (URL, "Contabilidade", ["limit.reached"])
    assert Seal(settings).open(made.secret) == secret
    for address in (
        ana.url(INDEX),
        ana.url(SHOW, endpoint_id=made.id),
        ana.url("agency.webhooks.edit", endpoint_id=made.id),
    ):
        assert secret not in ana.get(address).html
    assert ana.get(INDEX).has("Contabilidade", URL, "limit.reached", "Ativo")


@pytest.mark.parametrize("description", ["Caixa \u202egnp.exe", "Caixa\x1b[31m"])
def test_a_description_in_which_something_hides_is_refused(browse, house, description):
    page = browse(house.ana).get(NEW).form().submit(url=URL, description=description)
    assert page.status == 422 and page.by_id("f-description-error").text_content()
    assert webhooks.endpoints_of(house.agency) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "Informe um endereço completo"),
        ("http://127.0.0.1/", "não está na internet pública"),
        ("https://localhost/", "não está na internet pública"),
        ("https://user:pass@hooks.example.com/", "Deixe de fora nome e senha"),
        ("ftp://hooks.example.com/", "deve começar com https"),
        ("https://hooks.example.com:22/", "80, 443, 8080, 8443"),
        ("https://hooks.example.com/" + "x" * 1000, "Informe um endereço completo"),
    ],
)
def test_an_address_that_nothing_is_sent_to_is_refused_at_its_field(browse, house, url, said):
    page = browse(house.ana).get(NEW).form().submit(url=url, description="Contabilidade")
    assert page.status == 422
    assert said in page.by_id("f-url-error").text_content()
    assert page.form().fields["description"] == ["Contabilidade"] and page.form().fields["url"] == [url]
    assert webhooks.endpoints_of(house.agency) == []


def test_a_name_of_a_private_address_is_refused_too(browse, house, monkeypatch):
    monkeypatch.setattr(egress, "resolve", lambda host, port: ["10.0.0.1"])
    assert browse(house.ana).get(NEW).form().submit(url=URL).status == 422


@pytest.mark.parametrize("events", [None, ["x"], ["limit.reached", "payment.failed"]])
def test_events_that_do_not_exist_are_refused(browse, house, events):
    data = {"url": URL, "description": ""} | ({"events": events} if events else {})
    page = browse(house.ana).post("agency.webhooks.create", data)
    assert page.status == 422 and page.by_id("f-events-error").text_content()


def test_there_is_an_end_to_how_many(browse, house, settings):
    for n in range(20):
        webhooks.add_endpoint(
            house.agency, url=f"{URL}{n}", description="", events=["limit.reached"], seal=str, by=TESTER, now=NOW
        )
    assert browse(house.ana).get(NEW).form().submit(url=URL).has("no máximo 20 endpoints")


def test_an_endpoint_is_edited(browse, house, endpoint):
    form = browse(house.ana).get("agency.webhooks.edit", endpoint_id=endpoint.id).form()
    assert form.fields["url"] == [URL]
    page = form.submit(url=URL + "/2", description="", events=["statement.issued"]).follow()
    assert page.has(URL + "/2", "statement.issued")
    refused = (
        browse(house.ana).get("agency.webhooks.edit", endpoint_id=endpoint.id).form().submit(url="http://10.0.0.1/")
    )
    assert refused.status == 422


def test_it_is_paused_and_resumed_to_the_wanted_state(browse, house, endpoint):
    ana = browse(house.ana)
    for _ in range(2):
        page = ana.post("agency.webhooks.pause", {"paused": "yes"}, endpoint_id=endpoint.id).follow()
        assert page.has("Nada é enviado a este endpoint desde")
    page = ana.post("agency.webhooks.pause", {"paused": "no"}, endpoint_id=endpoint.id).follow()
    assert page.has("Ativo")
    assert ana.post("agency.webhooks.pause", {"paused": "x"}, endpoint_id=endpoint.id).status == 422


def test_a_secret_is_rotated_and_shown_once(browse, house, endpoint, settings):
    page = browse(house.ana).post("agency.webhooks.rotate", endpoint_id=endpoint.id)
    (secret,) = page.select("//input[@id='signing-secret']/@value")
    changed = webhooks.endpoint_of(house.agency, endpoint.id)
    assert Seal(settings).open(changed.secret) == secret
    assert changed.old_secret == endpoint.secret
    assert browse(house.ana).get(SHOW, endpoint_id=endpoint.id).has("assina junto até")


def test_a_test_leads_to_its_delivery(browse, house, endpoint):
    page = browse(house.ana).get(SHOW, endpoint_id=endpoint.id).form("agency.webhooks.test", endpoint_id=endpoint.id)
    page = page.submit().follow()
    assert page.has("webhook.test", "Ainda não houve tentativa")
    assert page.select("//section[@id='attempts']/@hx-trigger") == ["every 2s"]
    webhooks.set_endpoint_paused(endpoint, paused=True, by=TESTER, now=NOW)
    assert browse(house.ana).post("agency.webhooks.test", endpoint_id=endpoint.id).status == 409


def test_a_deleted_endpoint_is_gone(browse, house, endpoint, delivery):
    ana = browse(house.ana)
    page = (
        ana.get(SHOW, endpoint_id=endpoint.id).form("agency.webhooks.delete", endpoint_id=endpoint.id).submit().follow()
    )
    assert page.has("Nenhum endpoint ainda")
    for address in (
        ana.url(SHOW, endpoint_id=endpoint.id),
        ana.url(DELIVERY, endpoint_id=endpoint.id, delivery_id=delivery.id),
    ):
        assert ana.get(address).status == 404
    assert webhooks.Endpoint.get_by_id(endpoint.id).secret == ""


def test_a_delivery_shows_what_was_answered_and_runs_nothing_of_it(browse, house, endpoint, delivery):
    page = browse(house.ana).get(DELIVERY, endpoint_id=endpoint.id, delivery_id=delivery.id)
    assert page.has(
        "500", "O endpoint respondeu com erro", '<script>alert("x")</script> no', "87 ms", delivery.message_id
    )
    assert page.has('"client": "cantina-da-praca"')
    assert page.select("//section[@id='attempts']//script") == []


def test_the_part_that_looks_again_comes_alone(browse, house, endpoint, delivery):
    page = browse(house.ana).get(DELIVERY, htmx=True, endpoint_id=endpoint.id, delivery_id=delivery.id)
    assert not page.is_whole and page.by_id("attempts") is not None


def test_one_delivery_is_sent_again(browse, house, endpoint, delivery):
    ana = browse(house.ana)
    assert ana.post(REPLAY, endpoint_id=endpoint.id, delivery_id=delivery.id).status == 409
    end(delivery)
    page = ana.get(DELIVERY, endpoint_id=endpoint.id, delivery_id=delivery.id).form(
        REPLAY, endpoint_id=endpoint.id, delivery_id=delivery.id
    )
    assert page.submit().follow().has("com o mesmo id")
    again = webhooks.delivery_of(endpoint, delivery.id)
    assert (again.state, again.message_id, again.tries) == (State.PENDING, delivery.message_id, 0)


def test_the_log_is_filtered_with_and_without_script(browse, house, endpoint, delivery):
    webhooks.send_test(endpoint, by=TESTER, now=NOW)
    end(delivery)
    ana = browse(house.ana)
    for htmx in (False, True):
        failed = ana.get(SHOW, endpoint_id=endpoint.id, state="failed", htmx=htmx)
        assert failed.has(delivery.message_id) and len(failed.select("//tbody/tr")) == 1
        tests = ana.get(SHOW, endpoint_id=endpoint.id, event="webhook.test", htmx=htmx)
        assert not tests.has(delivery.message_id) and len(tests.select("//tbody/tr")) == 1
        none = ana.get(SHOW, endpoint_id=endpoint.id, event="webhook.test", state="failed", htmx=htmx)
        assert none.has("Nada encontrado")
    odd = ana.get(SHOW, endpoint_id=endpoint.id, state="x", event="y", after="z")
    assert len(odd.select("//div[@id='deliveries']//tbody/tr")) == 2


def test_a_long_log_has_pages(browse, house, endpoint):
    for n in range(45):
        webhooks.post(endpoint.agency_id, "limit.reached", {"n": n}, key=str(n), now=NOW)
    first = browse(house.ana).get(SHOW, endpoint_id=endpoint.id)
    second = first.click("Próxima") if first.select("//a[normalize-space()='Próxima']") else None
    rows = [page.select("//div[@id='deliveries']//tbody/tr//small/text()") for page in (first, second)]
    assert [len(found) for found in rows] == [30, 15] and not set(rows[0]) & set(rows[1])


def every(endpoint, delivery):
    ids = {"endpoint_id": endpoint.id}
    both = {**ids, "delivery_id": delivery.id}
    yield from (("GET", name, ids) for name in (SHOW, "agency.webhooks.edit"))
    posts = ("save", "pause", "rotate", "test", "delete")
    yield from (("POST", f"agency.webhooks.{name}", ids) for name in posts)
    yield from (("GET", DELIVERY, both), ("POST", REPLAY, both))


def ask(browser, method, endpoint, values):
    return browser.get(endpoint, **values) if method == "GET" else browser.post(endpoint, **values)


def test_another_agency_finds_none_of_it(browse, house, endpoint, delivery):
    stranger = browse(house.stranger)
    for method, name, values in every(endpoint, delivery):
        assert ask(stranger, method, name, values).status == 404, name
    assert "Contabilidade" not in stranger.get(INDEX).text
    kept = webhooks.endpoint_of(house.agency, endpoint.id)
    assert kept.secret == endpoint.secret and kept.paused_at is None


def test_a_delivery_of_another_endpoint_is_not_there(browse, house, endpoint, delivery, settings):
    other, _ = webhooks.add_endpoint(
        house.stranger.agency, url=URL, description="", events=["limit.reached"], seal=str, by=TESTER, now=NOW
    )
    stranger = browse(house.stranger)
    assert stranger.get(DELIVERY, endpoint_id=other.id, delivery_id=delivery.id).status == 404
    assert stranger.post(REPLAY, endpoint_id=other.id, delivery_id=delivery.id).status == 404


def test_managers_and_billing_may_not(browse, house, endpoint, delivery):
    for who in (house.bruno, house.bia):
        browser = browse(who)
        for method, name, values in [("GET", INDEX, {}), ("GET", NEW, {}), ("POST", "agency.webhooks.create", {}),
                                     *every(endpoint, delivery)]:  # fmt: skip
            assert ask(browser, method, name, values).status == 403, name
        assert not browser.get("agency.overview.index").has_link(INDEX)


def test_an_administrator_may(browse, house, endpoint):
    browser = browse(make_staff(Role.ADMIN, house.agency))
    assert browser.get(SHOW, endpoint_id=endpoint.id).status == 200
    assert browser.get("agency.overview.index").has_link(INDEX)


def test_signed_out_leads_to_sign_in(browser, house, endpoint, delivery):
    for method, name, values in every(endpoint, delivery):
        if method == "GET":
            assert "/sign-in" in browser.get(name, **values).location


def test_what_was_done_stands_in_the_trail_without_a_secret(browse, house, endpoint):
    from portal.domain import audit

    ana = browse(house.ana)
    ana.post("agency.webhooks.rotate", endpoint_id=endpoint.id)
    ana.post("agency.webhooks.test", endpoint_id=endpoint.id)
    ana.post("agency.webhooks.delete", endpoint_id=endpoint.id)
    entries = [e for e in audit.recent_of_agency(house.agency.id, 5) if e.action != "session.started"]
    assert [entry.action for entry in entries] == [
        "webhook.deleted", "webhook.tested", "webhook.secret_rotated", "webhook.added",
    ]  # fmt: skip
    assert all(entry.actor_name == "Ana Prado" and "whsec" not in str(entry.details) for entry in entries)
