"""GET /api/v1/clients: the agency's own, page by page, and nobody else's."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from portal.domain import tenants
from portal.domain.audit.models import AuditEntry
from portal.languages import speaking
from tests.factories import NOW, TESTER, event, make_client


@pytest.fixture
def five(agency):
    return [make_client(agency, name) for name in ("Delta", "alfa", "Écho", "Bravo", "Charlie")]


def walk(machine, limit):
    """Every page until there is no further one."""
    pages, path = [], f"/clients?limit={limit}"
    while path:
        page = machine.get(path).json
        pages.append([item["name"] for item in page["items"]])
        path = page["next"] and f"/clients?limit={limit}&cursor={quote(page['next'])}"
    return pages


@pytest.mark.usefixtures("five")
def test_the_clients_come_in_pages_in_the_order_in_which_they_joined(machine):
    assert walk(machine, 2) == [["Delta", "alfa"], ["Écho", "Bravo"], ["Charlie"]]
    assert walk(machine, 5) == [["Delta", "alfa", "Écho", "Bravo", "Charlie"]]
    assert walk(machine, 200) == walk(machine, 5)


@pytest.mark.usefixtures("five")
def test_who_joins_between_two_pages_is_on_the_last(machine, agency):
    first = machine.get("/clients?limit=3").json
    make_client(agency, "Aaron")
    second = machine.get(f"/clients?limit=3&cursor={first['next']}").json
    assert [item["name"] for item in second["items"]] == ["Bravo", "Charlie", "Aaron"]
    assert second["next"] is None


def test_an_agency_without_clients_has_an_empty_page(machine):
    assert machine.get("/clients").json == {"items": [], "next": None}


@pytest.mark.usefixtures("five")
def test_other_agencies_clients_are_on_no_page(machine, stranger):
    theirs = make_client(stranger.agency)
    assert theirs.name not in str(walk(machine, 2))
    assert [item["id"] for item in stranger.get("/clients").json["items"]] == [str(theirs.id)]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1000000000", "1e9", "x", "", "1.5", " 5", "٣", "5;", "%00"])
def test_a_page_holds_1_to_200(machine, limit):
    page = machine.get(f"/clients?limit={limit}")
    assert (page.status, page.json["code"]) == (400, "bad_limit")


@pytest.mark.parametrize("cursor", ["", "x", "a.b", "%00", "é", "1" * 5000, "00000000-0000-0000-0000-000000000000"])
def test_a_cursor_of_ones_own_making_is_refused(machine, cursor):
    page = machine.get(f"/clients?cursor={quote(cursor)}")
    assert (page.status, page.json["code"]) == (400, "bad_cursor")


@pytest.mark.usefixtures("five")
def test_a_cursor_of_another_agency_is_refused(machine, stranger):
    for _ in range(2):
        make_client(stranger.agency)
    cursor = stranger.get("/clients?limit=1").json["next"]
    assert stranger.get(f"/clients?limit=1&cursor={cursor}").status == 200
    assert machine.get(f"/clients?cursor={cursor}").json["code"] == "bad_cursor"


@pytest.mark.usefixtures("five")
def test_a_changed_cursor_is_refused(machine):
    cursor = machine.get("/clients?limit=1").json["next"]
    changed = ("X" if cursor[1] != "X" else "Y").join((cursor[:1], cursor[2:]))
    assert machine.get(f"/clients?cursor={changed}").status == 400


def test_a_client_is_found_by_id_and_by_slug(machine, client):
    by_id, by_slug = machine.get(f"/clients/{client.id}"), machine.get(f"/clients/{client.slug}")
    assert by_id.status == 200
    assert by_id.body == by_slug.body == machine.get(f"/clients/{str(client.id).upper()}").body
    assert by_id.json == {
        "id": str(client.id),
        "slug": client.slug,
        "name": client.name,
        "email": None,
        "currency": "BRL",
        "began_on": "2026-05-01",
        "suspended": False,
    }


def test_a_slug_that_looks_like_an_id_is_found(machine, agency):
    slug = "01980000-0000-7000-8000-000000000000"
    make_client(agency, "Strange", slug=slug)
    assert machine.get(f"/clients/{slug}").json["name"] == "Strange"


def test_a_suspended_client_says_so(machine, client):
    tenants.set_client_suspended(client, suspended=True, by=TESTER, now=NOW)
    assert machine.get(f"/clients/{client.slug}").json["suspended"] is True


@pytest.mark.parametrize("path", ["/clients/{}", "/clients/{}/services/litmus_test"])
def test_a_foreign_client_and_an_unknown_one_are_the_same_404(machine, client, stranger, path):
    foreign = make_client(stranger.agency)
    names = (foreign.slug, str(foreign.id), "unknown", "0198d3a1-0000-7000-8000-000000000000")
    pages = [machine.get(path.format(name)) for name in names]
    assert {page.status for page in pages} == {404}
    assert len({page.body for page in pages}) == 1
    assert (
        len({tuple((k, v) for k, v in page.headers if k not in ("X-Request-Id", "RateLimit")) for page in pages}) == 1
    )
    assert stranger.get(path.format(foreign.slug)).status == 200


@pytest.mark.parametrize("name", ["A-B", "a_b", "a%00b", "%C3%A9", "%ff", "a%20b", "'--", "%25", "x" * 200, "-", "www"])
def test_a_name_that_can_not_be_is_a_404(machine, name):
    page = machine.get(f"/clients/{name}")
    assert (page.status, page.headers["Content-Type"]) == (404, "application/problem+json")


def test_a_404_is_said_in_the_language_asked_for(machine, client):
    english = machine.get("/clients/unknown").json["detail"]
    portuguese = machine.get("/clients/unknown", headers={"Accept-Language": "pt-BR"}).json["detail"]
    assert english.startswith("There is no such client")
    assert portuguese.startswith("Não existe aqui")
    with speaking("en"):
        assert english != portuguese


def test_a_client_is_opened(machine, agency):
    sent = {"name": "Padaria Aurora", "slug": "padaria", "currency": "EUR", "email": "Contas@Padaria.example"}
    page = machine.ask("POST", "/clients", sent)
    assert page.status == 201
    assert page.headers["Location"] == f"/api/v1/clients/{page.json['id']}"
    assert machine.get(f"/clients/{page.json['id']}").json == page.json
    assert {name: page.json[name] for name in ("name", "slug", "currency", "email", "began_on", "suspended")} == {
        "name": "Padaria Aurora",
        "slug": "padaria",
        "currency": "EUR",
        "email": "contas@padaria.example",
        "began_on": "2026-06-15",
        "suspended": False,
    }
    assert [app.slug for app in tenants.apps_of_agency(agency)] == ["padaria"]


def test_a_name_is_enough(machine, agency):
    page = machine.ask("POST", "/clients", {"name": "  Ação &  Cia.  "})
    assert (page.json["name"], page.json["slug"], page.json["currency"]) == ("Ação & Cia.", "acao-cia", agency.currency)
    assert page.json["email"] is None
    assert machine.ask("POST", "/clients", {"name": "Ação & Cia."}).json["slug"] == "acao-cia-2"


def test_a_new_client_can_be_set_and_used_at_once(machine):
    slug = machine.ask("POST", "/clients", {"name": "New"}).json["slug"]
    prices = {"licence_price": 9900, "services": {"litmus_test": {"limit": 5, "price": 700}}}
    found = machine.ask("PATCH", f"/clients/{slug}/settings", prices).json
    assert found["in_force"]["licence_price"] == 9900, "a first price holds from the start"
    assert found["in_force"]["services"]["litmus_test"]["price"] == 700
    assert machine.send(event(slug)).json["accepted"] == 1


def test_a_slug_in_use_is_refused_at_its_field(machine, client):
    page = machine.ask("POST", "/clients", {"name": "Other", "slug": client.slug})
    assert (page.status, page.json["errors"][0]["field"]) == (422, "slug")


def test_the_log_says_which_machine_opened_a_client(machine):
    machine.ask("POST", "/clients", {"name": "New"})
    entry = AuditEntry.get(AuditEntry.action == "client.added")
    assert (entry.actor_kind, entry.actor_name) == ("machine", "Test machine")


def test_opening_a_client_needs_the_scope_to_write(machine_of, agency):
    page = machine_of(agency, "clients:read", "usage:write").ask("POST", "/clients", {"name": "New"})
    assert (page.status, page.json["code"]) == (403, "insufficient_scope")
    assert tenants.clients_of(agency) == []


@pytest.mark.usefixtures("five")
def test_a_page_is_read_without_reading_all_clients(machine, asked):
    machine.bearer  # noqa: B018 (the token is there before)
    asked.clear()
    machine.get("/clients?limit=2")
    [question] = [text for text in asked if 'FROM "client"' in text]
    assert "LIMIT" in question
