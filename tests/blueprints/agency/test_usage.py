"""Use by month and day: said in words, exact to the cent, cost and margin for those who may see them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal import clock
from portal.domain import metering
from portal.domain.accounts import Role
from tests.factories import NOW, change_settings, event, make_client, make_staff, record_usage

JUNE_END = datetime(2026, 6, 30, 23, tzinfo=UTC)
JULY = datetime(2026, 7, 10, 12, tzinfo=UTC)


@pytest.fixture
def manager(house):
    """Somebody who manages Cantina and sees no cost."""
    return make_staff(Role.MANAGER, house.agency, clients=[house.cantina])


def index(browse, who, client, **values):
    return browse(who).get("agency.usage.index", client_id=client.id, **values)


def show(browse, who, client, key="litmus_test", **values):
    return browse(who).get("agency.usage.show", client_id=client.id, key=key, **values)


def row_of(page, service):
    """What the table of services says in the row of this one."""
    (row,) = page.select(f"//table//tr[.//a[contains(., '{service}')]]")
    return read(row)


def read(element):
    """What a person reads of it, with plain spaces."""
    return " ".join(" ".join(element.itertext()).split())


def test_the_worked_example_is_shown_to_the_cent(browse, house):
    clock.move_to(JUNE_END)
    page = index(browse, house.ana, house.cantina)
    assert page.has("Excesso até agora R$\xa0132,50", "Seu custo com isso R$\xa078,00", "Sua margem R$\xa054,50")
    for service, words in {
        "Litmus": ("13 de 10", "3 testes acima do limite: R$\xa027,00.", "R$\xa09,00", "R$\xa015,00", "R$\xa012,00"),
        "Shutterstock": (
            "5 de 5",
            "O limite foi todo usado. A partir daqui, cada imagem custa R$\xa012,00.",
            "R$\xa00,00",
        ),
        "e-mail": ("4 de 2", "No pico, 2 caixas acima do limite: R$\xa098,00.", "R$\xa060,00", "R$\xa038,00"),
        "push": ("12.345 de 10.000", "R$\xa07,50", "2.345 mensagens, 3 blocos de 1.000", "R$\xa03,00", "R$\xa04,50"),
    }.items():
        for part in words:
            assert part.replace("\xa0", " ") in row_of(page, service), (service, part)


def test_cost_and_margin_are_for_owner_admin_and_billing(browse, house, manager):
    for who in (house.ana, house.bia, make_staff(Role.ADMIN, house.agency)):
        page = index(browse, who, house.cantina)
        assert page.has("Sua margem", "Mês a mês, os dois lados")
        assert show(browse, who, house.cantina).has("Seu custo com isso R$\xa015,00", "margem R$\xa012,00")
    for page in (index(browse, manager, house.cantina), show(browse, manager, house.cantina)):
        assert page.status == 200 and page.has("R$\xa027,00")
        for secret in ("argem", "usto com", "R$\xa015,00", "R$\xa012,00 R$", "R$\xa078,00", "R$\xa05,00"):
            assert secret not in page.text, secret


def test_both_sides_are_told_month_by_month(browse, house):
    clock.move_to(JULY)
    record_usage(house.cantina, "litmus_test", 11, at=JULY)
    page = index(browse, house.ana, house.cantina)
    (table,) = page.select("//section[@aria-labelledby='sides']//table/tbody")
    rows = [read(row) for row in table]
    assert rows == [
        # the gauge was left at 4 in June
        "Julho de 2026 até agora R$ 107,00 R$ 65,00 R$ 42,00",
        "Junho de 2026 R$ 132,50 R$ 78,00 R$ 54,50",
        "Maio de 2026 R$ 0,00 R$ 0,00 R$ 0,00",
    ]
    page = show(browse, house.ana, house.cantina)
    assert page.has("Julho de 2026 11 de 10 R$\xa09,00 R$\xa05,00 R$\xa04,00")


def test_a_service_is_drawn_by_day_with_its_table(browse, house):
    page = show(browse, house.ana, house.cantina)
    (chart,) = page.select("//figure//*[local-name()='svg']")
    assert "Teste de Litmus em junho de 2026: 13 testes, limite de 10 passado em 15 de junho." in chart.text_content()
    assert page.select("//*[local-name()='svg']/*[local-name()='line'][@class='limit']")
    assert page.select("//*[local-name()='svg']/*[local-name()='line'][@class='today']")
    assert page.has("15 de junho 13 13", "O mês 13", "14 dias sem uso não estão na lista.", "limite de 10")
    assert "ahead" in page.html, "what is still to come is hatched"


def test_a_gauge_is_drawn_as_levels_and_says_what_it_carried(browse, house):
    clock.move_to(JULY)
    page = show(browse, house.ana, house.cantina, "email_sync")
    assert page.has("O mês começou com 4 caixas do mês anterior.", "4 de 2", "agora: 4")
    assert page.has("10 dias sem mudança não estão na lista.", "Pico do mês 4")


def test_months_are_walked_within_the_life_of_the_client(browse, house):
    browser = browse(house.ana)
    page = browser.get("agency.usage.show", client_id=house.cantina.id, key="litmus_test")
    assert page.select("//a[@rel='prev']") and not page.select("//a[@rel='next']")
    page = browser.request("GET", page.select("//a[@rel='prev']/@href")[0])
    assert page.has("maio de 2026", "Nada foi usado em maio.") and not page.select("//a[@rel='prev']")
    for label in ("2026-04", "2026-07", "9999-12"):
        assert show(browse, house.ana, house.cantina, label=label).status == 404
        assert index(browse, house.ana, house.cantina, label=label).status == 404
    assert browser.get(f"/agency/clients/{house.cantina.id}/usage/litmus_test/2026-13/").status == 404


@pytest.mark.parametrize("key", ["no_such", "direct_support", "sales_optimizer"])
def test_only_metered_services_have_a_page(browse, house, key):
    assert show(browse, house.ana, house.cantina, key).status == 404


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"limit": None}, ("13, sem limite", "Não há limite", "Sem limite", "O uso nunca é cobrado nem interrompido")),
        ({"limit": 0}, ("13 testes acima do limite: R$\xa0117,00.", "0: cada unidade é cobrada")),
        ({"limit": 20, "at_limit": "stop"}, ("Sobram 7 testes. Depois, o serviço para", "O serviço para, nada mais")),
        ({"at_limit": "ceiling", "ceiling": 15}, ("Continua e é cobrado até 15 testes, depois para", "com 15 testes")),
        ({"enabled": False}, ("3 testes acima do limite: R$\xa027,00.", "com 13 testes")),
        ({"enabled": False, "limit": 20}, ("Desligado. O que foi usado antes ficou dentro do limite.",)),
    ],
)
def test_what_happens_at_the_limit_is_said(browse, house, wish, words):
    change_settings(house.cantina, litmus_test=wish)
    page = show(browse, house.ana, house.cantina)
    assert page.has(*words), page.text


def test_a_gauge_that_is_off_and_reported_nothing_costs_nothing(browse, house):
    change_settings(house.cantina, email_sync={"enabled": False})
    clock.move_to(JULY)
    page = index(browse, house.ana, house.cantina)
    assert "Desligado." in row_of(page, "e-mail") and "98,00" not in row_of(page, "e-mail")


def test_a_past_month_says_the_limit_and_the_price_it_was_judged_by(browse, house):
    clock.move_to(JULY)
    change_settings(house.cantina, now=JULY, litmus_test={"limit": 50, "price": 100})
    page = show(browse, house.ana, house.cantina, label="2026-06")
    assert page.has("O que valia em junho", "10 testes por mês", "R$\xa09,00 por teste", "R$\xa027,00")
    assert show(browse, house.ana, house.cantina).has("50 testes por mês", "definido em 10 de julho de 2026 por Test")


def test_a_day_opens_the_events_behind_it(browse, house):
    record = event(house.cantina, quantity=-2, at=NOW, id="fix", corrects="wrong")
    metering.record(house.agency, [event(house.cantina, quantity=4, at=NOW, id="wrong"), record], now=NOW)
    page = show(browse, house.ana, house.cantina, day="2026-06-15")
    assert page.has("O que aconteceu em 15 de junho", "America/Sao_Paulo", "wrong", "fix", "corrige wrong", "15 de jun")
    part = browse(house.ana).get(
        "agency.usage.show", client_id=house.cantina.id, key="litmus_test", day="2026-06-15", htmx=True
    )
    assert not part.is_whole and part.by_id("events") is not None and part.has("corrige wrong")
    assert show(browse, house.ana, house.cantina, day="2026-06-03").has("Nada foi informado para este dia.")
    for wrong in ("2026-07-01", "2026-06-20", "2026-05-31", "x", "2026-06-31"):
        assert show(browse, house.ana, house.cantina, day=wrong).status == 404
    assert show(browse, house.ana, house.cantina, day="2026-06-15", after="x").status == 404


def test_many_events_of_a_day_come_in_pages_each_once(browse, house):
    metering.record(house.agency, [event(house.clinica, at=NOW, id=f"e-{n:03}") for n in range(120)], now=NOW)
    seen, page = [], show(browse, house.ana, house.clinica, day="2026-06-15")
    while True:
        seen += [code.text_content() for code in page.select("//table//code")]
        more = page.select("//nav[@class='pager']//a[@rel='next']/@href")
        if not more:
            break
        page = page.browser.request("GET", more[0].partition("#")[0])
    assert sorted(seen) == [f"e-{n:03}" for n in range(120)]


def test_late_use_and_its_adjustment_are_noted(browse, closed):
    late = datetime(2026, 6, 30, 20, tzinfo=UTC)
    record_usage(closed.cantina, "litmus_test", 2, at=late, now=clock.now())
    page = show(browse, closed.ana, closed.cantina, label="2026-06")
    assert page.has("1 registro chegou depois do fim do mês: 2 testes.")
    assert page.has("Mais R$\xa018,00 vão para o próximo extrato como ajuste.", "15 de 10")
    assert show(browse, closed.ana, closed.cantina, label="2026-06", day="2026-06-30").has("depois do fim do mês")


def test_days_can_be_taken_along_and_are_no_formulas(browse, house):
    evil = make_client(house.agency, "=HYPERLINK(1)")
    record_usage(evil, "litmus_test", 3)
    page = browse(house.ana).get(
        "agency.usage.days", client_id=evil.id, key="litmus_test", label="2026-06", headers={"Accept": "text/csv"}
    )
    assert page.status == 200 and page.headers["Content-Type"].startswith("text/csv")
    assert (
        "attachment" in page.headers["Content-Disposition"]
        and "litmus-test-2026-06" in page.headers["Content-Disposition"]
    )
    lines = page.body.decode("utf-8-sig").splitlines()
    assert lines[0] == '"Cliente";"Serviço";"Dia";"Usado";"No mês"' and len(lines) == 16
    assert lines[-1] == """"'=HYPERLINK(1)";"Teste de Litmus";"2026-06-15";"3";"3\""""


@pytest.mark.parametrize(("name", "cell"), [("A,=1+1", "A,=1+1"), ("A;=1+1", "A;=1+1"), ("＝1", "'＝1")])
def test_a_name_is_no_formula_however_a_line_of_days_is_split(browse, house, name, cell):
    client = make_client(house.agency, name)
    record_usage(client, "litmus_test", 1)
    page = browse(house.ana).get("agency.usage.days", client_id=client.id, key="litmus_test", label="2026-06")
    assert f'"{cell}"' in page.body.decode()


def test_who_may_change_settings_gets_there_with_one_click(browse, house, manager):
    for who, leads in ((house.ana, True), (manager, True), (house.bia, False)):
        page = show(browse, who, house.cantina)
        links = page.select("//a[contains(@href, '/settings/#f-litmus_test.limit')]")
        assert bool(links) == leads
    assert index(browse, house.ana, house.cantina).has_link(
        "agency.usage.show", client_id=house.cantina.id, key="litmus_test"
    )


def test_strangers_and_managers_of_others_find_nothing(browse, browser, house):
    for who in (house.stranger, house.bruno):
        assert index(browse, who, house.cantina).status == 404
        assert show(browse, who, house.cantina).status == 404
        session = browse(who)
        assert (
            session.get("agency.usage.days", client_id=house.cantina.id, key="litmus_test", label="2026-06").status
            == 404
        )
    path = browser.url("agency.usage.index", client_id=house.cantina.id)
    assert browser.get(path).location.startswith("/sign-in")
