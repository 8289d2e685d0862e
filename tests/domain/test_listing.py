"""Lists of very many clients: pages by name, the search and its signs, filters, counts that end somewhere."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.db import database as handle
from portal.domain import accounts, settings, tenants
from portal.domain.accounts import Only, Role, Search
from portal.domain.accounts import listing as module
from portal.domain.tenants import search as searching
from tests.factories import (
    AFTER_GRACE,
    NOW,
    TESTER,
    change_settings,
    make_agency,
    make_client,
    make_staff,
    record_usage,
)


@pytest.fixture
def ana(database):
    return make_staff(agency=make_agency())


def names(staff, text="", only=Only.EVERY, **edge):
    page = accounts.list_clients(staff, Search(text, only, "2026-06"), **edge)
    return [client.name for client in accounts.loaded(staff, page.ids)]


@pytest.mark.parametrize("text", ["", "cliente", "cl"])
def test_pages_go_on_where_the_one_before_ended_and_back_again(ana, text):
    every = [make_client(ana.agency, f"Cliente {n % 3}").id for n in range(7)]
    every.sort(key=lambda client_id: accounts.client_of(ana, client_id).sort_name)
    search, seen, page = Search(text), [], accounts.list_clients(ana, Search(text), most=3)
    assert page.previous is None
    while True:
        seen.append(page.ids)
        if page.following is None:
            break
        page = accounts.list_clients(ana, search, after=page.following, most=3)
    assert [len(ids) for ids in seen] == [3, 3, 1]
    assert sorted(client_id for ids in seen for client_id in ids) == sorted(every)
    back = accounts.list_clients(ana, search, before=page.previous, most=3)
    assert back.ids == seen[1]
    assert accounts.list_clients(ana, search, before=back.previous, most=3).previous is None


@pytest.mark.parametrize(
    "sign",
    ["100%", "a_b", 'say "hi"', "N*R", "NEAR", "one OR two", "a-b", "back\\slash", "x'y", "(z)", "col:on", "^up"],
)
def test_every_sign_of_a_search_is_looked_for_as_it_stands(ana, sign):
    make_client(ana.agency, f"Loja {sign} Ltda")
    make_client(ana.agency, "Outra 1000 axb say hi NXR NEXR one two anybody z colon up")
    assert names(ana, sign) == [f"Loja {sign} Ltda"]
    assert accounts.count_listed(ana, Search(sign)) == 1


@pytest.mark.parametrize("text", ["PRAÇA", "praca", "da Praça", "contas@", "rua das flores", "cantina-da"])
def test_a_search_looks_into_name_slug_mail_and_address_without_accents(ana, text):
    make_client(ana.agency, "Cantina da Praça", email="contas@cantina.example", address="Rua das Flores, 1\nSão Paulo")
    make_client(ana.agency, "Moda Lume")
    assert names(ana, text) == ["Cantina da Praça"]


@pytest.mark.parametrize(("text", "found"), [("ó", ["Ótica"]), ("OT", ["Ótica"]), ("ca", []), ("%", []), ("_", [])])
def test_fewer_than_three_letters_are_the_beginning_of_the_name(ana, text, found):
    make_client(ana.agency, "Ótica")
    assert names(ana, text) == found


def test_a_client_with_new_details_is_found_by_them_alone(ana):
    client = make_client(ana.agency, "Cantina")
    details = {"email": "novo@lume.example", "address": "", "language": "pt-BR"}
    tenants.change_client(client, name="Moda Lume", **details, by=TESTER, now=NOW)
    assert names(ana, "lume.ex") == names(ana, "moda") == ["Moda Lume"]
    assert names(ana, "Cantina d") == []


def test_a_search_stays_in_its_agency(ana):
    other = make_staff(agency=make_agency())
    for n in range(3):
        make_client(ana.agency, f"Loja {n}")
        make_client(other.agency, f"Loja {n + 5}")
    assert names(ana, "loja") == ["Loja 0", "Loja 1", "Loja 2"]
    assert names(other, "loja") == ["Loja 5", "Loja 6", "Loja 7"]


@pytest.mark.parametrize("text", ["", "loja", "lo"])
def test_a_manager_finds_his_own_clients_alone(ana, text):
    mine = make_client(ana.agency, "Loja minha")
    foreign = make_client(ana.agency, "Loja alheia")
    bruno = make_staff(Role.MANAGER, ana.agency, clients=[mine])
    assert names(bruno, text) == ["Loja minha"]
    assert accounts.count_listed(bruno, Search(text)) == 1
    assert names(bruno, text, after=foreign.id) == ["Loja minha"], "an edge that is not his is no edge"
    assert accounts.visible_among(bruno, [mine.id, foreign.id]) == {mine.id}


def test_a_search_goes_no_further_than_its_most(ana, monkeypatch):
    monkeypatch.setattr(searching, "_INDEXED", searching._INDEXED.replace("LIMIT 201", "LIMIT 3"))
    monkeypatch.setattr(searching, "_ALIKE", searching._ALIKE.replace("LIMIT 201", "LIMIT 3"))
    for n in range(5):
        make_client(ana.agency, f"Loja {n}")
    assert len(names(ana, "loja")) == 3


def test_counts_go_no_further_than_their_most(ana, monkeypatch):
    monkeypatch.setattr(module, "MOST_COUNTED", 2)
    for n in range(5):
        make_client(ana.agency, f"Loja {n}")
    assert accounts.count_listed(ana) == 3


def test_whose_card_pays_follows_the_month_and_not_the_save(ana):
    client = make_client(ana.agency, "Cantina")
    change_settings(client, payment_option="agency_card")
    assert names(ana, only=Only.CLIENT_CARD) == ["Cantina"]
    settings.turn_month(client, now=AFTER_GRACE)
    assert names(ana, only=Only.CLIENT_CARD) == []
    assert names(ana, only=Only.AGENCY_CARD) == names(ana, "cantina", Only.AGENCY_CARD) == ["Cantina"]


def test_the_other_filters_follow_what_is_done(ana):
    client = make_client(ana.agency, "Cantina")
    make_client(ana.agency, "Moda")
    record_usage(client, "litmus_test", 13)
    tenants.set_client_access(client, allowed=False, by=TESTER, now=NOW)
    tenants.set_client_suspended(client, suspended=True, reason="", by=TESTER, now=NOW)
    for only in (Only.NO_ACCESS, Only.SUSPENDED, Only.ALERT):
        assert names(ana, only=only) == names(ana, "cantina", only) == names(ana, "ca", only) == ["Cantina"]
    counts = accounts.counts_of_list(ana, Search(period="2026-06"), list(Only))
    assert counts == accounts.counts_of_list(ana, Search("c", period="2026-06"), list(Only)) | {
        Only.EVERY: 2,
        Only.CLIENT_CARD: 2,
    }
    assert counts[Only.ALERT] == counts[Only.SUSPENDED] == counts[Only.NO_ACCESS] == 1


def test_an_alert_of_the_month_before_is_none_of_this_month(ana):
    record_usage(make_client(ana.agency, "Cantina"), "litmus_test", 13)
    assert names(ana, only=Only.ALERT) == ["Cantina"]
    assert accounts.count_listed(ana, Search("", Only.ALERT, "2026-07")) == 0


def test_no_question_walks_through_all_clients(ana):
    """SQLite says how it would answer; a table is never scanned nor sorted."""
    if handle.obj.__class__.__name__ != "SqliteDatabase":
        pytest.skip("the plan of SQLite")
    make_client(ana.agency, "Cantina")
    for only in Only:
        for text in ("", "ca"):
            sql, values = module._plain(ana, Search(text, only, "2026-06"), only)
            question = f"SELECT c.id {sql} ORDER BY c.sort_name, c.id LIMIT 51".replace("::uuid", "")
            plan = " ".join(row[3] for row in handle.execute_sql(f"EXPLAIN QUERY PLAN {question}", values))
            assert "SEARCH" in plan, plan
            assert not {"SCAN", "TEMP"} & set(plan.split()), plan


# The turn of the month


def test_each_client_is_brought_into_a_period_once(ana, monkeypatch):
    monkeypatch.setattr(tenants.turning, "PART", 2)
    every = [make_client(ana.agency, f"Loja {n}") for n in range(5)]
    parts = list(tenants.clients_to_turn(ana.agency, "2026-07"))
    assert [len(part) for part in parts] == [2, 2, 1]
    assert {client.id for part in parts for client in part} == {client.id for client in every}
    assert list(tenants.clients_to_turn(ana.agency, "2026-07")) == []
    assert len(list(tenants.clients_to_turn(ana.agency, "2026-08"))) == 3


def test_who_was_stopped_goes_on_after_the_last_whole_part(ana, monkeypatch):
    monkeypatch.setattr(tenants.turning, "PART", 2)
    every = sorted(make_client(ana.agency, f"Loja {n}").id for n in range(5))
    parts = tenants.clients_to_turn(ana.agency, "2026-07")
    next(parts), next(parts)
    parts.close()
    rest = [client.id for part in tenants.clients_to_turn(ana.agency, "2026-07") for client in part]
    assert rest == every[2:]
    begun = tenants.clients_to_turn(ana.agency, "2026-08")
    next(begun), next(begun)
    begun.close()
    again = [client.id for part in tenants.clients_to_turn(ana.agency, "2026-09") for client in part]
    assert again == every, "another month begins with the first"


def test_the_schedule_turns_a_month_once(ana):
    from portal.jobs import schedule

    client = make_client(ana.agency, "Cantina")
    change_settings(client, payment_option="agency_card")
    july = datetime(2026, 7, 1, 12, tzinfo=UTC)
    schedule.turn_months(None, now=july)
    assert names(ana, only=Only.AGENCY_CARD) == ["Cantina"]
    tenants.note_card(client, "client_card")
    schedule.turn_months(None, now=july)
    assert names(ana, only=Only.AGENCY_CARD) == [], "it looked again"


def test_a_late_value_that_carries_a_gauge_over_its_limit_is_told_though_the_month_has_turned(ana):
    from portal.jobs import schedule

    client = make_client(ana.agency, "Cantina")
    july = datetime(2026, 7, 2, 12, tzinfo=UTC)
    schedule.turn_months(None, now=july)
    record_usage(client, "email_sync", 4, at=NOW, now=july)
    assert accounts.count_listed(ana, Search("", Only.ALERT, "2026-07")) == 1
