from __future__ import annotations

import pytest

from portal import clock
from portal.domain import billing, rights
from portal.gateways import documents
from tests.factories import (
    AFTER_GRACE,
    TESTER,
    brand_of,
    change_settings,
    make_app,
    make_client,
    make_contributor,
    make_example,
)


@pytest.fixture
def example(aurora):
    return make_example(aurora)


@pytest.fixture
def payer(example):
    return make_contributor(make_app(example), ["statements"])


@pytest.fixture
def statement(example):
    clock.move_to(AFTER_GRACE)
    billing.close_month(example.agency, "2026-06", brand_of=brand_of, by=TESTER, now=AFTER_GRACE)
    return next(s for s in billing.statements_of_client(example) if s.period == "2026-06")


def test_before_the_first_one_it_says_when_to_expect_it(browse, payer, example):
    page = browse(payer).get("office.statements.index", app=example.slug)
    assert page.status == 200 and page.has("Nenhum extrato ainda")


def test_the_worked_example_can_be_read_to_the_cent(browse, payer, example, statement):
    page = browse(payer).get("office.statements.index", app=example.slug)
    assert page.has("Junho de 2026", statement.number, "a pagar", "R$\xa01.923,08")
    page = page.click("Junho de 2026")
    assert page.has("Licença", "Teste de Litmus", "27,00", "98,00", "7,50", "1.500,00")
    assert page.has("R$\xa01.831,50", "ISS 5\xa0%", "R$\xa091,58", "R$\xa01.923,08", "Palco Pagamentos Ltda.")


def test_what_it_costs_the_agency_is_not_on_it(browse, payer, example, statement):
    page = browse(payer).get("office.statements.show", app=example.slug, statement_id=statement.id)
    assert not any(amount in page.text for amount in ("120,00", "15,00", "60,00", "198,00", "1.725,08"))


def test_the_pdf_is_offered_once_it_is_there(browse, app, settings, payer, example, statement):
    session = browse(payer)
    assert session.get("office.statements.pdf", app=example.slug, statement_id=statement.id).status == 404
    assert session.get("office.statements.show", app=example.slug, statement_id=statement.id).has(
        "PDF está sendo feito"
    )
    name = documents.name_of(statement)
    kept = documents.keep(settings, name, b"%PDF-1.7 a statement")
    billing.keep_pdf(statement, name=name, sha256=kept, now=AFTER_GRACE)
    page = session.get("office.statements.pdf", app=example.slug, statement_id=statement.id)
    assert page.status == 200 and page.body == b"%PDF-1.7 a statement"
    assert page.headers["Content-Type"] == "application/pdf"
    assert page.headers["Content-Disposition"] == f'attachment; filename="{statement.number}.pdf"'
    assert session.get("office.statements.show", app=example.slug, statement_id=statement.id).has("Baixar PDF")


def test_under_the_agencys_card_they_are_not_offered(browse, aurora):
    client = make_client(aurora, payment_option="agency_card")
    person = make_contributor(make_app(client), ["statements", "menus"])
    page = browse(person).get("office.home.index", app=client.slug)
    assert not page.has_link("office.statements.index", app=client.slug)
    assert browse(person).get("office.statements.index", app=client.slug).status == 403
    assert not rights.is_available(client, "statements")
    boss = make_contributor(make_app(client), ["team", "statements"])
    page = browse(boss).get("office.team.new", app=client.slug)
    assert not page.select("//input[@name='boxes'][@value='statements']")


def test_a_change_of_card_takes_them_away_from_the_next_month_on(browse, payer, example):
    change_settings(example, payment_option="agency_card")
    assert browse(payer).get("office.statements.index", app=example.slug).status == 200


def test_statements_of_others_are_not_there(browse, payer, example, statement, carla, stranger, aurora):
    for endpoint in ("office.statements.show", "office.statements.pdf"):
        assert browse(carla).get(endpoint, app=carla.app.slug, statement_id=statement.id).status == 404
        assert browse(stranger).get(endpoint, app=example.slug, statement_id=statement.id).status == 404
    reader = make_contributor(make_app(example), ["menus"])
    assert browse(reader).get("office.statements.show", app=example.slug, statement_id=statement.id).status == 403


def test_the_statement_of_the_agency_itself_is_not_there(browse, payer, example, statement):
    own = billing.statements_of_agency(example.agency, billing.Audience.AGENCY)[0]
    assert browse(payer).get("office.statements.show", app=example.slug, statement_id=own.id).status == 404
