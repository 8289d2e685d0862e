"""Packages: what a client starts with, what still matches, and what nobody may overwrite."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from portal.domain import at_hand, audit, settings, tenants
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.settings import PackageWish, ServiceWish, Wish
from tests.factories import NOW, TESTER, change_settings, make_agency, make_client

SERVICES = {
    "litmus_test": ServiceWish(enabled=True, limit=20, at_limit="stop", alert_at=(70, 100)),
    "shutterstock": ServiceWish(enabled=True, limit=5, at_limit="ceiling", ceiling=9),
    "email_sync": ServiceWish(enabled=False, limit=None),
}
WISH = PackageWish(
    "Básico",
    True,
    Wish(False, "agency_card", "client", True, 0, SERVICES),
    licence_prices={"BRL": 9900, "EUR": 2500},
    prices={"litmus_test": {"BRL": 800}},
)


@pytest.fixture
def agency(database):
    return make_agency()


def make_package(agency, name="Básico", **changes):
    wish = replace(WISH, name=name, **changes)
    return settings.save_package(agency, wish, by=TESTER, now=NOW)


def open_from(package, agency, **facts):
    return settings.open_from(package, agency, "Cantina", began_on=date(2026, 6, 15), by=TESTER, now=NOW, **facts)


def test_a_new_client_has_what_the_package_sets_from_the_start(agency):
    held = settings.current(open_from(make_package(agency), agency), now=NOW)
    assert (held.payment_option, held.licence_price, held.optimizer_enabled) == ("agency_card", 9900, True)
    litmus = held.services["litmus_test"]
    assert (litmus.limit, litmus.at_limit, litmus.own_alert_at, litmus.price) == (20, "stop", (70, 100), 800)
    assert held.services["shutterstock"].ceiling == 9
    assert not held.services["email_sync"].enabled
    assert not held.services["push_notification"].enabled


def test_each_currency_has_its_own_amounts(agency):
    held = settings.current(open_from(make_package(agency), agency, currency="EUR"), now=NOW)
    assert (held.licence_price, held.services["litmus_test"].own_price) == (2500, None)
    assert settings.current(open_from(make_package(agency, "Pro"), agency, currency="USD"), now=NOW).licence_price == 0


def test_without_a_package_a_client_starts_as_every_client(agency):
    held = settings.current(open_from(None, agency), now=NOW)
    assert (held.version, held.services["litmus_test"].limit) == (1, 0)
    assert settings.made_from(agency) == {}


def test_a_refused_client_leaves_nothing_behind(agency):
    package = make_package(agency)
    with pytest.raises(Invalid):
        open_from(package, agency, slug="no good")
    assert tenants.clients_of(agency) == []


def test_clients_that_changed_match_no_more(agency):
    package = make_package(agency)
    same, other = open_from(package, agency), open_from(package, agency)
    change_settings(other, litmus_test={"limit": 21})
    ids = settings.made_from(agency)[package.id]
    assert set(ids) == {same.id, other.id}
    clients = [same, other]
    with at_hand.keeping():
        settings.keep_limits(clients)
        assert settings.matching(package, clients, now=NOW) == 1


def test_editing_a_package_changes_no_client(agency):
    package = make_package(agency)
    client = open_from(package, agency)
    before = settings.current(client, now=NOW)
    wish = replace(WISH, licence_prices={"BRL": 1})
    settings.save_package(agency, wish, package=package, seen_version=1, by=TESTER, now=NOW)
    assert settings.current(client, now=NOW) == before
    assert settings.content_of(settings.package_of(agency, package.id)).licence_prices == {"BRL": 1}


def test_one_package_is_the_default(agency):
    first, second = make_package(agency), make_package(agency, "Pro")
    assert settings.default_package(agency) == second
    assert [p.name for p in settings.packages_of(agency)] == ["Pro", "Básico"]
    elsewhere = make_agency()
    make_package(elsewhere)
    assert settings.default_package(agency) == second
    settings.save_package(agency, replace(WISH, is_default=True), package=first, seen_version=1, by=TESTER, now=NOW)
    assert settings.default_package(agency) == first


def test_names_are_told_apart_without_accents_and_case(agency):
    make_package(agency)
    with pytest.raises(Invalid) as refused:
        make_package(agency, "  BASICO ")
    assert refused.value.problems == {"name": ("package_exists", {})}
    assert settings.package_named(agency, "basico").name == "Básico"
    make_package(make_agency())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"licence_prices": {"BRL": -1}}, "licence_price.BRL"),
        ({"licence_prices": {"BRL": 10**12}}, "licence_price.BRL"),
        ({"licence_prices": {"brl": 1}}, "licence_price.brl"),
        ({"prices": {"litmus_test": {"BRL": -1}}}, "litmus_test.price.BRL"),
        ({"settings": replace(WISH.settings, payment_option="cash")}, "payment_option"),
        ({"settings": replace(WISH.settings, services={"x": SERVICES["litmus_test"]})}, "x.enabled"),
    ],
)
def test_bad_values_are_refused_at_their_field(agency, changes, field):
    with pytest.raises(Invalid) as refused:
        settings.save_package(agency, replace(WISH, **changes), by=TESTER, now=NOW)
    assert set(refused.value.problems) == {field}
    assert settings.packages_of(agency) == []


def test_a_package_saved_meanwhile_is_not_overwritten(agency):
    package = make_package(agency)
    settings.save_package(agency, WISH, package=package, seen_version=1, by=TESTER, now=NOW)
    with pytest.raises(Conflict):
        settings.save_package(agency, replace(WISH, name="Pro"), package=package, seen_version=1, by=TESTER, now=NOW)
    assert settings.package_of(agency, package.id).name == "Básico"


def test_a_deleted_package_leaves_its_clients_as_they_are(agency):
    package = make_package(agency)
    client = open_from(package, agency)
    before = settings.current(client, now=NOW)
    settings.delete_package(package, by=TESTER, now=NOW)
    settings.delete_package(package, by=TESTER, now=NOW)
    assert settings.current(client, now=NOW) == before
    assert settings.packages_of(agency) == []
    assert [e.action for e in audit.recent_of_agency(agency.id)].count("package.deleted") == 1


def test_another_agency_does_not_learn_of_it(agency):
    package = make_package(agency)
    with pytest.raises(NotFound):
        settings.package_of(make_agency(), package.id)


def test_what_a_client_has_is_asked_for_by_its_own_wish(agency):
    client = make_client(agency)
    held = settings.current(client, now=NOW)
    assert settings.save(client, settings.wish_of(held), seen_version=held.version, by=TESTER, now=NOW) == []
