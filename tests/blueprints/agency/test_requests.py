"""What clients ask for, as the agency finds it: a queue with its totals, and one answer to each."""

from __future__ import annotations

import pytest

from portal.domain import requests, rights
from portal.domain.requests import State
from portal.domain.rights import Offer, SectionState
from tests.factories import NOW, TESTER, make_app, make_contributor, make_member

INDEX, DECIDE = "agency.requests.index", "agency.requests.decide"


def ask(client, name, section="menus", text=""):
    rights.lock(client, section, Offer("We do it.", 90_000, 12), by=TESTER, now=NOW)
    member = make_member(make_contributor(make_app(client), [section], name=name))
    return requests.ask(member, section, text=text, link="http://localhost/agency/requests/", now=NOW)


@pytest.fixture
def asked(house):
    """Carla of the Cantina asked for menus, Dora of the Clínica for the app's settings."""
    return ask(house.cantina, "Carla", text="Before summer"), ask(house.clinica, "Dora", "settings")


def answer(browser, row, state="done", **options):
    form = browser.get(INDEX, state="all").form(f"#answer-{row.id}")
    return form.submit(state=state, answer="Gladly", **options)


def state_of(house, row):
    return State(requests.request_of(house.ana, row.id).state)


def test_the_queue_shows_who_asked_for_what_with_the_offer_and_the_totals(browse, house, asked):
    page = browse(house.ana).get(INDEX)
    assert page.has(
        "Carla", "Cantina da Praça", "Cardápios", "Before summer", "R$\u00a0900,00, a cada 12 meses", "Dora"
    )
    totals = [" ".join(row.text_content().split()) for row in page.select("//section//tbody/tr")]
    assert totals == ["Cantina da Praça Cardápios 1 1", "Clínica Horizonte Configurações do aplicativo 1 1"]


def test_the_menu_of_the_dashboard_counts_what_waits_for_the_reader(browse, house, asked):
    def waiting(who):
        return browse(who).get("agency.overview.index").select("//nav//a[@href='/agency/requests/']/*[@class='count']")

    assert [element.text for element in waiting(house.ana)] == ["2"]
    assert [element.text for element in waiting(house.bruno)] == ["1"]
    assert waiting(house.stranger) == []


def test_a_request_is_answered_once_and_who_asked_reads_it(browse, house, asked):
    ana, row = browse(house.ana), asked[0]
    stale = ana.get(INDEX).form(f"#answer-{row.id}")
    assert answer(ana, row, open="").status == 303
    assert ana.get(INDEX, state="all").has("Atendido", "Gladly", "Ana Prado")
    assert stale.submit(state="declined").status == 409
    assert state_of(house, row) == State.DONE
    inside = browse(row_person(row)).get("office.menus.index", app=make_app(house.cantina).slug)
    assert inside.has("Atendido em 15 de junho de 2026", "Gladly", "Solicitar")


def test_what_is_fulfilled_opens_the_section_unless_that_is_not_wanted(browse, house, asked):
    locked = lambda row: rights.state_of(row.client, row.section).state == SectionState.LOCKED  # noqa: E731
    assert answer(browse(house.ana), asked[0]).status == 303 and not locked(asked[0])
    assert browse(row_person(asked[0])).get("office.menus.index", app=make_app(house.cantina).slug).has("Cardápios")
    assert answer(browse(house.ana), asked[1], "declined").status == 303 and locked(asked[1])


def row_person(row):
    from portal.domain.accounts import Contributor

    return Contributor.get(Contributor.person == row.asked_by)


def test_the_page_comes_back_with_what_still_waits(browse, house, asked):
    page = answer(browse(house.ana), asked[1], "declined")
    assert page.status == 303 and page.follow().has("O pedido de Dora foi respondido.")
    assert state_of(house, asked[1]) == State.DECLINED


def test_the_queue_narrows_to_a_state_and_a_client(browse, house, asked):
    ana = browse(house.ana)
    answer(ana, asked[0])
    assert not ana.get(INDEX).has("Before summer")
    assert ana.get(INDEX, state="done").has("Before summer") and not ana.get(INDEX, state="done").has("Dora,")
    only = ana.get(INDEX, state="all", client=house.clinica.id, htmx=True)
    assert only.has("Dora", "Somente Clínica Horizonte") and not only.has("Carla") and not only.is_whole
    assert ana.get(INDEX, state="odd", client="odd", after="odd").status == 200


def test_a_long_queue_has_pages(house):
    rights.lock(house.cantina, "menus", Offer("We do it."), by=TESTER, now=NOW)
    app = make_app(house.cantina)
    for n in range(7):
        member = make_member(make_contributor(app, ["menus"], name=f"Person {n}"))
        requests.ask(member, "menus", link="", now=NOW)
    first = requests.queue_of(house.ana, most=3)
    second = requests.queue_of(house.ana, after=first.older.id, most=3)
    third = requests.queue_of(house.ana, after=second.older.id, most=3)
    assert [len(page.rows) for page in (first, second, third)] == [3, 3, 1]
    assert first.newer is None and third.older is None
    assert requests.queue_of(house.ana, before=third.newer.id, most=3).rows == second.rows


@pytest.mark.parametrize("value", ["", "open", "gone"])
def test_a_wrong_answer_is_none(browse, house, asked, value):
    assert answer(browse(house.ana), asked[0], value).status == 422
    assert state_of(house, asked[0]) == State.OPEN


def test_what_was_typed_is_kept_where_it_is_too_long(browse, house, asked):
    form = browse(house.ana).get(INDEX).form(f"#answer-{asked[0].id}")
    page = form.submit(state="done", answer="x" * 1001)
    assert page.status == 422
    assert page.by_id(f"f-answer-{asked[0].id}").get("aria-invalid") == "true"
    assert page.form(f"#answer-{asked[0].id}").value("answer") == "x" * 1001


def test_a_manager_sees_and_answers_his_clients_alone(browse, house, asked):
    bruno = browse(house.bruno)
    page = bruno.get(INDEX)
    assert page.has("Dora") and not page.has("Carla") and not page.has("Cantina")
    assert bruno.post(DECIDE, {"state": "done"}, request_id=asked[0].id).status == 404
    assert bruno.post(DECIDE, {"state": "done"}, request_id=asked[1].id).status == 303
    assert bruno.get(INDEX, state="all", client=house.cantina.id).has("Dora"), "a client not his counts as not asked"


def test_billing_sees_and_answers_nothing(browse, house, asked):
    bia = browse(house.bia)
    assert bia.get(INDEX).has("Carla") and not bia.get(INDEX).select("//main//form")
    assert bia.post(DECIDE, {"state": "done"}, request_id=asked[0].id).status == 403
    assert state_of(house, asked[0]) == State.OPEN


def test_another_agency_learns_nothing(browse, browser, house, asked):
    stranger = browse(house.stranger)
    assert stranger.get(INDEX).has("Nada aguardando")
    assert stranger.post(DECIDE, {"state": "done"}, request_id=asked[0].id).status == 404
    assert "/sign-in" in browser.get(INDEX).location
    assert state_of(house, asked[0]) == State.OPEN


# Sold by the answer


def sold(client):
    return [(row.name, row.price, row.every_months, row.first_on.isoformat()) for row in requests.sold_to(client)]


def test_what_is_fulfilled_can_go_on_the_statements_at_the_price_that_was_offered(browse, house, asked):
    rights.lock(house.cantina, "menus", Offer("Dearer by now", 999_999, 24), by=TESTER, now=NOW)
    form = browse(house.ana).get(INDEX).form(f"#answer-{asked[0].id}")
    assert form.submit(state="done", sell="yes", name="Serviço de cardápio", first_on="2026-07-01").status == 303
    assert ("Serviço de cardápio", 90_000, 12, "2026-07-01") in sold(house.cantina)


@pytest.mark.parametrize("fields", [{"sell": None}, {"sell": "yes", "state": "declined"}])
def test_nothing_is_sold_unless_ticked_and_fulfilled(browse, house, asked, fields):
    form = browse(house.ana).get(INDEX).form(f"#answer-{asked[1].id}")
    assert form.submit(**({"state": "done"} | fields)).status == 303
    assert sold(house.clinica) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("first_on", "2026-06-14"), ("first_on", "soon"), ("first_on", "9998-06-30"), ("first_on", ""), ("name", " ")],
)
def test_a_sale_that_cant_be_is_said_at_its_field_and_answers_nothing(browse, house, asked, field, value):
    form = browse(house.ana).get(INDEX).form(f"#answer-{asked[1].id}")
    page = form.submit(state="done", sell="yes", **{field: value})
    assert page.status == 422
    assert page.by_id(f"f-{field}-{asked[1].id}").get("aria-invalid") == "true"
    assert state_of(house, asked[1]) == State.OPEN and sold(house.clinica) == []


def test_a_manager_sells_nothing(browse, house, asked):
    bruno = browse(house.bruno)
    assert not bruno.get(INDEX).select("//input[@name='sell']")
    fields = {"state": "done", "sell": "yes", "name": "x", "first_on": "2026-07-01"}
    assert bruno.post(DECIDE, fields, request_id=asked[1].id).status == 403
    assert state_of(house, asked[1]) == State.OPEN and sold(house.clinica) == []


def test_what_was_on_request_is_not_sold_by_an_answer(browse, house):
    rights.lock(house.cantina, "menus", Offer("We do it."), by=TESTER, now=NOW)
    member = make_member(make_contributor(make_app(house.cantina), ["menus"]))
    row = requests.ask(member, "menus", link="", now=NOW)
    fields = {"state": "done", "sell": "yes", "name": "x", "first_on": "2026-07-01"}
    assert browse(house.ana).post(DECIDE, fields, request_id=row.id).status == 422
    assert state_of(house, row) == State.OPEN
