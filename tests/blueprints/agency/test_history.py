"""A client's history: who changed what from what to what, filtered and paged."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from portal.domain import audit, rights, settings, tenants
from portal.domain.audit import Actor
from portal.domain.rights import Offer
from tests.factories import (
    NOW,
    TESTER,
    change_settings,
    make_agency,
    make_app,
    make_client,
    make_contributor,
    make_staff,
    wish_of,
)

INDEX = "agency.history.index"


def entries(page):
    return [" ".join(item.text_content().split()) for item in page.select("//ol[contains(@class, 'history')]/li")]


def change(house, n=0, **values):
    """One save by Ana, `n` minutes after the others."""
    at = NOW + timedelta(minutes=n)
    change_settings(house.cantina, by=house.ana.actor, now=at, **values)


def test_a_save_is_told_field_by_field_with_units_and_money(browse, house):
    change(
        house,
        1,
        licence_price=24900,
        payment_option="agency_card",
        direct_support=True,
        litmus_test={"limit": None, "price": 850, "alert_at": (50, 90)},
        shutterstock={"limit": 8, "at_limit": "ceiling", "ceiling": 20},
        email_sync={"enabled": False},
    )
    newest = entries(browse(house.ana).get(INDEX, client_id=house.cantina.id))[0]
    for said in (
        "Ana Prado mudou as configurações de Cantina da Praça",
        "Suporte Direto: desligado → depois ligado",
        "Opções de Pagamento: cartão do cliente → depois cartão da agência, a partir de julho de 2026",
        "Sincronização de e-mail: ligado → depois desligado",
        "Teste de Litmus, limite: 10 testes → depois sem limite",
        "Teste de Litmus, avisos: padrão da agência → depois 50 % e 90 %",
        "Teste de Litmus, preço: padrão da agência → depois R$ 8,50, a partir de julho de 2026",
        "Shutterstock, limite: 5 imagens → depois 8 imagens",
        "Shutterstock, teto: em branco → depois 20 imagens",
        "Preço de Licença: R$ 199,00 → depois R$ 249,00, a partir de julho de 2026",
        "15 jun. 2026, 09:01",
    ):
        assert said in newest, said
    assert newest.index("Suporte Direto") < newest.index("Sincronização") < newest.index("Preço de Licença")


def test_it_tells_on_whose_behalf_and_from_which_side(browse, house):
    change_settings(house.cantina, optimizer_managed_by="client")
    inside = Actor("staff", "Ana Prado", house.ana.person.id, behalf="Cantina da Praça")
    settings.switch_optimizer(house.cantina, enabled=True, by=inside, now=NOW + timedelta(minutes=1))
    carla = Actor("contributor", "Carla Menezes")
    settings.switch_optimizer(house.cantina, enabled=False, by=carla, now=NOW + timedelta(minutes=2))
    first, second = entries(browse(house.ana).get(INDEX, client_id=house.cantina.id))[:2]
    assert "Carla Menezes mudou" in first and "no back office" in first
    assert "em nome de Cantina da Praça" in second


def test_a_change_of_many_clients_is_told_in_the_history_of_each(browse, house):
    version = settings.current(house.cantina, now=NOW).version
    wish = wish_of(house.cantina, litmus_test={"limit": 3})
    at = NOW + timedelta(minutes=1)
    settings.save(house.cantina, wish, seen_version=version, bulk=uuid4(), by=house.ana.actor, now=at)
    newest = entries(browse(house.ana).get(INDEX, client_id=house.cantina.id))[0]
    assert "Teste de Litmus, limite: 10 testes → depois 3 testes" in newest
    assert "junto com outros clientes" in newest


def test_access_suspension_apps_and_details_are_part_of_it(browse, house):
    app, at = make_app(house.cantina), NOW
    by = house.ana.actor
    tenants.set_client_access(house.cantina, allowed=False, by=by, now=at)
    tenants.set_client_suspended(house.cantina, suspended=True, reason="Sem pagamento", by=by, now=at)
    tenants.set_app_suspended(app, suspended=True, reason="Obras", by=by, now=at)
    tenants.rename_app(app, "Cantina 2", by=by, now=at)
    tenants.change_client(
        house.cantina, name="Cantina", email="novo@cantina.example", address="Rua A\nRio", language="en", by=by, now=at
    )
    page = browse(house.ana).get(INDEX, client_id=house.cantina.id)
    assert page.has("fechou o acesso", "suspendeu Cantina da Praça", "Motivo: Sem pagamento", "Motivo: Obras")
    assert page.has("E-mail para extratos: contas@cantina.example", "novo@cantina.example", "Rua A, Rio", "English")
    assert page.has("Cantina 2")


def test_sections_hidden_or_locked_are_part_of_it(browse, house):
    offer = Offer("Peça ao seu gerente.", 15000, 12)
    rights.lock(house.cantina, "menus", offer, by=house.ana.actor, now=NOW + timedelta(minutes=1))
    for endpoint, asked in ((INDEX, {"client_id": house.cantina.id}), ("agency.activity.index", {})):
        offered, locked = entries(browse(house.ana).get(endpoint, **asked))[:2]
        assert "Peça ao seu gerente." in offered and "R$ 150,00" in offered and "→" not in offered
        assert "de Cantina da Praça de" in locked and "Bloquead" in locked
    assert entries(browse(house.ana).get(INDEX, client_id=house.cantina.id, about="access"))[:2]


@pytest.mark.parametrize(
    ("about", "there", "missing"),
    [
        ("limits", "Teste de Litmus, limite", "Preço de Licença"),
        ("prices", "Preço de Licença", "Teste de Litmus, limite"),
        ("payment", "Opções de Pagamento", "Suporte Direto"),
        ("switches", "Suporte Direto", "Opções de Pagamento"),
        ("access", "fechou o acesso", "mudou as configurações"),
        ("apps", "criou o app", "mudou as configurações"),
        ("client", "adicionou o cliente", "mudou as configurações"),
    ],
)
def test_a_filter_shows_its_fields_alone(browse, house, about, there, missing):
    tenants.set_client_access(house.cantina, allowed=False, by=TESTER, now=NOW)
    change(house, 1, licence_price=1, payment_option="agency_card", direct_support=True, litmus_test={"limit": 3})
    page = browse(house.ana).get(INDEX, client_id=house.cantina.id, about=about)
    told = " ".join(entries(page))
    assert there in told
    assert missing not in told
    assert page.select("//a[@aria-current='true']")


def test_one_field_alone(browse, house):
    for n, limit in enumerate((3, 4, 5), 1):
        change(house, n, litmus_test={"limit": limit}, shutterstock={"limit": limit})
    page = browse(house.ana).get(INDEX, client_id=house.cantina.id, field="litmus_test.limit")
    assert len(entries(page)) == 4, "the first save of the client set it, too"
    assert "Shutterstock" not in " ".join(entries(page))
    assert page.has("Só as mudanças de Teste de Litmus, limite.")


def test_pages_lead_to_and_fro_through_a_filter(browse, house):
    ana = browse(house.ana)
    for n in range(1, 51):
        change(house, n, litmus_test={"limit": n})
        tenants.set_client_access(house.cantina, allowed=n % 2 == 0, by=TESTER, now=NOW + timedelta(minutes=n))
    page, seen = ana.get(INDEX, client_id=house.cantina.id, about="limits"), []
    while True:
        seen.append(entries(page))
        if not page.select("//a[@rel='next']"):
            break
        page = ana.get(page.select("//a[@rel='next']")[0].get("href"))
    assert [len(part) for part in seen] == [20, 20, 11]
    assert len({text for part in seen for text in part}) == 51, "nothing is shown twice"
    back = ana.get(page.select("//a[@rel='prev']")[0].get("href"))
    assert entries(back) == seen[1]
    first = ana.get(back.select("//a[@rel='prev']")[0].get("href"))
    assert entries(first) == seen[0]
    assert not first.select("//a[@rel='prev']")


@pytest.mark.parametrize(
    "asked", [{"about": "x"}, {"field": "x.y"}, {"before": "x"}, {"after": "0" * 32}, {"before": "\x00"}]
)
def test_odd_questions_count_as_not_asked(browse, house, asked):
    page = browse(house.ana).get(INDEX, client_id=house.cantina.id, **asked)
    assert page.status == 200
    assert entries(page)


def test_an_entry_of_another_client_is_no_edge(browse, house):
    foreign = (
        browse(house.ana)
        .get(INDEX, client_id=house.clinica.id)
        .select("//ol[contains(@class, 'history')]/li")[0]
        .get("id")
    )
    page = browse(house.ana).get(INDEX, client_id=house.cantina.id, before=foreign.removeprefix("entry-"))
    assert not page.select("//a[@rel='prev']")
    assert "Clínica" not in " ".join(entries(page))


def test_by_htmx_the_list_alone_is_swapped(browse, house):
    part = browse(house.ana).get(INDEX, htmx=True, client_id=house.cantina.id, about="prices")
    assert not part.is_whole
    assert part.by_id("history") is not None


def test_a_filter_without_entries_says_so(browse, house):
    page = browse(house.ana).get(INDEX, client_id=house.clinica.id, about="access")
    assert page.has("Nada desse tipo", "Mostrar tudo")


def test_what_people_do_inside_is_no_history_of_the_client(browse, house):
    make_contributor(make_app(house.cantina), ["menus"], name="Carla")
    told = " ".join(entries(browse(house.ana).get(INDEX, client_id=house.cantina.id)))
    assert "Carla" not in told


def test_a_service_that_left_the_catalogue_is_told_by_its_key(browse, house):
    audit.record(
        "settings.saved",
        by=TESTER,
        now=NOW + timedelta(minutes=1),
        agency_id=house.agency.id,
        client_id=house.cantina.id,
        subject="Cantina da Praça",
        changes={"fax.limit": [1, 2], "fax.colour": ["red", "blue"], "later": [None, 3]},
    )
    newest = entries(browse(house.ana).get(INDEX, client_id=house.cantina.id))[0]
    assert "fax, limite: 1 → depois 2" in newest


@pytest.mark.parametrize("who", ["stranger", "bruno"])
def test_foreign_and_unassigned_clients_have_no_history(browse, house, who):
    assert browse(getattr(house, who)).get(INDEX, client_id=house.cantina.id).status == 404


def test_billing_reads_it_and_signed_out_leads_to_sign_in(browse, browser, house):
    assert browse(house.bia).get(INDEX, client_id=house.cantina.id).status == 200
    assert "/sign-in" in browser.get(INDEX, client_id=house.cantina.id).location


def test_text_in_it_is_shown_and_never_run(browse, house):
    client = make_client(make_agency("x-y", "XY"), "<script>alert(1)</script>")
    page = browse(make_staff(agency=client.agency)).get(INDEX, client_id=client.id)
    assert page.status == 200
    assert not page.select("//main//script")
