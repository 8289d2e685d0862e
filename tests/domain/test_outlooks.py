"""How a month of very many clients should close: computed in parts, and the same as computed at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.db import database as handle
from portal.domain import billing, metering, outbox, reports, requests
from portal.domain.accounts import Role
from portal.domain.outbox import Message
from portal.domain.reports import outlooks
from tests.factories import (
    AFTER_GRACE,
    NOW,
    TESTER,
    brand_of,
    event,
    make_agency,
    make_client,
    make_example,
    make_staff,
    record_usage,
)


@pytest.fixture
def agency(database, monkeypatch):
    """The worked example and three more clients, one of them in another currency; work in parts of two."""
    monkeypatch.setattr(outlooks, "PART", 2)
    monkeypatch.setattr(outlooks, "_PARTS_AT_ONCE", 1)
    cantina = make_example()
    for name, currency in (("Ana", "BRL"), ("Harbour", "EUR"), ("Zeta", "BRL")):
        record_usage(make_client(cantina.agency, name, currency=currency), "litmus_test", 12)
    return cantina.agency


def clients_of(agency):
    from portal.domain import tenants

    return tenants.page_of_clients_by_id(agency, most=100)


def at_once(agency, clients, now=NOW):
    with reports.at_hand_of(agency, clients):
        return reports.outlook_of(agency, clients, now=now)


def do_the_work(now=NOW):
    """As a worker does: each message may bring another one."""
    from portal.jobs.outbox import HANDLERS

    done = 0
    while messages := outbox.claim(now, topic="outlook.refresh"):
        for message in messages:
            HANDLERS[message.topic](message, None, None, now)
            outbox.finish(message, now=now)
            done += 1
    return done


def test_it_is_asked_for_once_an_hour_and_computed_in_parts(agency):
    assert reports.stored_outlook(agency, None, now=NOW) is None
    assert reports.stored_outlook(agency, None, now=NOW) is None
    assert Message.select().where(Message.topic == "outlook.refresh").count() == 1
    assert do_the_work() == 3
    found = reports.stored_outlook(agency, None, now=NOW + timedelta(minutes=30))
    assert found == at_once(agency, clients_of(agency))
    assert [month.currency for month in found.months] == ["BRL", "EUR"]
    assert found.renewals[0][1] == "2027-06-10"
    assert do_the_work(NOW + timedelta(minutes=30)) == 0, "a young one is not computed again"


def test_an_old_one_is_shown_while_a_new_one_is_made(agency):
    reports.ask_for_outlook(agency, None, now=NOW)
    do_the_work()
    record_usage(clients_of(agency)[0], "litmus_test", 50)
    later = NOW + timedelta(hours=2)
    assert reports.stored_outlook(agency, None, now=later).as_of == NOW
    assert do_the_work(later) == 3
    assert reports.stored_outlook(agency, None, now=later).as_of == later


def test_one_of_last_month_is_not_shown(agency):
    reports.ask_for_outlook(agency, None, now=NOW)
    do_the_work()
    july = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert reports.stored_outlook(agency, None, now=july) is None
    do_the_work(july)
    assert reports.stored_outlook(agency, None, now=july) == at_once(agency, clients_of(agency), july)


def test_a_computation_that_a_new_month_meets_begins_again(agency):
    reports.refresh_outlook(agency, now=NOW)
    july = datetime(2026, 7, 1, 12, tzinfo=UTC)
    do_the_work(july)
    assert reports.stored_outlook(agency, None, now=july) == at_once(agency, clients_of(agency), july)


def test_issued_months_are_added_up_by_currency(agency):
    for label, day in (("2026-05", datetime(2026, 6, 5, 12, tzinfo=UTC)), ("2026-06", AFTER_GRACE)):
        billing.close_month(agency, label, brand_of=brand_of, by=TESTER, now=day)
    reports.ask_for_outlook(agency, None, now=AFTER_GRACE)
    do_the_work(AFTER_GRACE)
    found = reports.stored_outlook(agency, None, now=AFTER_GRACE)
    assert found == at_once(agency, clients_of(agency), AFTER_GRACE)
    issued = [s for s in billing.statements_of_agency(agency, billing.Audience.CLIENT) if s.currency == "BRL"]
    assert [month.label for month in found.issued["BRL"]] == ["2026-05", "2026-06"]
    lines = [line.amount for statement in issued for line in billing.lines_of(statement)]
    assert sum(month.total for month in found.issued["BRL"]) == sum(lines)


def test_a_managers_is_of_his_clients_alone(agency):
    mine = clients_of(agency)[:3]
    bruno = make_staff(Role.MANAGER, agency, clients=mine)
    reports.ask_for_outlook(agency, bruno.membership_id, now=NOW)
    do_the_work()
    assert reports.stored_outlook(agency, bruno.membership_id, now=NOW) == at_once(agency, mine)
    assert reports.stored_outlook(agency, None, now=NOW) is None


def test_the_soonest_renewal_is_found_across_parts(agency):
    last = clients_of(agency)[-1]
    requests.sell(last, "Hosting", price=100, every_months=1, first_on=date(2026, 6, 20), by=TESTER, now=NOW)
    reports.ask_for_outlook(agency, None, now=NOW)
    do_the_work()
    assert reports.stored_outlook(agency, None, now=NOW).renewals[0][1] == "2026-06-20"


def test_every_day_it_is_computed_for_agencies_with_very_many_clients(agency, monkeypatch):
    from portal.jobs import schedule

    schedule.look_far(None, now=NOW)
    assert Message.select().where(Message.topic == "outlook.refresh").count() == 0
    monkeypatch.setattr(schedule, "MANY", 3)
    schedule.look_far(None, now=NOW)
    schedule.look_far(None, now=NOW)
    assert Message.select().where(Message.topic == "outlook.refresh").count() == 1


def test_few_questions_answer_for_any_number_of_clients(database, monkeypatch):
    agency = make_agency()
    clients = [make_client(agency, f"Client {n}") for n in range(12)]
    for client in clients:
        record_usage(client, "litmus_test", 11)
        requests.sell(client, "Design", price=1, every_months=12, first_on=date(2026, 5, 3), by=TESTER, now=NOW)
    billing.close_month(agency, "2026-05", brand_of=brand_of, by=TESTER, now=datetime(2026, 6, 5, 12, tzinfo=UTC))
    counted = []
    ask = handle.obj.execute_sql
    monkeypatch.setattr(handle.obj, "execute_sql", lambda *a, **k: counted.append(a) or ask(*a, **k))
    sums = []
    for few in (clients[:2], clients):
        counted.clear()
        at_once(agency, few)
        sums.append(len(counted))
    assert sums[0] == sums[1] < 20


def test_late_use_of_an_issued_month_is_in_it(database):
    cantina = make_example()
    may = datetime(2026, 5, 20, 12, tzinfo=UTC)
    billing.close_month(cantina.agency, "2026-05", brand_of=brand_of, by=TESTER, now=datetime(2026, 6, 5, tzinfo=UTC))
    before = at_once(cantina.agency, [cantina]).months[0]
    metering.record(cantina.agency, [event(cantina, "litmus_test", 12, at=may)], now=NOW)
    after = at_once(cantina.agency, [cantina]).months[0]
    assert after.of(billing.LineKind.ADJUSTMENT) - before.of(billing.LineKind.ADJUSTMENT) == 2 * 900
    assert reports.forecast_of(cantina, now=NOW).revenue == after.revenue
