"""Ana owns Aurora, Bruno manages one of its clients, Bia sees its bills, and a stranger owns another agency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from portal import clock
from portal.domain import billing
from portal.domain.accounts import Role, Staff
from portal.domain.tenants import Agency, Client
from tests.factories import AFTER_GRACE, NOW, TESTER, brand_of, make_agency, make_client, make_example, make_staff
from tests.worlds import built


@dataclass
class House:
    agency: Agency
    cantina: Client
    clinica: Client
    ana: Staff
    bruno: Staff
    bia: Staff
    stranger: Staff


@pytest.fixture
def house(database) -> House:
    """The worked example in the middle of June 2026; Bruno manages Clínica Horizonte alone."""
    clock.move_to(NOW)
    return built(database, _house)


def _house() -> House:
    agency = make_agency("aurora", "Aurora", prefix="AUR", email="financeiro@aurora.example")
    clinica = make_client(agency, "Clínica Horizonte", payment_option="agency_card")
    return House(
        agency,
        make_example(agency),
        clinica,
        make_staff(Role.OWNER, agency, email="ana@aurora.example", name="Ana Prado"),
        make_staff(Role.MANAGER, agency, clients=[clinica], email="bruno@aurora.example", name="Bruno Lima"),
        make_staff(Role.BILLING, agency, email="bia@aurora.example", name="Bia Costa"),
        make_staff(Role.OWNER, make_agency("elsewhere", "Elsewhere"), email="sara@elsewhere.example", name="Sara"),
    )


@pytest.fixture
def closed(database) -> House:
    """The same in July: May and June are issued, their PDFs not yet made."""
    clock.move_to(NOW)
    house = built(database, _closed)
    clock.move_to(AFTER_GRACE)
    return house


def _closed() -> House:
    house = _house()
    for label, day in (("2026-05", datetime(2026, 6, 5, 12, tzinfo=UTC)), ("2026-06", AFTER_GRACE)):
        billing.close_month(house.agency, label, brand_of=brand_of, by=TESTER, now=day)
    return house
