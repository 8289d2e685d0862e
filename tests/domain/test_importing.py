"""Clients from a file: read whatever wrote it, every problem at its cell, each good line one client, once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.domain import audit, outbox, settings, tenants
from portal.domain.errors import NotFound, Refused
from portal.domain.settings import PackageWish, ServiceWish, Wish, import_running
from portal.jobs import schedule
from tests.domain.racing import at_once
from tests.factories import NOW, TESTER, make_agency, make_client

HEAD = "name,slug,email,currency,language,began_on,package,payment_option,licence_price,limit_litmus_test\n"
GOOD = HEAD + "Cantina,cantina,a@b.example,BRL,pt-BR,2026-06-02,,agency_card,199.50,20\nBar,,,,,,,,,\n"


@pytest.fixture
def agency(database):
    return make_agency()


def begin(agency, data, mark="."):
    content = data if isinstance(data, bytes) else data.encode()
    return settings.begin_import(agency, content, name="clients.csv", mark=mark, by=TESTER, now=NOW)


def lines(batch):
    return {row.number: row for row in settings.lines_of_import(batch, ("good", "bad", "done", "failed"), most=None)}


def problems(batch, number=2):
    return {column: code for column, (code, _) in lines(batch)[number].problems.items()}


def run(agency, batch):
    settings.confirm_import(batch, by=TESTER, now=NOW)
    return worked(agency, batch)


def worked(agency, batch):
    while messages := outbox.claim(NOW, topic="import.work"):
        for message in messages:
            settings.import_work(batch.id, now=NOW)
            outbox.finish(message, now=NOW)
    return settings.import_of(agency, batch.id)


def client(agency, slug):
    return tenants.client_by_slug(agency, slug)


def test_nothing_is_created_before_it_is_confirmed(agency):
    batch = begin(agency, GOOD)
    assert [row.state for row in lines(batch).values()] == ["good", "good"]
    assert tenants.clients_of(agency) == []


def test_every_good_line_becomes_a_client_with_its_settings_from_the_start(agency):
    batch = run(agency, begin(agency, GOOD))
    assert batch.state == "done"
    cantina = client(agency, "cantina")
    held = settings.current(cantina, now=NOW)
    assert (cantina.name, cantina.email, cantina.began_on) == ("Cantina", "a@b.example", date(2026, 6, 2))
    assert (held.licence_price, held.payment_option, held.services["litmus_test"].limit) == (19950, "agency_card", 20)
    bar = client(agency, "bar")
    assert (bar.currency, bar.language, bar.began_on) == ("BRL", "pt-BR", date(2026, 6, 15))
    assert settings.current(bar, now=NOW).version == 1
    entry = audit.recent_of_agency(agency.id, 1)[0]
    assert (entry.action, entry.details["created"]) == ("clients.imported", 2)


@pytest.mark.parametrize(
    ("encoding", "delimiter", "written"),
    [
        ("utf-8", ",", "utf-8"),
        ("utf-8-sig", ";", "utf-8"),
        ("utf-8-sig", "\t", "utf-8"),
        ("cp1252", ";", "cp1252"),
        ("cp1252", ",", "cp1252"),
    ],
)
def test_delimiter_and_encoding_are_found(agency, encoding, delimiter, written):
    text = f"name{delimiter}email\r\nClínica São José{delimiter}a@b.example\r\n"
    batch = begin(agency, text.encode(encoding))
    assert (batch.reading["delimiter"], batch.reading["encoding"]) == (delimiter, written)
    assert lines(batch)[2].cells == {"name": "Clínica São José", "email": "a@b.example"}


def test_amounts_are_read_as_the_person_writes_them(agency):
    text = 'Name;Licence Price;limit_push_notification\nA;"1.234,50";10.000\nB;1234.50;1,000\n'
    batch = begin(agency, text, mark=",")
    assert lines(batch)[2].state == "good"
    assert problems(batch, 3) == {"licence_price": "bad_amount", "limit_push_notification": "bad_number"}
    run(agency, batch)
    held = settings.current(client(agency, "a"), now=NOW)
    assert (held.licence_price, held.services["push_notification"].limit) == (123450, 10_000)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (",,,,,,,,,5", {"name": "name_missing"}),
        ("x\u202ey", {"name": "bad_characters"}),
        ("n" * 121, {"name": "too_long"}),
        ("n" * 5000, {"name": "too_long"}),
        ("Here", {"name": "client_exists"}),
        ("hérE", {"name": "client_exists"}),
        ("A,no good", {"slug": "bad_slug"}),
        ("A,here", {"slug": "slug_taken"}),
        ("A,api", {"slug": "bad_slug"}),
        ("A,,nobody", {"email": "email_bad"}),
        ("A,,,XXY", {"currency": "bad_currency"}),
        ("A,,,,fr", {"language": "bad_language"}),
        ("A,,,,,31/02/2026", {"began_on": "bad_date"}),
        ("A,,,,,0001-01-01", {"began_on": "began_too_early"}),
        ("A,,,,,9999-12-31", {"began_on": "began_too_late"}),
        ("A,,,,,,Pro", {"package": "unknown_package"}),
        ("A,,,,,,,cash", {"payment_option": "bad_payment_option"}),
        ("A,,,,,,,,-1", {"licence_price": "bad_amount"}),
        ("A,,,,,,,,1e9", {"licence_price": "bad_amount"}),
        ("A,,,,,,,,NaN", {"licence_price": "bad_amount"}),
        ("A,,,,,,,,,-1", {"limit_litmus_test": "bad_number"}),
        ("A,,,,,,,,,1000000000001", {"limit_litmus_test": "bad_number"}),
        ("A,,,,,,,,,1,2", {"": "too_many_cells"}),
        ("A,no good,nobody,XXY,fr,x,Pro,cash,y,z", None),
    ],
)
def test_each_problem_stands_at_its_cell(agency, row, found):
    make_client(agency, "Here", slug="here")
    batch = begin(agency, HEAD + row + "\n")
    every = "slug email currency language began_on package payment_option licence_price limit_litmus_test".split()
    assert set(problems(batch)) == set(every) if found is None else problems(batch) == found
    with pytest.raises(Refused):
        settings.confirm_import(batch, by=TESTER, now=NOW)


def test_twice_in_the_file_is_said_at_both(agency):
    batch = begin(agency, "name,slug\nAmora,x\namóra,y\nBela,x\n")
    assert problems(batch, 2) == {"name": "twice_in_file", "slug": "twice_in_file"}
    assert problems(batch, 3) == {"name": "twice_in_file"}
    settings.change_line(batch, 3, {"name": "Cedro"}, now=NOW)
    settings.change_line(batch, 4, {"slug": "z"}, now=NOW)
    assert {row.state for row in lines(batch).values()} == {"good"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no_name_column"),
        (b"\n\n", "no_name_column"),
        (b"email\na@b.example\n", "no_name_column"),
        (b"name\n", "no_lines"),
        (b"name\n\n,,\n", "no_lines"),
        (b"name\x00\nA\n", "file_unreadable"),
        (b"\x89PNG\r\n\x1a\n\x00\x81", "file_unreadable"),
        (b"\x81\x8d\x8f", "file_unreadable"),
        (b'name\n"A\n', "line_unreadable"),
        (b"name\n" + b"A\n" * 5001, "too_many_lines"),
        (b"name" + b",x" * 200 + b"\nA\n", "too_many_columns"),
        (b"name" + b",x" * 100_000 + b",slug" * 150_000 + b"\nA\n", "too_many_columns"),
        (b"name\n" + b"A" * 1_048_576, "file_too_large"),
    ],
)
def test_what_is_no_table_of_clients_is_refused(agency, data, code):
    with pytest.raises(Refused) as refused:
        begin(agency, data)
    assert refused.value.code == code
    assert settings.imports_of(agency) == []


def test_the_name_of_the_file_holds_nothing_that_a_database_can_not_keep(agency):
    batch = settings.begin_import(agency, GOOD.encode(), name="a\x00b.csv", mark=".", by=TESTER, now=NOW)
    assert settings.import_of(agency, batch.id).name == "ab.csv"


def test_unknown_columns_are_named_and_left_out(agency):
    batch = begin(agency, "Colour,NAME,agency_id,name\nred,Amora,1,Other\n")
    assert batch.reading["ignored"] == ["Colour", "agency_id", "name"]
    assert lines(batch)[2].cells == {"name": "Amora"}


def make_package(agency, *, default=False, ceiling=30):
    services = {"litmus_test": ServiceWish(enabled=True, limit=7, at_limit="ceiling", ceiling=ceiling)}
    wish = PackageWish("Básico", default, Wish(False, "agency_card", "agency", True, 0, services), {"BRL": 9900})
    return settings.save_package(agency, wish, by=TESTER, now=NOW)


def test_a_package_gives_what_the_line_leaves_blank(agency):
    package = make_package(agency)
    text = "name,package,licence_price,limit_litmus_test\nA,basico,,\nB,Básico,50.00,none\nC,,,\nD,Básico,,25\n"
    batch = begin(agency, text)
    assert problems(batch, 3) == {"limit_litmus_test": "ceiling_needs_limit"}
    run(agency, batch)
    held = {slug: settings.current(client(agency, slug), now=NOW) for slug in "acd"}
    assert [held[slug].licence_price for slug in "acd"] == [9900, 0, 9900]
    assert [held[slug].services["litmus_test"].limit for slug in "acd"] == [7, 0, 25]
    assert len(settings.made_from(agency)[package.id]) == 2


def test_the_default_package_is_taken_unless_none_is_wanted(agency):
    make_package(agency, default=True)
    run(agency, begin(agency, "name,package\nA,\nB,none\n"))
    assert settings.current(client(agency, "a"), now=NOW).licence_price == 9900
    assert settings.current(client(agency, "b"), now=NOW).licence_price == 0


def test_clients_that_began_long_ago_begin_this_month_when_asked(agency):
    batch = begin(agency, "name,began_on\nA,2020-01-01\nB,31/05/2026\nC,never\n")
    assert settings.move_beginnings(batch, now=NOW) == 2
    assert [row.state for row in lines(batch).values()] == ["good", "good", "bad"]
    run(agency, batch)
    assert client(agency, "a").began_on == date(2026, 6, 1)


def test_killed_in_the_middle_each_line_is_one_client(agency, monkeypatch):
    batch = begin(agency, "name\n" + "".join(f"Loja {n}\n" for n in range(8)))
    monkeypatch.setattr(import_running, "CREATED_AT_ONCE", 2)
    real, calls = import_running.open_from, []

    def falls_over(*rest, **options):
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(*rest, **options)

    monkeypatch.setattr(import_running, "open_from", falls_over)
    settings.confirm_import(batch, by=TESTER, now=NOW)
    settings.confirm_import(batch, by=TESTER, now=NOW)
    with pytest.raises(KeyboardInterrupt):
        settings.import_work(batch.id, now=NOW)
    assert len(tenants.clients_of(agency)) == 2
    assert worked(agency, batch).state == "done"
    assert sorted(c.name for c in tenants.clients_of(agency)) == [f"Loja {n}" for n in range(8)]
    settings.import_work(batch.id, now=NOW)
    assert [e.action for e in audit.recent_of_agency(agency.id)].count("clients.imported") == 1


def test_a_client_added_meanwhile_fails_its_line_alone(agency):
    batch = begin(agency, "name\nAmora\nBela\n")
    settings.confirm_import(batch, by=TESTER, now=NOW)
    make_client(agency, "Amora")
    worked(agency, batch)
    assert {row.number: row.state for row in lines(batch).values()} == {2: "failed", 3: "done"}
    assert problems(batch) == {"name": "client_exists"}


def test_addresses_made_from_names_are_free_ones(agency):
    make_client(agency, "Somebody", slug="bar")
    run(agency, begin(agency, "name\nBar\nBar!\nApi\n???\n"))
    slugs = {c.name: c.slug for c in tenants.clients_of(agency)}
    assert slugs == {"Somebody": "bar", "Bar": "bar-2", "Bar!": "bar-3", "Api": "api-2", "???": "cliente"}


def test_bad_lines_are_left_out(agency):
    batch = run(agency, begin(agency, "name,email\nAmora,\nBela,nobody\n"))
    assert [row.state for row in lines(batch).values()] == ["done", "bad"]
    assert len(tenants.clients_of(agency)) == 1


def test_once_confirmed_nothing_is_corrected_or_discarded(agency):
    batch = run(agency, begin(agency, "name\nAmora\n"))
    for again in (
        lambda: settings.change_line(batch, 2, {"name": "B"}, now=NOW),
        lambda: settings.discard_import(batch),
        lambda: settings.move_beginnings(batch, now=NOW),
    ):
        with pytest.raises(Refused):
            again()


def test_another_agency_does_not_learn_of_it(agency):
    batch = begin(agency, GOOD)
    with pytest.raises(NotFound):
        settings.import_of(make_agency(), batch.id)
    with pytest.raises(NotFound):
        settings.change_line(batch, 99, {}, now=NOW)


def test_only_columns_of_the_file_can_be_corrected(agency):
    batch = begin(agency, "name\nAmora\n")
    settings.change_line(batch, 2, {"name": "Bela", "agency_id": "1", "is_default": "yes", "": "x"}, now=NOW)
    assert lines(batch)[2].cells == {"name": "Bela"}


def test_files_that_nobody_confirms_are_few_and_do_not_stay(agency):
    batches = [begin(agency, GOOD) for _ in range(10)]
    with pytest.raises(Refused, match="imports_waiting") as refused:
        begin(agency, "this is not even read")
    assert refused.value.values == {"most": 10}
    assert begin(make_agency("other", "Other"), GOOD), "another agency has its own"
    settings.discard_import(batches[0])
    settings.confirm_import(batches[1], by=TESTER, now=NOW)
    for _ in range(2):
        begin(agency, GOOD)
    week = NOW + timedelta(days=7, seconds=1)
    assert settings.begin_import(agency, GOOD.encode(), name="", mark=".", by=TESTER, now=week), "those are over"
    schedule.tidy_imports(None, now=week)
    assert [batch.state for batch in settings.imports_of(agency)] == ["checking", "running"]
    assert schedule.tidy_imports(None, now=NOW) is None and len(settings.imports_of(agency)) == 2


def test_of_many_files_at_once_no_more_wait_than_may(agency):
    for _ in range(8):
        begin(agency, GOOD)
    outcomes = at_once(*[lambda: begin(agency, GOOD)] * 4)
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 2, outcomes
