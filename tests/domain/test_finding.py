"""People and statements are found by a part of what they are called, and never beyond what the asker may see."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from portal import clock
from portal.domain import accounts, billing
from portal.domain.accounts import Role, Staff
from portal.domain.tenants import Agency, Client
from tests.factories import (
    AFTER_GRACE,
    NOW,
    TESTER,
    brand_of,
    make_agency,
    make_app,
    make_client,
    make_contributor,
    make_staff,
)
from tests.worlds import built


@dataclass
class Town:
    agency: Agency
    cantina: Client
    clinica: Client
    ana: Staff
    bruno: Staff
    stranger: Staff


@pytest.fixture
def town(database) -> Town:
    """Two clients with people and a statement each in May and June; Bruno manages Clínica alone."""
    clock.move_to(AFTER_GRACE)
    return built(database, _town)


def _town() -> Town:
    agency = make_agency("aurora", "Aurora", prefix="AUR")
    cantina, clinica = make_client(agency, "Cantina"), make_client(agency, "Clínica")
    elsewhere = make_agency("elsewhere", "Elsewhere", prefix="AURE")
    for client, email, name in (
        (cantina, "carla@cantina.example", "Carla Menezes"),
        (cantina, "joao@cantina.example", "João Ávila"),
        (clinica, "carlos@clinica.example", "Carlos Prado"),
        (make_client(elsewhere, "Other"), "carla@cantina.example", "Carla Menezes"),
    ):
        make_contributor(make_app(client), email=email, name=name)
    for label in ("2026-05", "2026-06"):
        billing.close_month(agency, label, brand_of=brand_of, by=TESTER, now=AFTER_GRACE)
        billing.close_month(elsewhere, label, brand_of=brand_of, by=TESTER, now=AFTER_GRACE)
    return Town(
        agency,
        cantina,
        clinica,
        make_staff(Role.OWNER, agency, email="ana@aurora.example", name="Ana Prado"),
        make_staff(Role.MANAGER, agency, clients=[clinica], email="bruno@aurora.example", name="Bruno Lima"),
        make_staff(Role.OWNER, elsewhere, email="sara@elsewhere.example", name="Sara"),
    )


def people(staff: Staff, text: str, most: int = 10) -> list[str]:
    return [row.person.name for row in accounts.find_contributors(staff, text, most=most)]


def numbers(town: Town, text: str, *, of: Staff | None = None, own: bool = True, most: int = 50) -> list[str]:
    membership = of.membership_id if of else None
    found = billing.find_statements(town.agency, text, membership=membership, own=own, most=most)
    return [row.number for row in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("carl", ["Carla Menezes", "Carlos Prado"]),
        ("MENEZES", ["Carla Menezes"]),
        ("avila", ["João Ávila"]),
        ("joão á", ["João Ávila"]),
        ("ca", ["Carla Menezes", "Carlos Prado"]),
        ("me", []),  # less than three letters are a beginning
        ("JOAO@cantina", ["João Ávila"]),
        ("cantina.example", []),  # of an address only the beginning
        ("%", []),
        ("_", []),
        ("  ", []),
        ("nobody", []),
    ],
)
def test_people_are_found_by_name_and_by_the_beginning_of_their_address(town, text, found):
    assert people(town.ana, text) == found


def test_a_manager_finds_people_of_his_clients_alone(town):
    assert people(town.bruno, "carl") == ["Carlos Prado"]
    assert people(town.bruno, "carla@") == []
    assert people(town.bruno, "ca") == ["Carlos Prado"]


def test_a_person_at_two_agencies_is_found_by_each_as_its_own(town):
    [found] = accounts.find_contributors(town.stranger, "carla", most=10)
    assert found.app.client.name == "Other"
    assert people(town.stranger, "prado") == []


def test_who_left_is_found_no_more(town):
    [row] = accounts.find_contributors(town.ana, "menezes", most=10)
    accounts.end_contributor(row, by=TESTER, now=NOW)
    assert people(town.ana, "menezes") == []
    assert people(town.ana, "carla@") == []


def test_no_more_are_found_than_are_wanted(town):
    assert people(town.ana, "carl", most=1) == ["Carla Menezes"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("prado", ["Ana Prado"]),
        ("bruno@", ["Bruno Lima"]),
        ("b", ["Bruno Lima"]),
        ("aurora", []),
        ("sara", []),
        ("", []),
    ],
)
def test_staff_are_found_among_their_own(town, text, found):
    assert [row.person.name for row in accounts.find_staff(town.ana, text, most=10)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("AUR-2026-000004", ["AUR-2026-000004"]),
        ("aur-2026-000004", ["AUR-2026-000004"]),
        (" 2026-000004 ", ["AUR-2026-000004"]),
        ("4", ["AUR-2026-000004"]),
        ("000004", ["AUR-2026-000004"]),
        ("1", ["AUR-A-2026-000001", "AUR-2026-000001"]),
        ("a-2026", ["AUR-A-2026-000002", "AUR-A-2026-000001"]),
        ("2026", ["AUR-2026-000004", "AUR-2026-000003", "AUR-2026-000002", "AUR-2026-000001"]),
        ("5", []),
        ("AURE-2026-000001", []),
        ("AUR-2026-%", []),
        ("٤", []),
        ("a", []),
        ("cantina", []),
        ("", []),
    ],
)
def test_statements_are_found_by_what_people_remember_of_their_number(town, text, found):
    assert numbers(town, text) == found


def test_the_prefix_alone_finds_the_latest(town):
    assert numbers(town, "aur", most=2) == ["AUR-A-2026-000002", "AUR-2026-000004"]


def test_a_manager_finds_statements_of_his_clients_alone_and_none_of_the_agency(town):
    everything = numbers(town, "aur", own=False)
    assert len(everything) == 4
    his = billing.find_statements(town.agency, "aur", membership=town.bruno.membership_id, own=False, most=9)
    assert {row.client.name for row in his} == {"Clínica"}
    assert len(his) == 2


def test_the_agencys_own_statements_are_for_who_may_see_cost(town):
    assert numbers(town, "a-2026", own=False) == []
