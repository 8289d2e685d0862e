"""The details of a client: its name, where to write, and in which language."""

from __future__ import annotations

import pytest

from portal.domain import accounts, audit, tenants
from tests.factories import make_client

SHOW, SAVE = "agency.details.show", "agency.details.save"


def form_of(browser, client):
    return browser.get(SHOW, client_id=client.id).form("#client-details")


def held(house):
    return accounts.client_of(house.ana, house.cantina.id)


def test_a_client_gets_another_name_and_address(browse, house):
    ana = browse(house.ana)
    form = form_of(ana, house.cantina)
    assert form.value("email") == "contas@cantina.example"
    answer = form.submit(
        name="  Cantina da   Praça Ltda. ",
        email=" Novo@Cantina.Example",
        address="Rua A, 1\r\n\r\n São Paulo ",
        language="en",
    )
    assert answer.status == 303
    assert answer.follow().has("Cantina da Praça Ltda.", "novo@cantina.example", "Rua A, 1", "English")
    client = held(house)
    assert (client.name, client.email, client.language) == ("Cantina da Praça Ltda.", "novo@cantina.example", "en")
    assert client.address == "Rua A, 1\nSão Paulo"
    assert tenants.apps_of_client(client)[0].name == "Cantina da Praça", "apps keep their names"
    assert ana.get("agency.clients.index", q="ltda").has("Cantina da Praça Ltda."), "it is found by the new name"
    entry = audit.recent_of_agency(house.agency.id, 1)[0]
    assert (entry.action, entry.actor_name) == ("client.changed", "Ana Prado")
    assert entry.details["changes"]["name"] == ["Cantina da Praça", "Cantina da Praça Ltda."]


def test_saving_the_same_says_so_and_writes_nothing_down(browse, house):
    assert form_of(browse(house.ana), house.cantina).submit().follow().has("Nada mudou.")
    assert all(entry.action != "client.changed" for entry in audit.recent_of_agency(house.agency.id))


def test_an_email_may_be_taken_away(browse, house):
    form_of(browse(house.ana), house.cantina).submit(email="")
    assert held(house).email == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 121),
        ("name", "turned \u202e round"),
        ("email", "no address"),
        ("email", "a@b@c.example"),
        ("address", "x" * 501),
        ("address", "bell \x07"),
        ("language", "tlh"),
        ("language", ""),
    ],
)
def test_a_bad_field_changes_nothing_and_keeps_what_was_typed(browse, house, field, value):
    page = form_of(browse(house.ana), house.cantina).submit(**{"name": "Other", field: value})
    assert page.status == 422
    assert page.select(f"//*[@id='f-{field}' and @aria-invalid='true']")
    if field != "name":
        assert page.form("#client-details").value("name") == "Other"
    assert held(house).name == "Cantina da Praça"


def test_currency_and_address_of_the_app_are_no_fields(browse, house):
    form = form_of(browse(house.ana), house.cantina)
    assert form.submit(currency="EUR", slug="other").status == 303
    client = held(house)
    assert (client.currency, client.slug) == ("BRL", "cantina-da-praca")


def test_a_manager_edits_his_clients_and_billing_none(browse, house):
    assert form_of(browse(house.bruno), house.clinica).submit(name="Clínica").status == 303
    assert browse(house.bia).get(SHOW, client_id=house.cantina.id).status == 403
    assert browse(house.bia).post(SAVE, {"name": "X"}, client_id=house.cantina.id).status == 403
    assert not browse(house.bia).get("agency.clients.show", client_id=house.cantina.id).has("Editar os dados")


@pytest.mark.parametrize("who", ["stranger", "bruno"])
def test_foreign_and_unassigned_clients_are_not_there(browse, house, who):
    browser, here = browse(getattr(house, who)), {"client_id": house.cantina.id}
    assert browser.get(SHOW, **here).status == 404
    assert browser.post(SAVE, {"name": "Mine"}, **here).status == 404
    assert held(house).name == "Cantina da Praça"


def test_signed_out_leads_to_sign_in(browser, house):
    assert "/sign-in" in browser.get(SHOW, client_id=house.cantina.id).location


def test_names_and_addresses_are_shown_and_never_run(browse, house):
    client = make_client(house.agency, "<b>Bold</b>", address="<script>alert(1)</script>")
    page = browse(house.ana).get("agency.clients.show", client_id=client.id)
    assert not page.select("//main//script | //main//dd//b")
