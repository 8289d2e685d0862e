"""Statements: the worked example to the cent, late use settled once, numbers without gaps, frozen for ever."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from portal.domain import billing, metering, requests, settings, tenants
from portal.domain.billing import Audience, Statement
from portal.domain.errors import NotFound, Refused
from portal.domain.tenants.models import Term
from tests.domain.racing import at_once, errors
from tests.factories import (
    AFTER_GRACE,
    NOW,
    START,
    TESTER,
    brand_of,
    change_settings,
    event,
    make_agency,
    make_client,
    make_example,
    make_operator,
    record_usage,
)

JUNE = datetime(2026, 6, 20, 12, tzinfo=UTC)
MAY = datetime(2026, 5, 20, 12, tzinfo=UTC)
AUGUST, SEPTEMBER = datetime(2026, 8, 5, 12, tzinfo=UTC), datetime(2026, 9, 5, 12, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 20, tzinfo=UTC)


def close(agency, label="2026-06", now=AFTER_GRACE, **options):
    return billing.close_month(agency, label, brand_of=brand_of, by=TESTER, now=now, **options)


def of_client(client, label="2026-06"):
    return Statement.get((Statement.client == client) & (Statement.period == label))


def of_agency(agency, label="2026-06", currency="BRL"):
    return Statement.get(
        (Statement.agency == agency)
        & (Statement.audience == Audience.AGENCY.value)
        & (Statement.period == label)
        & (Statement.currency == currency)
    )


def lines(statement, *kinds):
    return [line for line in billing.lines_of(statement) if not kinds or line.kind in kinds]


def amounts(statement, *kinds):
    return [line.amount for line in lines(statement, *kinds)]


def late(client, quantity, at, now, service="litmus_test"):
    outcome = metering.record(client.agency, [event(client, service, quantity, at=at)], now=now)
    assert outcome.accepted == 1


# The worked example, in its three variants


def test_the_worked_example_on_the_clients_card(database):
    cantina = make_example()
    close(cantina.agency)
    retail, wholesale = of_client(cantina), of_agency(cantina.agency)
    printed = "kind service limit used excess block blocks amount cost".split()
    assert [tuple(getattr(line, name) for name in printed) for line in lines(retail)] == [
        ("licence", None, None, None, None, None, None, 19900, 12000),
        ("excess", "email_sync", 2, 4, 2, 1, 2, 9800, 6000),
        ("excess", "litmus_test", 10, 13, 3, 1, 3, 2700, 1500),
        ("excess", "shutterstock", 5, 5, 0, 1, 0, 0, 0),
        ("excess", "push_notification", 10_000, 12_345, 2_345, 1_000, 3, 750, 300),
        ("sold_service", None, None, None, None, None, None, 150_000, 0),
    ]
    assert (retail.net, retail.tax, retail.total, retail.due) == (183_150, 9_158, 192_308, 192_308)
    assert (retail.state, retail.payer, retail.payee) == ("due", "client", "operator")
    assert (wholesale.due, wholesale.remitted, wholesale.state) == (0, 172_508, "settled")
    assert amounts(wholesale, "collected") == [192_308]
    assert sum(amounts(wholesale, "collected_cost")) == -19_800
    assert (retail.number, wholesale.number) == ("AUR-2026-000001", "AUR-A-2026-000001")


def test_the_worked_example_collecting_the_excess_only(database):
    agency = make_agency("aurora", "Aurora", prefix="AUR")
    Term.update(value="excess").where(Term.key == "collects").execute()
    cantina = make_example(agency)
    close(agency)
    retail, wholesale = of_client(cantina), of_agency(agency)
    assert (retail.net, retail.tax, retail.total) == (13_250, 663, 13_913)
    assert {line["kind"] for line in retail.frozen["lines"]} == {"excess"}
    assert [line.kind for line in lines(retail) if not line.collected] == ["licence", "sold_service"]
    assert (wholesale.due, wholesale.remitted) == (12_000, 6_113)


def test_the_worked_example_on_the_agencys_card(database):
    cantina = make_example(payment_option="agency_card")
    close(cantina.agency)
    retail, wholesale = of_client(cantina), of_agency(cantina.agency)
    assert (retail.total, retail.state, retail.payer, retail.outstanding) == (192_308, "agency_invoiced", "agency", 0)
    assert retail.frozen["payee"] is None
    assert (wholesale.due, wholesale.remitted, wholesale.state) == (19_800, 0, "due")


def test_an_agency_that_is_its_own_payee_owes_the_cost_in_its_own_currency(database):
    northwind = make_agency(
        "northwind", "Northwind", prefix="NOR", currency="EUR", language="en", timezone="Europe/Lisbon",
        tax_label="VAT", tax_rate=2300, payee=tenants.Payee.AGENCY,
    )  # fmt: skip
    harbour = make_client(northwind, "Harbour Café", licence_price=9900)
    record_usage(harbour, quantity=12)
    close(northwind)
    retail, wholesale = of_client(harbour), of_agency(northwind, currency="EUR")
    assert (retail.net, retail.tax, retail.total, retail.currency) == (11_700, 2_691, 14_391, "EUR")
    assert (retail.payee, retail.frozen["payee"]["name"], retail.state) == ("agency", "Northwind", "due")
    assert (wholesale.due, wholesale.remitted) == (13_000, 0)
    assert "collected" not in {line.kind for line in lines(wholesale)}


def test_each_currency_has_an_agency_statement_of_its_own(database):
    agency = make_agency()
    make_client(agency, currency="EUR", payment_option="agency_card")
    make_client(agency, payment_option="agency_card")
    close(agency)
    assert {of_agency(agency, currency=currency).due for currency in ("BRL", "EUR")} == {12_000}


# What a month says


@pytest.mark.parametrize(
    ("began", "price", "cost"), [(1, 19900, 12000), (2, 19237, 11600), (16, 9950, 6000), (30, 663, 400)]
)
def test_a_licence_of_a_started_month_is_its_days_rounded_once(database, began, price, cost):
    client = make_client(began_on=date(2026, 6, began), now=datetime(2026, 6, 1, 12, tzinfo=UTC))
    [licence] = [line for line in billing.draft_for(client, "2026-06", now=NOW).lines if line.kind == "licence"]
    assert (licence.amount, licence.cost, licence.unit_price) == (price, cost, 19900)
    assert licence.detail == ({"days": 31 - began, "of_days": 30} if began > 1 else {})


def test_a_month_before_a_client_began_has_no_statement_of_it(database):
    client = make_client(began_on=date(2026, 7, 1))
    assert close(client.agency) == []


def test_the_statement_uses_the_limit_in_force_at_the_end_of_the_month(database):
    client = make_client()
    record_usage(client, quantity=13)
    change_settings(client, now=datetime(2026, 7, 1, 2, 59, tzinfo=UTC), litmus_test={"limit": 12})
    change_settings(client, now=datetime(2026, 7, 1, 3, 1, tzinfo=UTC), litmus_test={"limit": 1})
    close(client.agency)
    [line] = [line for line in lines(of_client(client)) if line.service == "litmus_test"]
    assert (line.limit, line.excess) == (12, 1)


def test_a_projection_shows_a_limit_at_the_very_moment_it_was_set(database):
    client = make_client()
    record_usage(client, quantity=13)
    change_settings(client, litmus_test={"limit": 12})
    draft = billing.draft_for(client, "2026-06", now=NOW)
    assert [line.excess for line in draft.lines if line.service and line.service.key == "litmus_test"] == [1]


def test_prices_of_the_month_count_not_those_of_today(database):
    client = make_client()
    record_usage(client, quantity=11)
    change_settings(client, licence_price=1, litmus_test={"price": 1})
    settings.set_cost(make_operator(), "licence", "BRL", 1, now=NOW)
    close(client.agency)
    assert amounts(of_client(client), "licence") == [19900]
    assert sum(amounts(of_client(client), "excess")) == 900
    assert sum(line.cost for line in lines(of_client(client), "licence")) == 12000


def test_a_service_that_is_off_and_was_not_used_has_no_line(database):
    client = make_client(litmus_test={"enabled": False})
    close(client.agency)
    assert "litmus_test" not in {line.service for line in lines(of_client(client))}


def test_what_was_used_before_a_service_was_switched_off_is_billed(database):
    client = make_client()
    record_usage(client, quantity=11)
    change_settings(client, litmus_test={"enabled": False})
    close(client.agency)
    assert sum(amounts(of_client(client), "excess")) == 900


def test_a_gauge_left_above_zero_counts_on_only_while_its_service_is_on(database):
    client = make_client()
    record_usage(client, "email_sync", 4, at=MAY)
    change_settings(client, now=MAY + timedelta(days=1), email_sync={"enabled": False})
    assert _gauge_line(client, "2026-05") == 4
    assert _gauge_line(client, "2026-06") is None
    change_settings(client, now=AUGUST, email_sync={"enabled": True})
    assert _gauge_line(client, "2026-07") is None
    assert _gauge_line(client, "2026-08") == 4


def _gauge_line(client, label):
    draft = billing.draft_for(client, label, now=NOVEMBER)
    return next((line.used for line in draft.lines if line.service and line.service.key == "email_sync"), None)


@pytest.mark.parametrize(
    ("first_on", "every", "due"),
    [
        (date(2026, 5, 31), 1, {"2026-05": ["31"], "2026-06": ["30"], "2026-07": ["31"]}),
        (date(2026, 6, 30), 12, {"2026-05": [], "2026-06": ["30"], "2026-07": []}),
        (date(2026, 6, 1), None, {"2026-05": [], "2026-06": ["01"], "2026-07": []}),
        (date(2024, 6, 15), 24, {"2026-05": [], "2026-06": ["15"], "2026-07": []}),
        (date(2025, 6, 15), 24, {"2026-06": []}),
    ],
)
def test_sold_services_fall_due_on_the_same_day_or_the_last(database, first_on, every, due):
    client = make_client()
    requests.sell(client, "Design", price=1000, every_months=every, first_on=first_on, by=TESTER, now=START)
    for label, days in due.items():
        draft = billing.draft_for(client, label, now=NOVEMBER)
        assert [line.detail["on"][-2:] for line in draft.lines if line.kind == "sold_service"] == days


# Late use


def test_late_use_goes_to_the_next_statement_once(database):
    client = make_client()
    record_usage(client, quantity=9)
    close(client.agency)
    late(client, 4, JUNE, AFTER_GRACE)
    close(client.agency, "2026-07", AUGUST)
    [line] = lines(of_client(client, "2026-07"), "adjustment")
    assert (line.service, line.amount, line.cost, line.used, line.excess) == ("litmus_test", 2700, 1500, 13, 3)
    assert line.detail["period"] == "2026-06"
    close(client.agency, "2026-08", SEPTEMBER)
    assert lines(of_client(client, "2026-08"), "adjustment") == []
    assert of_client(client).total == of_client(client).frozen["total"] == (19900 * 105 + 50) // 100


def test_late_use_that_comes_twice_is_settled_twice_and_no_more(database):
    client = make_client()
    record_usage(client, quantity=12)
    close(client.agency)
    late(client, 1, JUNE, AFTER_GRACE)
    close(client.agency, "2026-07", AUGUST)
    late(client, 2, JUNE, AUGUST)
    close(client.agency, "2026-08", SEPTEMBER)
    assert [amounts(of_client(client, label), "adjustment") for label in ("2026-07", "2026-08")] == [[900], [1800]]
    billed = sum(sum(amounts(row, "excess", "adjustment")) for row in billing.statements_of_client(client))
    assert billed == 5 * 900


def test_late_use_is_judged_by_what_was_frozen(database):
    client = make_client()
    record_usage(client, quantity=10)
    close(client.agency)
    change_settings(client, now=AFTER_GRACE, litmus_test={"limit": 100, "price": 1})
    late(client, 1, JUNE, AFTER_GRACE)
    close(client.agency, "2026-07", AUGUST)
    assert amounts(of_client(client, "2026-07"), "adjustment") == [900]


def test_late_use_within_started_blocks_costs_nothing_more(database):
    client = make_client()
    record_usage(client, "push_notification", 12_345)
    close(client.agency)
    late(client, 600, JUNE, AFTER_GRACE, "push_notification")
    close(client.agency, "2026-07", AUGUST)
    assert lines(of_client(client, "2026-07"), "adjustment") == []


def test_late_use_of_a_service_that_had_no_line_is_billed_too(database):
    client = make_client(litmus_test={"enabled": False})
    close(client.agency)
    change_settings(client, now=AFTER_GRACE, litmus_test={"enabled": True})
    late(client, 12, JUNE, AFTER_GRACE)
    close(client.agency, "2026-07", AUGUST)
    close(client.agency, "2026-08", SEPTEMBER)
    assert amounts(of_client(client, "2026-07"), "adjustment") == [1800]
    assert lines(of_client(client, "2026-08"), "adjustment") == []


def test_a_late_value_of_a_gauge_settles_every_month_it_reaches(database):
    client = make_client()
    record_usage(client, "email_sync", 2, at=MAY)
    for label, now in (("2026-05", AFTER_GRACE), ("2026-06", AFTER_GRACE)):
        close(client.agency, label, now)
    late(client, 3, MAY + timedelta(hours=1), AFTER_GRACE, "email_sync")
    close(client.agency, "2026-07", AUGUST)
    july = of_client(client, "2026-07")
    assert [(line.detail["period"], line.amount) for line in lines(july, "adjustment")] == [
        ("2026-05", 4900),
        ("2026-06", 4900),
    ]


def test_late_use_within_the_grace_is_in_the_statement_itself(database):
    client = make_client()
    record_usage(client, quantity=12, at=JUNE, now=datetime(2026, 7, 2, tzinfo=UTC))
    close(client.agency)
    assert sum(amounts(of_client(client), "excess")) == 1800


def test_a_correction_that_takes_a_statement_below_zero_is_carried_to_the_next(database):
    client = make_client(licence_price=0)
    one = event(client, quantity=15, at=JUNE)
    metering.record(client.agency, [one], now=NOW + timedelta(days=6))
    close(client.agency)
    correction = event(client, quantity=-3, at=JUNE, corrects=one["id"])
    assert metering.record(client.agency, [correction], now=AFTER_GRACE).accepted == 1
    close(client.agency, "2026-07", AUGUST)
    july, wholesale = of_client(client, "2026-07"), of_agency(client.agency, "2026-07")
    assert (july.net, july.total, july.due, july.state) == (-2700, -2835, 0, "settled")
    assert amounts(wholesale, "collected") == [0]
    record_usage(client, quantity=20, at=datetime(2026, 8, 10, tzinfo=UTC))
    close(client.agency, "2026-08", SEPTEMBER)
    assert amounts(of_client(client, "2026-08"), "adjustment") == [-2700]
    assert of_client(client, "2026-08").net == 9000 - 2700
    close(client.agency, "2026-09", NOVEMBER)
    assert lines(of_client(client, "2026-09"), "adjustment") == []


def test_what_an_agency_is_short_of_is_carried_to_its_next_statement_once(database):
    client = make_client(licence_price=1000)  # costs more than the client pays
    close(client.agency)
    june = of_agency(client.agency)
    assert (june.due, june.remitted) == (0, 0)
    close(client.agency, "2026-07", AUGUST)
    july = of_agency(client.agency, "2026-07")
    assert amounts(july, "adjustment") == [1050 - 12000]
    close(client.agency, "2026-08", SEPTEMBER)
    assert amounts(of_agency(client.agency, "2026-08"), "adjustment") == [2 * (1050 - 12000)]


def test_what_is_carried_is_not_lost_when_months_are_closed_out_of_order(database):
    client = make_client(licence_price=1000)
    close(client.agency, "2026-06", AUGUST)
    close(client.agency, "2026-05", AUGUST)
    close(client.agency, "2026-07", AUGUST)
    assert sum(amounts(of_agency(client.agency, "2026-05"), "adjustment")) == 1050 - 12000
    assert sum(amounts(of_agency(client.agency, "2026-07"), "adjustment")) == 2 * (1050 - 12000)


# Closing


def test_a_month_that_is_not_over_or_whose_grace_runs_is_refused(database):
    client = make_client()
    over = datetime(2026, 7, 1, 3, tzinfo=UTC)
    for moment, code in (
        (over - timedelta(microseconds=1), "month_not_over"),
        (over, "grace_runs"),
        (over + timedelta(days=3, microseconds=-1), "grace_runs"),
    ):
        with pytest.raises(Refused) as refusal:
            close(client.agency, now=moment)
        assert refusal.value.code == code
    assert not Statement.select().exists()
    assert close(client.agency, now=over + timedelta(days=3))


def test_the_grace_can_be_waived_but_not_the_month(database):
    client = make_client()
    with pytest.raises(Refused):
        close(client.agency, now=NOW, at_once=True)
    assert close(client.agency, now=datetime(2026, 7, 1, 3, tzinfo=UTC), at_once=True)


@pytest.mark.parametrize("label", ["June", "2026-13", "2026-06\n", "", "9999-12"])
def test_what_is_no_month_is_refused(database, label):
    with pytest.raises(Refused):
        close(make_agency(), label)


def test_closing_again_issues_nothing_and_shows_what_was_issued(database):
    client = make_client()
    first = close(client.agency)
    record_usage(client, quantity=50, at=JUNE, now=AFTER_GRACE)
    again = close(client.agency, now=AUGUST)
    assert [(row.id, row.number, row.total) for row in again] == [(row.id, row.number, row.total) for row in first]


def test_months_wait_to_be_closed_until_their_grace_has_ended(database):
    client = make_client()
    assert billing.due_for_closing(now=NOW) == [(client.agency, "2026-05")]
    assert billing.due_for_closing(now=AFTER_GRACE) == [(client.agency, "2026-05"), (client.agency, "2026-06")]
    close(client.agency, "2026-05")
    close(client.agency)
    assert billing.due_for_closing(now=AFTER_GRACE) == []


def test_a_close_that_broke_off_is_taken_up_again_for_what_is_missing(database, monkeypatch):
    agency = make_agency()
    make_client(agency)
    make_client(agency, currency="EUR")
    issue = billing.actions.issue_for_agency

    def broken(agency, currency, *rest, **options):
        if currency == "EUR":
            raise RuntimeError("power cut")
        issue(agency, currency, *rest, **options)

    with monkeypatch.context() as patch:
        patch.setattr("portal.domain.billing.actions.issue_for_agency", broken)
        with pytest.raises(RuntimeError):
            close(agency)
    assert (agency, "2026-06") in billing.due_for_closing(now=AFTER_GRACE)
    close(agency)
    assert (agency, "2026-06") not in billing.due_for_closing(now=AFTER_GRACE)
    assert Statement.select().count() == 4


def test_a_client_that_came_after_its_month_was_closed_is_not_billed_for_it(database):
    agency = make_agency()
    make_client(agency)
    close(agency)
    make_client(agency, now=AFTER_GRACE)
    assert len(close(agency, now=AUGUST)) == 2


# Numbers


def numbers(agency):
    rows = Statement.select(Statement.number).where(Statement.agency == agency).order_by(Statement.number)
    return [row.number for row in rows]


def test_numbers_have_no_gaps_after_a_rollback(database, monkeypatch):
    agency = make_agency(prefix="ZZZ")
    clients = [make_client(agency) for _ in range(3)]
    calls = iter([None, RuntimeError("power cut")])

    def sometimes(*_arguments):
        if error := next(calls, None):
            raise error

    with monkeypatch.context() as patch:
        patch.setattr("portal.domain.billing.issuing._announce", sometimes)
        with pytest.raises(RuntimeError):
            close(agency)
    assert Statement.select().count() == 1
    close(agency)
    assert numbers(agency) == ["ZZZ-2026-000001", "ZZZ-2026-000002", "ZZZ-2026-000003", "ZZZ-A-2026-000001"]
    assert {of_client(client).number for client in clients} == set(numbers(agency)[:3])


def test_closes_at_once_issue_each_statement_once_and_number_without_gaps(database):
    agency = make_agency(prefix="ZZZ")
    for _ in range(3):
        make_client(agency)
    results = at_once(*[partial(close, agency)] * 4, *[partial(close, agency, "2026-05")] * 4)
    assert not errors(results)
    retail = [f"ZZZ-2026-{n:06d}" for n in range(1, 7)]
    assert numbers(agency) == [*retail, "ZZZ-A-2026-000001", "ZZZ-A-2026-000002"]


def test_numbers_begin_anew_with_the_year_of_the_period_and_are_the_agencys_own(database):
    client = make_client(make_agency(prefix="ZZZ"))
    other = make_client(make_agency(prefix="YYY"))
    january = datetime(2027, 2, 5, tzinfo=UTC)
    for label in ("2026-12", "2027-01"):
        close(client.agency, label, january)
    close(other.agency, "2026-12", january)
    assert numbers(client.agency) == ["ZZZ-2026-000001", "ZZZ-2027-000001", "ZZZ-A-2026-000001", "ZZZ-A-2027-000001"]
    assert numbers(other.agency) == ["YYY-2026-000001", "YYY-A-2026-000001"]


# Frozen


def test_an_issued_statement_stays_as_it_was_whatever_changes(database):
    cantina = make_example()
    agency = cantina.agency
    close(agency)
    before = [(row.number, row.total, json.dumps(row.frozen), len(billing.assets_of(row))) for row in _all()]
    change_settings(cantina, now=AFTER_GRACE, licence_price=1, payment_option="agency_card", litmus_test={"limit": 1})
    tenants.Client.update(name="Another name", currency="EUR", address="Elsewhere").execute()
    tenants.Agency.update(
        name="Another", legal_name="Another", timezone="Asia/Tokyo", slug="another", language="en"
    ).execute()
    tenants.Operator.update(legal_name="Another").execute()
    Term.update(value=1).where(Term.key == "tax_rate").execute()
    late(tenants.client_by_id(agency, cantina.id), 50, JUNE, AFTER_GRACE)
    close(tenants.Agency.get_by_id(agency.id), now=AUGUST)
    assert [(row.number, row.total, json.dumps(row.frozen), len(billing.assets_of(row))) for row in _all()] == before


def _all():
    return list(Statement.select().where(Statement.period == "2026-06").order_by(Statement.number))


def test_what_is_frozen_names_everybody_and_adds_up(database):
    cantina = make_example()
    close(cantina.agency)
    frozen = of_client(cantina).frozen
    assert frozen["issuer"]["name"] == "Aurora"
    assert frozen["client"]["name"] == "Cantina da Praça"
    assert frozen["payee"] == {
        "kind": "operator", "name": "Palco Pagamentos Ltda.", "address": ["Rua do Palco, 1", "São Paulo, SP"],
        "tax_id": None,
    }  # fmt: skip
    assert sum(line["amount"] for line in frozen["lines"]) == frozen["net"]
    assert frozen["net"] + frozen["tax"] == frozen["total"]
    assert (frozen["issued_on"], frozen["period"]["starts_on"], frozen["period"]["ends_on"]) == (
        "2026-07-05", "2026-06-01", "2026-06-30",
    )  # fmt: skip
    wholesale = of_agency(cantina.agency).frozen
    assert wholesale["collected"] + wholesale["collected_cost"] == wholesale["remitted"] == 172_508


def test_each_reader_gets_the_names_of_services_in_his_own_language(database):
    agency = make_agency(language="pt-BR")
    client = make_client(agency, language="en")
    record_usage(client, quantity=11)
    close(agency)
    [retail] = [line for line in of_client(client).frozen["lines"] if line["service"] == "litmus_test"]
    [wholesale] = [line for line in of_agency(agency).frozen["lines"] if line["service"] == "litmus_test"]
    assert (retail["label"], wholesale["label"]) == ("Litmus test", "Teste de Litmus")


def test_a_file_is_kept_once(database):
    [statement, _] = close(make_client().agency)
    assert billing.keep_pdf(statement, name="a.pdf", sha256="1" * 64, now=AFTER_GRACE)
    assert not billing.keep_pdf(statement, name="b.pdf", sha256="2" * 64, now=AFTER_GRACE)
    assert Statement.get_by_id(statement.id).pdf_sha256 == "1" * 64


def test_another_agencys_statement_is_not_found(database):
    client, stranger = make_client(), make_client()
    close(client.agency)
    mine, own = of_client(client), of_agency(client.agency)
    for look in (
        partial(billing.statement_of_agency, stranger.agency, mine.id),
        partial(billing.statement_by_number, stranger.agency, mine.number),
        partial(billing.statement_of_client, stranger, mine.id),
        partial(billing.statement_of_client, make_client(client.agency), mine.id),
        partial(billing.statement_of_client, client, own.id),
    ):
        with pytest.raises(NotFound):
            look()


def test_use_from_before_a_client_began_is_kept_and_never_billed(database: object):
    client = make_client()
    record_usage(client, "litmus_test", 50, at=datetime(2026, 4, 20, 12, tzinfo=UTC))
    for label in ("2026-05", "2026-06"):
        close(client.agency, label)
        assert sum(amounts(of_client(client, label), "excess", "adjustment")) == 0
