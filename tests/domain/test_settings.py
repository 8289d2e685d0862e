"""Client Settings: one save or nothing, and from when each value counts."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from portal.domain import outbox, rights, settings, tenants
from portal.domain.audit.models import AuditEntry
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.settings import PaymentOption
from tests.domain.racing import at_once, errors
from tests.factories import (
    AFTER_GRACE,
    BEGAN,
    NOW,
    PRICES,
    ROOT,
    START,
    TESTER,
    change_settings,
    make_agency,
    make_client,
    make_operator,
    wish_of,
)


def new_client(agency=None):
    """A client whose settings nobody has saved yet."""
    return settings.open_client(agency or make_agency(), "Cantina", began_on=BEGAN, by=TESTER, now=NOW)


def save(client, wish, now=NOW, **options):
    version = options.pop("seen_version", settings.current(client, now=now).version)
    return settings.save(client, wish, seen_version=version, by=TESTER, now=now, **options)


def test_a_client_starts_on_its_own_card_with_everything_counted_and_nothing_free(database):
    held = settings.current(new_client(), now=NOW)
    assert held.payment_option == PaymentOption.CLIENT_CARD
    assert (held.direct_support, held.optimizer_enabled, held.optimizer_managed_by) == (False, False, "agency")
    assert {state.limit for state in held.services.values()} == {0}
    assert {state.at_limit.value for state in held.services.values()} == {"bill"}
    assert all(state.enabled and state.alert_at == (80, 100) for state in held.services.values())


def test_a_client_comes_with_its_app(database):
    client = new_client()
    assert [app.slug for app in tenants.apps_of_client(client)] == [client.slug]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"payment_option": "cash"}, "payment_option", "choose_one"),
        ({"optimizer_managed_by": "nobody"}, "optimizer_managed_by", "choose_one"),
        ({"licence_price": -1}, "licence_price", "bad_amount"),
        ({"licence_price": 10**12}, "licence_price", "bad_amount"),
        ({"litmus_test": {"limit": -1}}, "litmus_test.limit", "bad_number"),
        ({"litmus_test": {"limit": 10**12 + 1}}, "litmus_test.limit", "bad_number"),
        ({"litmus_test": {"at_limit": "panic"}}, "litmus_test.at_limit", "choose_one"),
        ({"litmus_test": {"at_limit": "ceiling"}}, "litmus_test.ceiling", "ceiling_missing"),
        ({"litmus_test": {"at_limit": "ceiling", "ceiling": 9}}, "litmus_test.ceiling", "ceiling_low"),
        ({"litmus_test": {"at_limit": "ceiling", "ceiling": -1}}, "litmus_test.ceiling", "bad_number"),
        (
            {"litmus_test": {"at_limit": "ceiling", "ceiling": 9, "limit": None}},
            "litmus_test.limit",
            "ceiling_needs_limit",
        ),
        ({"litmus_test": {"at_limit": "stop", "limit": None}}, "litmus_test.limit", "stop_needs_limit"),
        ({"litmus_test": {"price": -1}}, "litmus_test.price", "bad_amount"),
        ({"litmus_test": {"alert_at": ()}}, "litmus_test.alert_at", "bad_thresholds"),
        ({"litmus_test": {"alert_at": (100, 80)}}, "litmus_test.alert_at", "bad_thresholds"),
        ({"litmus_test": {"alert_at": (0,)}}, "litmus_test.alert_at", "bad_thresholds"),
        ({"litmus_test": {"alert_at": (80, 80)}}, "litmus_test.alert_at", "bad_thresholds"),
    ],
)
def test_one_bad_field_saves_nothing(database, changes, field, code):
    client = make_client()
    before = settings.current(client, now=NOW)
    wish = wish_of(client, **{"direct_support": True, "shutterstock": {"limit": 99}, **changes})
    with pytest.raises(Invalid) as refusal:
        save(client, wish)
    assert refusal.value.problems[field][0] == code
    assert settings.current(client, now=NOW) == before


def test_every_bad_field_is_named_at_once(database):
    client = make_client()
    wish = wish_of(client, licence_price=-1, litmus_test={"limit": -1, "at_limit": "ceiling", "price": -1})
    with pytest.raises(Invalid) as refusal:
        save(client, wish)
    assert set(refusal.value.problems) == {
        "licence_price",
        "litmus_test.limit",
        "litmus_test.ceiling",
        "litmus_test.price",
    }


def test_a_service_that_is_not_counted_has_no_limit(database):
    client = make_client()
    wish = wish_of(client)
    odd = replace(wish, services={**wish.services, "direct_support": wish.services["litmus_test"]})
    with pytest.raises(Invalid):
        save(client, odd)


def test_a_form_opened_before_someone_elses_save_is_told_so(database):
    client = make_client()
    mine = wish_of(client, licence_price=1)
    version = settings.current(client, now=NOW).version
    change_settings(client, direct_support=True)
    with pytest.raises(Conflict) as conflict:
        save(client, mine, seen_version=version)
    assert conflict.value.values["who"] == TESTER.name
    held = settings.current(client, now=NOW)
    assert held.direct_support
    assert held.next_licence_price != 1


def test_of_two_saves_at_once_one_is_told(database):
    client = make_client()
    version = settings.current(client, now=NOW).version
    wishes = [wish_of(client, litmus_test={"limit": limit}) for limit in (20, 30)]
    results = at_once(*(partial(save, client, wish, seen_version=version) for wish in wishes))
    assert [type(error) for error in errors(results)] == [Conflict]


def test_limits_and_switches_count_at_once(database):
    client = make_client()
    change_settings(client, direct_support=True, litmus_test={"limit": 3, "enabled": False})
    held = settings.current(client, now=NOW)
    assert held.direct_support
    assert (held.services["litmus_test"].limit, held.services["litmus_test"].enabled) == (3, False)


def test_prices_and_the_card_count_from_the_next_month(database):
    client = make_client()
    change_settings(client, payment_option="agency_card", licence_price=1, litmus_test={"price": 2})
    held = settings.current(client, now=NOW)
    assert (held.payment_option, held.licence_price, held.services["litmus_test"].price) == ("client_card", 19900, 900)
    assert (held.next_payment_option, held.next_licence_price) == ("agency_card", 1)
    assert held.services["litmus_test"].next_own_price == 2
    later = settings.current(client, now=AFTER_GRACE)
    assert (later.payment_option, later.licence_price) == ("agency_card", 1)
    assert later.services["litmus_test"].price == 2


def test_the_first_values_count_from_the_start(database):
    client = new_client()
    save(client, wish_of(client, payment_option="agency_card", licence_price=7, litmus_test={"price": 8}))
    held = settings.current(client, now=NOW)
    assert (held.payment_option, held.licence_price, held.services["litmus_test"].price) == ("agency_card", 7, 8)


def test_a_first_licence_price_counts_from_the_start_though_other_things_were_saved_before(database):
    client = new_client()
    save(client, wish_of(client, litmus_test={"limit": 5}))
    save(client, wish_of(client, licence_price=19900, litmus_test={"price": 1}))
    held = settings.current(client, now=NOW)
    assert held.licence_price == 19900
    assert held.services["litmus_test"].price == PRICES["litmus_test"], "the agency's held before"


def test_a_price_changed_twice_within_a_month_is_the_last_one(database):
    client = make_client()
    change_settings(client, licence_price=1)
    change_settings(client, licence_price=19900)
    assert settings.current(client, now=AFTER_GRACE).licence_price == 19900


def test_a_price_taken_back_gives_way_to_the_agencys_from_the_next_month(database):
    client = make_client(litmus_test={"price": 500})
    change_settings(client, litmus_test={"price": None})
    assert settings.price_of(client, "litmus_test", "2026-06") == 500
    assert settings.price_of(client, "litmus_test", "2026-07") == PRICES["litmus_test"]
    assert settings.current(client, now=AFTER_GRACE).services["litmus_test"].own_price is None


def test_the_agencys_and_the_operators_prices_count_from_the_next_month(database):
    client = make_client()
    settings.set_agency_price(client.agency, "litmus_test", 1, now=NOW)
    settings.set_cost(make_operator(), "litmus_test", "BRL", 2, now=NOW)
    assert settings.price_of(client, "litmus_test", "2026-06") == 900
    assert settings.price_of(client, "litmus_test", "2026-07") == 1
    assert settings.cost_of("litmus_test", "BRL", "2026-06") == 500
    assert settings.cost_of("litmus_test", "BRL", "2026-07") == 2


def test_a_price_of_nothing_is_a_price(database):
    client = make_client(litmus_test={"price": 0})
    assert settings.price_of(client, "litmus_test", "2026-06") == 0


def test_who_may_not_set_prices_changes_none_and_nothing_else_with_them(database):
    client = make_client()
    for changes in ({"licence_price": 1}, {"payment_option": "agency_card"}, {"litmus_test": {"price": 1}}):
        with pytest.raises(Forbidden):
            save(client, wish_of(client, direct_support=True, **changes), may_price=False)
    assert not settings.current(client, now=NOW).direct_support
    save(client, wish_of(client, direct_support=True), may_price=False)
    assert settings.current(client, now=NOW).direct_support


def test_a_manager_who_saves_first_fixes_no_price(database):
    client = new_client()
    save(client, wish_of(client, litmus_test={"limit": 5}), may_price=False)
    save(client, wish_of(client, payment_option="agency_card", licence_price=7))
    held = settings.current(client, now=NOW)
    assert (held.payment_option, held.licence_price) == ("agency_card", 7)


def test_statements_are_offered_under_the_clients_card_alone(database):
    client = make_client()
    assert rights.is_available(client, "statements")
    change_settings(client, payment_option="agency_card")
    assert rights.is_available(client, "statements"), "the card changes with the month"
    settings.turn_month(client, now=AFTER_GRACE)
    assert not rights.is_available(client, "statements")


def test_every_change_of_a_limit_is_a_version_and_metering_hears_of_it(database):
    client = make_client()
    before = settings.limits_in_force(client)["litmus_test"]
    change_settings(client, litmus_test={"limit": 99})
    change_settings(client, litmus_test={"enabled": False})
    change_settings(client, shutterstock={"limit": 7})
    after = settings.limits_in_force(client)["litmus_test"]
    assert (after.version - before.version, after.limit_version - before.limit_version) == (2, 1)
    heard = (
        outbox.Message.select()
        .where((outbox.Message.topic == "limit.changed") & (outbox.Message.created_at == NOW))
        .order_by(outbox.Message.id)
    )
    assert [row.payload["service"] for row in heard] == ["litmus_test", "litmus_test", "shutterstock"]
    assert settings.limit_at(client, "litmus_test", NOW).limit == before.limit


def test_saving_what_holds_already_changes_nothing(database):
    client = make_client()
    rows = AuditEntry.select().count()
    assert change_settings(client) == []
    assert AuditEntry.select().count() == rows


def test_a_save_and_a_price_leave_a_trail(database):
    client = make_client()
    change_settings(client, licence_price=1, litmus_test={"limit": 3})
    saved = AuditEntry.select().where(AuditEntry.action == "settings.saved").order_by(AuditEntry.id.desc()).first()
    assert saved.details["changes"] == {"licence_price": [19900, 1], "litmus_test.limit": [10, 3]}
    assert (saved.agency_id, saved.client_id, saved.at) == (client.agency_id, client.id, NOW)
    settings.set_agency_price(client.agency, "litmus_test", 1, now=NOW)
    settings.set_cost(make_operator(), "licence", "BRL", 1, now=NOW)
    newest = [row.action for row in AuditEntry.select().order_by(AuditEntry.id.desc()).limit(2)]
    assert newest == ["cost.set", "price.set"]


def test_a_client_managed_switch_is_the_clients_and_an_agency_managed_one_is_not(database):
    client = make_client(optimizer_managed_by="agency")
    with pytest.raises(Forbidden):
        settings.switch_optimizer(client, enabled=True, by=TESTER, now=NOW)
    change_settings(client, optimizer_managed_by="client")
    settings.switch_optimizer(client, enabled=True, by=TESTER, now=NOW)
    assert settings.current(client, now=NOW).optimizer_enabled


# The catalogue of services

GOOD = """[mail]
kind = "counter"
icon = "mail"
name = { pt-BR = "E-mail", en = "Mail" }
limit_name = { pt-BR = "Limite", en = "Limit" }
unit = { pt-BR = ["carta", "cartas"], en = ["letter", "letters"] }
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('kind = "counter"', 'kind = "clock"', 2, "kind"),
        ('kind = "counter"', 'kind = "counter', 2, ""),
        ('icon = "mail"', "icon = 7", 3, "icon"),
        ('en = "Mail"', 'fr = "Courrier"', 4, "name"),
        ('["letter", "letters"]', '["letter"]', 6, "unit"),
        ('icon = "mail"', 'icon = "mail"\nblock = 0', 4, "block"),
        ('icon = "mail"', 'icon = "mail"\nblock = true', 4, "block"),
        ('icon = "mail"', 'icon = "mail"\nprize = 9', 4, "prize"),
        ('icon = "mail"', 'icon = "mail"\ninside = "no"', 4, "inside"),
        ('icon = "mail"', 'icon = "mail"\naddress = 9', 4, "address"),
        ('icon = "mail"', 'icon = "mail"\naddress = "http://tests.example/"', 4, "https://"),
        ('icon = "mail"', 'icon = "mail"\naddress = "https://a:b@tests.example/"', 4, "address"),
        ('icon = "mail"', 'icon = "mail"\naddress = "https://tests.example/?a=b"', 4, "address"),
        ('icon = "mail"', 'icon = "mail"\naddress = "https://tests.example/#b"', 4, "address"),
        ('icon = "mail"', 'icon = "mail"\naddress = "https://tests.example/;script-src *"', 4, "address"),
        ('icon = "mail"', 'icon = "mail"\naddress = "https://tests.example/{person}"', 4, "{person}"),
        ('icon = "mail"', 'icon = "mail"\ninside = true\naddress = "https://tests.example/"', 5, "itself"),
        ("[mail]", "[Mail]", 1, "Mail"),
        ("[mail]", "mail = 7\n[other]", 1, "mail"),
        ("[mail]", "[mail]\n[mail]", 2, ""),
        ('icon = "mail"\n', "", 1, "icon"),
        ('["letter", "letters"] }\n', '["letter", ', 6, ""),
    ],
)
def test_a_mistake_in_the_catalogue_names_its_line(tmp_path, old, new, line, said):
    file = tmp_path / "services.toml"
    assert old in GOOD
    file.write_text(GOOD.replace(old, new, 1))
    known = settings.all_services()
    with pytest.raises(settings.CatalogueError) as error:
        settings.load_services(file)
    assert str(error.value).startswith(f"{file}:{line}:")
    assert said in str(error.value)
    assert settings.all_services() == known


@pytest.fixture
def catalogue():
    """The real catalogue is in force again afterwards."""
    yield
    settings.load_services(ROOT / "portal" / "services.toml")


def test_an_address_is_filled_in_for_agency_and_service(tmp_path, catalogue):
    file = tmp_path / "services.toml"
    file.write_text(GOOD + 'address = "https://{agency}.tests.example/open/{service}"\n')
    service = settings.load_services(file)["mail"]
    assert service.address_for("aurora") == "https://aurora.tests.example/open/mail"
    elsewhere = settings.load_services(file, {"mail": "http://127.0.0.1:9/"})["mail"]
    assert elsewhere.address_for("aurora") == "http://127.0.0.1:9/", "the installation's setting goes first"


@pytest.mark.parametrize(
    ("addresses", "said"),
    [
        ({"male": "https://tests.example/"}, "male is no service"),
        ({"mail": "ftp://tests.example/"}, "mail must begin with https://"),
        ({"mail": "http://tests.example/"}, "mail must begin with https://"),
        ({"mail": ""}, "mail must begin with https://"),
    ],
)
def test_a_mistake_in_the_addresses_of_the_settings_is_named(tmp_path, addresses, said):
    file = tmp_path / "services.toml"
    file.write_text(GOOD)
    known = settings.all_services()
    with pytest.raises(settings.CatalogueError, match=f"^PORTAL_SERVICE_ADDRESSES: {said}"):
        settings.load_services(file, addresses)
    assert settings.all_services() == known, "what was in force stays"


def test_what_the_portal_does_itself_has_no_address():
    outside = {service.key for service in settings.all_services() if service.is_outside}
    assert outside == {"sales_optimizer", "email_sync", "litmus_test", "shutterstock"}


@pytest.mark.parametrize("content", [b"", b"\xff", b"# nothing\n"])
def test_a_catalogue_that_says_nothing_is_refused(tmp_path, content):
    file = tmp_path / "services.toml"
    file.write_bytes(content)
    with pytest.raises(settings.CatalogueError):
        settings.load_services(file)


def test_a_missing_catalogue_is_refused(tmp_path):
    with pytest.raises(settings.CatalogueError):
        settings.load_services(tmp_path / "nowhere.toml")


def test_prices_are_those_of_the_clients_currency(database):
    agency = make_agency()
    client = make_client(agency, currency="EUR")
    assert settings.price_of(client, "litmus_test", "2026-06") == 0
    settings.set_agency_price(agency, "litmus_test", 300, currency="EUR", now=START)
    assert settings.price_of(client, "litmus_test", "2026-06") == 300
    assert settings.price_of(make_client(agency), "litmus_test", "2026-06") == 900
