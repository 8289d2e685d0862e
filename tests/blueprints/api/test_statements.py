"""GET /api/v1/statements: what was issued, whole, by page, by number, as PDF."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

import pytest

from portal import clock
from portal.domain import billing, tenants
from portal.domain.billing.models import Statement
from portal.gateways import documents
from tests.factories import (
    AFTER_GRACE,
    START,
    TESTER,
    brand_of,
    make_agency,
    make_client,
    make_example,
    record_usage,
)

LINE = {
    "kind": "excess",
    "service": "litmus_test",
    "limit": 10,
    "used": 13,
    "excess": 3,
    "block": 1,
    "blocks": 3,
    "unit_price": 900,
    "amount": 2700,
}


def close(agency):
    clock.move_to(AFTER_GRACE)
    billing.close_month(agency, "2026-06", brand_of=brand_of, by=TESTER, now=AFTER_GRACE)


@pytest.fixture
def agency(database):
    return make_agency("aurora", "Aurora", prefix="AUR")


@pytest.fixture
def cantina(agency):
    """The worked example, June issued."""
    client = make_example(agency)
    close(agency)
    return client


@pytest.fixture
def three(agency):
    clients = [make_client(agency, name) for name in ("One", "Two", "Three")]
    close(agency)
    return clients


def walk(machine, query):
    pages, path = [], f"/statements?{query}"
    while path:
        page = machine.get(path).json
        pages.append([item["number"] for item in page["items"]])
        path = page["next"] and f"/statements?{query}&cursor={quote(page['next'])}"
    return pages


def test_a_client_statement_is_read_whole(machine, cantina):
    page = machine.get("/statements/AUR-2026-000001")
    assert page.status == 200
    lines = page.json.pop("lines")
    found = page.json
    found.pop("lines")
    assert found == {
        "number": "AUR-2026-000001",
        "audience": "client",
        "client": cantina.slug,
        "period": "2026-06",
        "state": "due",
        "currency": "BRL",
        "payer": "client",
        "payee": "operator",
        "payment_option": "client_card",
        "net": 183150,
        "tax": 9158,
        "total": 192308,
        "due": 192308,
        "paid": 0,
        "outstanding": 192308,
    }
    assert LINE in lines
    assert sum(line["amount"] for line in lines) == 183150
    assert [line["kind"] for line in lines].count("excess") == 4
    assert {"licence", "sold_service"} < {line["kind"] for line in lines}
    assert "cost" not in page.text


@pytest.mark.usefixtures("cantina")
def test_an_agency_statement_names_the_client_on_each_line(machine):
    page = machine.get("/statements/AUR-A-2026-000001").json
    assert (page["audience"], page["client"], page["payment_option"]) == ("agency", None, None)
    assert (page["due"], page["remitted"]) == (0, 172508)
    assert {line["client"] for line in page["lines"]} == {"cantina-da-praca"}
    assert {line["kind"] for line in page["lines"]} == {"collected", "collected_cost"}
    assert sum(line["amount"] for line in page["lines"]) == 172508
    assert {line["statement"] for line in page["lines"]} == {"AUR-2026-000001"}


@pytest.mark.usefixtures("cantina")
def test_the_list_holds_whole_statements(machine):
    items = machine.get("/statements").json["items"]
    assert [item["number"] for item in items] == ["AUR-2026-000001", "AUR-A-2026-000001"]
    assert items == [machine.get(f"/statements/{item['number']}").json for item in items]


def test_what_the_agency_bills_itself_is_on_no_client_statement(machine, agency):
    client = make_client(agency)
    tenants.set_term(agency, "collects", "excess", agency=agency, now=START)  # from June on
    record_usage(client, "litmus_test", 13)
    close(agency)
    [found] = machine.get("/statements?audience=client").json["items"]
    assert {line["kind"] for line in found["lines"]} == {"excess"}
    assert sum(line["amount"] for line in found["lines"]) == found["net"]


@pytest.mark.usefixtures("three")
def test_the_pages_follow_the_order_of_issue(machine):
    whole = walk(machine, "limit=200")[0]
    assert len(whole) == 4
    assert [number for page in walk(machine, "limit=1") for number in page] == whole
    assert [number for page in walk(machine, "limit=3") for number in page] == whole


def test_the_list_is_narrowed(machine, three):
    numbers = lambda query: walk(machine, query)[0]  # noqa: E731
    assert len(numbers("audience=client")) == 3
    assert numbers("audience=agency") == ["AUR-A-2026-000001"]
    assert len(numbers("period=2026-06")) == 4
    assert numbers("period=2026-05") == []
    assert len(numbers(f"client={three[1].slug}")) == len(numbers(f"client={three[1].id}&audience=client")) == 1
    assert numbers(f"client={three[1].slug}&audience=agency") == []


@pytest.mark.parametrize("period", ["", "2026", "2026-13", "2026-6", "06-2026", "0001-01", "9999-12", "x", "٢٠٢٦-٠٦"])
def test_a_month_that_is_none_is_refused(machine, period):
    page = machine.get(f"/statements?period={quote(period)}")
    assert (page.status, page.json["code"]) == (400, "bad_period")


@pytest.mark.parametrize("audience", ["", "operator", "CLIENT", "client,agency"])
def test_an_audience_that_is_none_is_refused(machine, audience):
    page = machine.get(f"/statements?audience={audience}")
    assert (page.status, page.json["code"]) == (400, "bad_audience")


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1e9", "x"])
def test_a_page_holds_1_to_200(machine, limit):
    page = machine.get(f"/statements?limit={limit}")
    assert (page.status, page.json["code"]) == (400, "bad_limit")


@pytest.mark.usefixtures("three")
def test_a_cursor_of_another_list_or_agency_is_refused(machine, stranger):
    cursor = machine.get("/clients?limit=1").json["next"]
    assert cursor
    assert machine.get(f"/statements?cursor={cursor}").json["code"] == "bad_cursor"
    own = machine.get("/statements?limit=1").json["next"]
    assert stranger.get(f"/statements?cursor={own}").json["code"] == "bad_cursor"
    assert machine.get(f"/statements?cursor={own}x").json["code"] == "bad_cursor"


@pytest.mark.usefixtures("cantina")
@pytest.mark.parametrize("end", ["", ".pdf"])
def test_another_agencys_statement_is_not_there(machine, stranger, end):
    names = ("AUR-2026-000001", "AUR-A-2026-000001", "AUR-2026-999999", "x", "aur-2026-000001", "%00", "a%20b")
    pages = [stranger.get(f"/statements/{name}{end}") for name in names]
    assert {page.status for page in pages} == {404}
    assert len({page.body for page in pages}) == 1
    assert stranger.get("/statements").json["items"] == []


def test_another_agencys_client_narrows_to_a_404(machine, stranger):
    foreign = make_client(stranger.agency)
    assert machine.get(f"/statements?client={foreign.slug}").status == 404
    assert machine.get("/statements?client=").status == 404


def test_the_pdf_is_the_file_that_was_kept(machine, cantina, settings):
    statement = Statement.get(Statement.number == "AUR-2026-000001")
    early = machine.get("/statements/AUR-2026-000001.pdf")
    assert (early.status, early.json["code"], early.headers["Retry-After"]) == (404, "pdf_not_ready", "5")
    content = b"%PDF-1.7 kept"
    name = documents.name_of(statement)
    documents.keep(settings, name, content)
    billing.keep_pdf(statement, name=name, sha256=hashlib.sha256(content).hexdigest(), now=AFTER_GRACE)
    page = machine.get("/statements/AUR-2026-000001.pdf")
    assert (page.status, page.headers["Content-Type"], page.body) == (200, "application/pdf", content)
    assert page.headers["Content-Disposition"] == 'attachment; filename="AUR-2026-000001.pdf"'


@pytest.mark.usefixtures("cantina")
@pytest.mark.parametrize("path", ["/statements", "/statements/AUR-2026-000001", "/statements/AUR-2026-000001.pdf"])
def test_statements_need_their_scope(machine_of, agency, path):
    page = machine_of(agency, "usage:read", "clients:write").get(path)
    assert (page.status, page.json["code"]) == (403, "insufficient_scope")
