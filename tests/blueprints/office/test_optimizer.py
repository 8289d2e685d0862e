"""The four combinations of the Sales Optimizer, as the client meets them; direct support, whose section is to come."""

from __future__ import annotations

import pytest

from portal import clock
from portal.domain import rights, settings
from portal.domain.accounts import Role
from tests.factories import change_settings, make_contributor, make_staff

NAME = "Otimizador de Vendas"


def in_menu(page):
    return [link.get("href") for link in page.select("//nav//a[contains(@href, 'sales-optimizer')]")]


def is_on(client):
    return settings.current(client, now=clock.now()).optimizer_enabled


@pytest.mark.parametrize("managed_by", ["agency", "client"])
@pytest.mark.parametrize("enabled", [True, False])
def test_each_of_the_four_combinations_is_met_as_it_was_saved(browse, carla, client, cantina, managed_by, enabled):
    change_settings(client, optimizer_managed_by=managed_by, optimizer_enabled=enabled)
    page = browse(carla).get("office.services.index", app=cantina.slug)
    assert bool(in_menu(page)) is enabled, "in the menu while it is enabled, and only then"
    part = page.by_id("sales-optimizer")
    switches = part.xpath(".//form[contains(@action, 'sales-optimizer')]//button[@role='switch']")
    assert bool(switches) is (managed_by == "client"), "switched by the client where the client manages it"
    if switches:
        assert switches[0].get("aria-checked") == ("true" if enabled else "false")
    else:
        assert ("ligado" if enabled else "desligado") in part.text_content()
    answer = browse(carla).post("office.services.optimizer", {"enabled": "no" if enabled else "yes"}, app=cantina.slug)
    assert answer.status == (303 if managed_by == "client" else 403)
    assert is_on(client) is (not enabled if managed_by == "client" else enabled)


@pytest.mark.parametrize("enabled", [True, False])
def test_the_menu_follows_on_the_next_request(browse, carla, client, cantina, enabled):
    change_settings(client, optimizer_enabled=not enabled)
    session = browse(carla)
    assert bool(in_menu(session.get("office.home.index", app=cantina.slug))) is not enabled
    change_settings(client, optimizer_enabled=enabled)
    assert bool(in_menu(session.get("office.home.index", app=cantina.slug))) is enabled


def test_the_entry_of_the_menu_leads_to_it(browse, carla, client, cantina):
    change_settings(client, optimizer_enabled=True)
    session = browse(carla)
    (href,) = in_menu(session.get("office.home.index", app=cantina.slug))
    page = session.get(href.partition("#")[0])
    assert page.by_id(href.partition("#")[2]) is not None


def test_who_may_not_see_services_does_not_find_it(browse, fabio, client, cantina):
    change_settings(client, optimizer_managed_by="client", optimizer_enabled=True)
    page = browse(fabio).get("office.home.index", app=cantina.slug)
    assert not page.has(NAME)
    assert browse(fabio).post("office.services.optimizer", {"enabled": "no"}, app=cantina.slug).status == 403
    assert is_on(client)


def test_who_only_sees_services_finds_it_and_switches_nothing(browse, client, cantina):
    change_settings(client, optimizer_managed_by="client", optimizer_enabled=True)
    reader = browse(make_contributor(cantina, ["services"]))
    assert in_menu(reader.get("office.services.index", app=cantina.slug))
    assert reader.post("office.services.optimizer", {"enabled": "no"}, app=cantina.slug).status == 403
    assert is_on(client)


def test_a_manager_inside_switches_what_the_client_manages(browse, client, cantina):
    change_settings(client, optimizer_managed_by="client")
    bruno = make_staff(Role.MANAGER, client.agency, clients=[client], name="Bruno")
    inside = browse(bruno, inside=cantina)
    assert inside.post("office.services.optimizer", {"enabled": "yes"}, app=cantina.slug).status == 303
    assert is_on(client)
    change_settings(client, optimizer_managed_by="agency")
    answer = inside.post("office.services.optimizer", {"enabled": "no"}, app=cantina.slug)
    assert answer.status == 403, "the agency's own is switched at the dashboard"
    assert is_on(client)


# Direct support


def test_direct_support_makes_its_section_available_and_off_takes_it_back(client):
    assert not rights.is_available(client, "support")
    change_settings(client, direct_support=True)
    assert rights.is_available(client, "support")
    change_settings(client, litmus_test={"limit": 3})
    assert rights.is_available(client, "support"), "another save leaves it"
    change_settings(client, direct_support=False)
    assert not rights.is_available(client, "support")


def test_direct_support_of_one_client_is_none_of_anothers(client, neighbour):
    change_settings(client, direct_support=True)
    assert not rights.is_available(neighbour.app.client, "support")
