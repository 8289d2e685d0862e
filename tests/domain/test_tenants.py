"""Agencies, clients, apps: names and addresses that fit, and values that hold from a month's start."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import tenants
from portal.domain.audit.models import AuditEntry
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.tenants.slugs import RESERVED
from tests.domain.racing import at_once, errors
from tests.factories import AFTER_GRACE, BEGAN, NOW, TESTER, make_agency, make_app, make_client, make_operator


def add(agency, name="Cantina", **values):
    return tenants.add_client(agency, name, began_on=BEGAN, by=TESTER, now=NOW, **values)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"slug": "Não"}, "slug"),
        ({"slug": "a--b"}, "slug"),
        ({"slug": "-a"}, "slug"),
        ({"slug": "x" * 41}, "slug"),
        ({"slug": "api"}, "slug"),
        ({"currency": "XXY"}, "currency"),
        ({"language": "tlh"}, "language"),
    ],
)
def test_a_client_that_cannot_be_taken_is_not_half_there(database, values, field):
    agency = make_agency()
    with pytest.raises(Invalid) as refusal:
        add(agency, **values)
    assert set(refusal.value.problems) == {field}
    assert tenants.clients_of(agency) == tenants.apps_of_agency(agency) == []


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Cantina da Praça", "cantina-da-praca"),
        ("李小龙", "cliente"),
        ("API", "api-2"),
        ("--", "cliente"),
        ("x" * 60, "x" * 40),
        ("a" * 35 + " " + "b" * 20, "a" * 35 + "-bbbb"),
    ],
)
def test_a_name_suggests_an_address(database, name, slug):
    agency = make_agency()
    assert add(agency, name).slug == slug
    again = add(agency, name).slug
    assert again != slug
    assert tenants.is_slug(again)


@given(st.text(max_size=80))
def test_whatever_the_name_its_slug_fits_an_address(name):
    slug = tenants.slug_from(name)
    assert slug == "" or tenants.is_slug(slug) or slug in RESERVED


@pytest.mark.parametrize("text", ["a\n", "a_b", "A", "a.b", ""])
def test_other_texts_are_no_addresses(text):
    assert not tenants.is_slug(text)


def test_an_address_in_use_is_refused_within_the_agency_alone(database):
    agency = make_agency()
    add(agency, slug="cantina")
    with pytest.raises(Invalid) as refusal:
        add(agency, slug="cantina")
    assert refusal.value.problems["slug"][0] == "slug_taken"
    assert add(make_agency(), slug="cantina").slug == "cantina"


def test_two_clients_of_one_address_at_once_make_one(database):
    agency = make_agency()
    results = at_once(*[partial(add, agency, slug="cantina")] * 4)
    assert [type(error) for error in errors(results)] == [Invalid] * 3
    assert len(tenants.clients_of(agency)) == len(tenants.apps_of_agency(agency)) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"slug": "Aurora"}, "slug"),
        ({"prefix": "A"}, "prefix"),
        ({"prefix": "aur"}, "prefix"),
        ({"timezone": "Brasil"}, "timezone"),
        ({"currency": "R$"}, "currency"),
        ({"language": "pt"}, "language"),
        ({"tax_rate": -1}, "tax_rate"),
        ({"tax_rate": 10_001}, "tax_rate"),
        ({"name": " "}, "name"),
    ],
)
def test_an_agency_that_cannot_be_taken_is_not_there(database, values, field):
    make_operator()
    good = {"slug": "aurora", "name": "Aurora", "prefix": "AUR"}
    with pytest.raises(Invalid) as refusal:
        tenants.create_agency(**{**good, **values}, by=TESTER, now=NOW)
    assert set(refusal.value.problems) == {field}
    assert tenants.agencies() == []


def test_slug_and_prefix_belong_to_one_agency(database):
    make_agency("aurora", prefix="AUR")
    for values in ({"slug": "aurora"}, {"prefix": "AUR"}):
        with pytest.raises(Conflict):
            tenants.create_agency(**{"slug": "other", "name": "Other", "prefix": "OTH", **values}, by=TESTER, now=NOW)


def test_there_is_one_operator(database):
    with pytest.raises(NotFound):
        tenants.the_operator()
    make_operator()
    with pytest.raises(Conflict):
        tenants.create_operator("Another", now=NOW)


def test_another_agencys_client_and_app_are_not_found(database):
    agency, app = make_agency(), make_app()
    for look in (
        partial(tenants.client_by_id, agency, app.client.id),
        partial(tenants.client_by_slug, agency, app.client.slug),
        partial(tenants.app_by_slug, agency, app.slug),
    ):
        with pytest.raises(NotFound):
            look()


def test_access_and_suspension_are_brought_to_the_wanted_state_once(database):
    client = make_client()
    for _ in range(2):
        tenants.set_client_access(client, allowed=False, by=TESTER, now=NOW)
        tenants.set_client_suspended(client, suspended=True, by=TESTER, now=NOW)
    row = tenants.client_by_id(client.agency, client.id)
    assert (row.access, row.suspended_at) == (False, NOW)
    told = [row.action for row in AuditEntry.select().where(AuditEntry.at == NOW)]
    assert sorted(told) == ["client.access_withdrawn", "client.suspended"]


def test_an_app_is_renamed_with_a_trail(database):
    app = make_app()
    tenants.rename_app(app, "  Nova   Cantina ", by=TESTER, now=NOW)
    tenants.rename_app(app, "Nova Cantina", by=TESTER, now=NOW)
    [entry] = AuditEntry.select().where(AuditEntry.action == "app.renamed")
    assert entry.details["new"] == "Nova Cantina"


# Values that hold from a month's start


def test_a_first_value_holds_from_the_start_and_the_next_from_the_next_month(database):
    agency = make_agency()
    assert tenants.set_term(agency, "key", 1, agency=agency, now=NOW) == "0000-00"
    assert tenants.set_term(agency, "key", 2, agency=agency, now=NOW) == "2026-07"
    assert [tenants.term(agency, "key", label) for label in ("1999-01", "2026-06", "2026-07", "2030-01")] == [
        1,
        1,
        2,
        2,
    ]
    assert tenants.terms_from_next(agency, "key", "2026-06") == 2


def test_a_first_value_can_wait_where_something_held_before(database):
    agency = make_agency()
    tenants.set_term(agency, "key", 1, agency=agency, from_start=False, now=NOW)
    assert [tenants.term(agency, "key", label) for label in ("2026-06", "2026-07")] == [None, 1]


def test_the_month_of_a_value_is_that_of_the_agencys_clock(database):
    agency = make_agency(timezone="America/Sao_Paulo")
    tenants.set_term(agency, "key", 1, agency=agency, now=NOW)
    still_june = datetime(2026, 7, 1, 2, 59, tzinfo=UTC)
    assert tenants.set_term(agency, "key", 2, agency=agency, now=still_june) == "2026-07"
    assert tenants.set_term(agency, "key", 3, agency=agency, now=AFTER_GRACE) == "2026-08"
    assert tenants.term(agency, "key", "2026-07") == 2


def test_values_of_one_owner_are_not_anothers(database):
    one, two = make_agency(), make_agency()
    tenants.set_term(one, "key", 1, agency=one, now=NOW)
    assert tenants.term(two, "key", "2026-06") is None


def test_values_set_at_once_leave_one_of_them(database):
    agency = make_agency()
    acts = [partial(tenants.set_term, agency, "key", n, agency=agency, now=NOW) for n in range(6)]
    assert not errors(at_once(*acts))
    assert tenants.term(agency, "key", "2026-07") in range(6)
