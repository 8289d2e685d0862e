"""Statements by month, each as a page and as a PDF."""

from __future__ import annotations

import pytest

from portal.domain import billing
from portal.domain.billing import Audience
from portal.gateways import documents
from tests.factories import AFTER_GRACE, make_agency, make_client, make_staff

SHOW, PDF = "agency.statements.show", "agency.statements.pdf"


@pytest.fixture
def june(closed):
    return next(s for s in billing.statements_of_client(closed.cantina) if s.period == "2026-06")


@pytest.fixture
def own(closed):
    return billing.statements_of_agency(closed.agency, Audience.AGENCY, period="2026-06")[0]


def kept(statement, settings, content=b"%PDF-1.7 canary"):
    name = documents.name_of(statement)
    sha256 = documents.keep(settings, name, content)
    billing.keep_pdf(statement, name=name, sha256=sha256, now=AFTER_GRACE)
    return content


def test_a_month_lists_its_clients_and_the_agencys_own(browse, closed, june, own):
    page = browse(closed.ana).get("agency.statements.index")
    assert page.has("Junho de 2026", "Maio de 2026", "Cantina da Praça", "R$\u00a01.923,08", june.number)
    assert page.has("Entre você e o operador", own.number, "Faturado pela agência", "PDF em preparo")
    may = browse(closed.ana).get("agency.statements.index", month="2026-05")
    assert june.number not in may.text


@pytest.mark.parametrize("month", ["2026-13", "1999-01", "x", ""])
def test_a_month_without_statements_is_the_latest(browse, closed, june, month):
    assert browse(closed.ana).get("agency.statements.index", month=month).has(june.number)


def test_before_the_first_statement_it_says_when(browse, database):
    agency = make_agency()
    ana = browse(make_staff(agency=agency))
    assert ana.get("agency.statements.index").has("Nenhum extrato ainda", "Gerenciar Clientes")
    make_client(agency)
    assert ana.get("agency.statements.index").has("Ver a visão geral")


def test_a_statement_opens_to_the_days_behind_each_line(browse, closed, june):
    page = browse(closed.ana).get(SHOW, statement_id=june.id)
    assert page.has("Extrato AUR-2026-", "1.831,50", "91,58", "R$\u00a01.923,08")
    assert page.has("Uso de 13 menos o limite de 10 dá 3 de excesso: 3 × R$\u00a09,00 = R$\u00a027,00.")
    days = page.select("//table[caption[contains(., 'Teste de Litmus por dia')]]/tbody/tr")
    assert len(days) == 30
    assert [cell.text for cell in days[14].xpath("./td")] == ["13"]


def test_the_agencys_own_names_each_client(browse, closed, own):
    page = browse(closed.ana).get(SHOW, statement_id=own.id)
    assert page.has("Devido por você", "Cobrado dos seus clientes", "Cantina da Praça", "Clínica Horizonte")


def test_the_pdf_is_downloaded_under_its_number(browse, closed, june, settings):
    content = kept(june, settings)
    page = browse(closed.ana).get(PDF, statement_id=june.id)
    assert (page.status, page.body) == (200, content)
    assert page.headers["Content-Type"] == "application/pdf"
    assert page.headers["Content-Disposition"] == f'attachment; filename="{june.number}.pdf"'
    assert "no-store" in page.headers["Cache-Control"]


def test_a_pdf_that_is_not_made_yet_is_said_to_be_on_its_way(browse, closed, june):
    page = browse(closed.ana).get(PDF, statement_id=june.id)
    assert page.status == 303
    assert page.follow().has("está sendo preparado")


def test_a_pdf_that_is_not_what_was_kept_is_never_handed_out(browse, closed, june, settings):
    kept(june, settings)
    (settings.data_dir / "documents" / documents.name_of(june)).write_bytes(b"something else")
    assert browse(closed.ana).get(PDF, statement_id=june.id).status == 303


def test_another_agencys_statement_is_not_there(browse, closed, june, own):
    stranger = browse(closed.stranger)
    for statement in (june, own):
        assert stranger.get(SHOW, statement_id=statement.id).status == 404
        assert stranger.get(PDF, statement_id=statement.id).status == 404


def test_a_manager_reads_his_clients_alone_and_no_cost(browse, closed, june, own, settings):
    bruno = browse(closed.bruno)
    mine = billing.statements_of_client(closed.clinica)[0]
    kept(mine, settings)
    page = bruno.get("agency.statements.index")
    assert page.has("Clínica Horizonte")
    assert "Cantina" not in page.text
    assert not page.has("Entre você e o operador")
    assert "Seu custo" not in bruno.get(SHOW, statement_id=mine.id).text
    assert bruno.get(PDF, statement_id=mine.id).status == 200
    assert bruno.get(SHOW, statement_id=june.id).status == 404
    assert bruno.get(SHOW, statement_id=own.id).status == 403
    assert bruno.get(PDF, statement_id=own.id).status == 403


def test_billing_reads_all_of_it(browse, closed, june, own):
    bia = browse(closed.bia)
    assert bia.get(SHOW, statement_id=june.id).has("Seu custo")
    assert bia.get(SHOW, statement_id=own.id).status == 200


def test_the_page_shows_what_was_frozen_and_not_what_is(browse, closed, june):
    closed.cantina.name = "Another Name"
    closed.cantina.save()
    assert browse(closed.ana).get(SHOW, statement_id=june.id).has("Cantina da Praça, junho de 2026")


@pytest.mark.parametrize("path", ["/agency/statements/x/", "/agency/statements/x.pdf", "/agency/statements/../x/"])
def test_what_is_no_id_is_not_there(browse, closed, path):
    assert browse(closed.ana).get(path).status == 404


def test_statements_are_only_there_to_be_read(browse, closed, june):
    assert browse(closed.ana).post(SHOW, statement_id=june.id).status == 405


def test_signed_out_leads_to_sign_in(browser, closed, june):
    for endpoint in (SHOW, PDF):
        assert "/sign-in" in browser.get(endpoint, statement_id=june.id).location
