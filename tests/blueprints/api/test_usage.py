"""POST /api/v1/usage: each event once, the good half of a batch whatever the other half is."""

from __future__ import annotations

import io
import json
import time
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from portal import clock, db
from portal.domain import metering, tenants
from portal.domain.outbox.models import Message
from tests.factories import NOW, TESTER, change_settings, event, make_client


def codes(page):
    assert page.status == 200, page.text
    return [(each["index"], each["code"]) for each in page.json["rejected"]]


def raised():
    return Message.select().where(Message.topic == "alert.raised").count()


def test_a_batch_is_counted(machine, client):
    page = machine.send(event(client, quantity=3), event(client, quantity=4))
    assert page.status == 200
    assert page.json == {"accepted": 2, "duplicates": 0, "rejected": []}
    assert machine.used(client) == 7


def test_a_client_may_be_named_by_its_id(machine, client):
    assert machine.send(event(str(client.id), quantity=2)).json["accepted"] == 1
    assert machine.used(client) == 2


def test_the_same_batch_again_counts_nothing(machine, client):
    batch = [event(client, quantity=2), event(client, "email_sync", 3)]
    assert machine.send(*batch).json["accepted"] == 2
    assert machine.send(*batch).json == {"accepted": 0, "duplicates": 2, "rejected": []}
    assert (machine.used(client), machine.used(client, "email_sync")) == (2, 3)


def test_the_same_event_twice_in_one_batch_counts_once(machine, client):
    same = event(client, quantity=2)
    assert machine.send(same, same).json == {"accepted": 1, "duplicates": 1, "rejected": []}
    assert machine.used(client) == 2


def test_another_body_under_a_used_id_is_a_conflict(machine, client):
    machine.send(event(client, quantity=2, id="once"))
    page = machine.send(event(client, quantity=3, id="once"))
    assert page.json["rejected"] == [
        {"index": 0, "id": "once", "code": "id_conflict", "detail": "This id was used before with another body."}
    ]
    assert machine.used(client) == 2


def test_two_agencies_may_use_the_same_id(machine, stranger, client):
    theirs = make_client(stranger.agency)
    assert machine.send(event(client, id="once")).json["accepted"] == 1
    assert stranger.send(event(theirs, id="once")).json["accepted"] == 1


def test_the_good_half_of_a_batch_counts_and_the_answer_says_which_is_bad(machine, client, stranger):
    foreign = make_client(stranger.agency, slug="far-away")
    page = machine.send(
        event(client, quantity=2),
        event(foreign, id="foreign"),
        event(client, quantity=0, id="none"),
        event(client, quantity=3),
        event(client, "sales_optimizer", id="unmetered"),
        "no event",
        event(client, at=NOW + timedelta(minutes=6), id="early"),
        event(client, at=NOW - timedelta(days=430), id="old"),
        event(client, quantity=5),
    )
    assert page.json["accepted"] == 3
    assert codes(page) == [
        (1, "unknown_client"),
        (2, "invalid"),
        (4, "unknown_service"),
        (5, "invalid"),
        (6, "too_early"),
        (7, "too_old"),
    ]
    assert [each["id"] for each in page.json["rejected"]] == ["foreign", "none", "unmetered", None, "early", "old"]
    assert machine.used(client) == 10


def test_a_foreign_client_is_as_unknown_as_one_that_does_not_exist(machine, client, stranger):
    foreign = make_client(stranger.agency)
    refused = [machine.send(event(name, id="x")).body for name in (foreign.slug, str(foreign.id), "nowhere")]
    assert len(set(refused)) == 1
    assert stranger.used(foreign) == 0


def test_two_batches_at_the_same_moment_count_each_event_once(machine, client):
    batch = [event(client) for _ in range(40)]
    headers = machine.bearer
    start, answers = Barrier(4), []

    def send(part):
        start.wait()
        page = machine.browser.app.test_client().post(
            "/api/v1/usage", json={"events": part}, headers=headers, base_url="http://localhost"
        )
        answers.append((page.status_code, page.get_json()))
        db.database.close()

    threads = [Thread(target=send, args=(part,)) for part in (batch, batch[::-1], batch[20:] + batch[:20], batch)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _ in answers] == [200] * 4
    assert sum(answer["accepted"] for _, answer in answers) == 40
    assert sum(answer["duplicates"] for _, answer in answers) == 120
    assert machine.used(client) == 40
    assert raised() == 1


def test_a_gauge_is_the_peak_of_its_values(machine, client):
    for value in (1, 4, 2):
        assert machine.send(event(client, "email_sync", value)).json["accepted"] == 1
    found = machine.get(f"/clients/{client.slug}/services/email_sync").json
    assert (found["used"], found["current"], found["limit"], found["excess"]) == (4, 2, 2, 2)


@pytest.mark.parametrize(
    ("service", "amount"),
    [
        ("email_sync", {"quantity": 1}),
        ("litmus_test", {"value": 1}),
        ("email_sync", {"value": -1}),
        ("email_sync", {"value": 1, "quantity": 1}),
        ("email_sync", {}),
    ],
)
def test_a_gauge_sends_a_value_and_a_counter_a_quantity(machine, client, service, amount):
    plain = event(client, service)
    raw = {name: plain[name] for name in ("id", "client", "service", "at")} | amount
    assert codes(machine.send(raw)) == [(0, "invalid")]
    assert machine.used(client, service) == 0


def test_a_correction_takes_back_what_was_too_much(machine, client):
    machine.send(event(client, quantity=5, id="wrong"))
    assert machine.send(event(client, quantity=-2, corrects="wrong")).json["accepted"] == 1
    assert machine.used(client) == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": -6, "corrects": "first"},
        {"quantity": -1, "corrects": "unknown"},
        {"quantity": -1},
        {"quantity": 1, "corrects": "first"},
        {"quantity": -1, "corrects": "first", "service": "shutterstock"},
    ],
)
def test_a_correction_fits_its_event_and_never_goes_below_zero(machine, client, fields):
    machine.send(event(client, quantity=5, id="first"))
    assert codes(machine.send(event(client) | fields)) == [(0, "invalid")]
    assert machine.used(client) == 5


def test_a_switched_off_service_and_a_suspended_client_count_nothing(machine, client):
    change_settings(client, litmus_test={"enabled": False})
    assert codes(machine.send(event(client))) == [(0, "service_disabled")]
    tenants.set_client_suspended(client, suspended=True, by=TESTER, now=NOW)
    assert codes(machine.send(event(client, "shutterstock"))) == [(0, "client_suspended")]
    assert raised() == 0


def test_a_stop_is_never_passed(machine, client):
    change_settings(client, litmus_test={"limit": 10, "at_limit": "stop"})
    assert machine.send(event(client, quantity=8)).json["accepted"] == 1
    assert codes(machine.send(event(client, quantity=3), event(client, quantity=2))) == [(0, "ceiling_reached")]
    assert machine.used(client) == 10


def test_the_event_that_reaches_the_limit_raises_one_alert(machine, client):
    machine.send(event(client, quantity=7))
    assert raised() == 0
    last = event(client, quantity=3)
    machine.send(last)
    assert raised() == 1
    machine.send(last)
    machine.send(event(client, quantity=1))
    assert raised() == 1
    [alert] = metering.open_alerts([client], now=NOW)
    assert (alert.threshold, alert.used, alert.limit) == (100, 10, 10)


# What an event may not be


@pytest.mark.parametrize("quantity", [0, -1, 0.1, 1.0, 10**30, 10**12 + 1, "1", True, False, None, [], {}, [1], "NaN"])
def test_a_quantity_is_a_whole_number_above_zero(machine, client, quantity):
    page = machine.send(event(client) | {"quantity": quantity})
    assert codes(page) == [(0, "invalid")]
    assert page.json["rejected"][0]["detail"]
    assert machine.used(client) == 0


def test_the_largest_quantity_counts(machine, client):
    assert machine.send(event(client, quantity=10**12)).json["accepted"] == 1
    assert machine.used(client) == 10**12


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("0001-01-01T00:00:00Z", "too_old"),
        ("0001-01-01T00:00:00+14:00", "too_old"),
        ("0000-01-01T00:00:00Z", "invalid"),
        ("9999-12-31T23:59:59Z", "too_early"),
        ("9999-12-31T23:59:59-14:00", "too_early"),
        ("10000-01-01T00:00:00Z", "invalid"),
        ("2026-02-30T00:00:00Z", "invalid"),
        ("2026-06-15T12:00:00", "invalid"),
        ("2026-06-15", "invalid"),
        ("2026-06-15T12:00:00+99:00", "invalid"),
        ("2026-06-15T25:00:00Z", "invalid"),
        ("２０２６-06-15T12:00:00Z", "invalid"),
        ("yesterday", "invalid"),
        ("", "invalid"),
        (1781524800, "invalid"),
        (None, "invalid"),
        ([[[[]]]], "invalid"),
    ],
)
def test_a_moment_is_real_and_near(machine, client, at, code):
    assert codes(machine.send(event(client) | {"at": at})) == [(0, code)]


@pytest.mark.parametrize(
    "at",
    [
        "2026-06-15T12:00:00Z",
        "2026-06-15t09:00:00-03:00",
        "2026-06-15T17:45:00.123456789+05:45",
        "2026-06-16T02:00:00+14:00",
        "2026-06-15T12:04:59Z",
        "2025-06-15T12:00:00+00:00",
    ],
)
def test_any_offset_is_understood(machine, client, at):
    assert machine.send(event(client, at=at)).json["accepted"] == 1


def test_the_month_is_that_of_the_agency(machine, client):
    """São Paulo is three hours behind: the first two are May, the third is June."""
    for at in ("2026-05-31T23:59:59-03:00", "2026-06-01T02:59:59Z", "2026-06-01T03:00:00Z"):
        assert machine.send(event(client, at=at)).json["accepted"] == 1
    assert machine.used(client) == 1


@pytest.mark.parametrize("field", ["id", "client", "service"])
@pytest.mark.parametrize(
    "value", ["", " ", "a b", "ação", "a\u0000b", "a\nb", "x" * 129, "👍", 1, 1.5, True, None, [], {"a": 1}]
)
def test_names_are_visible_ascii(machine, client, field, value):
    page = machine.send(event(client) | {field: value})
    assert codes(page) == [(0, "invalid")]
    assert machine.used(client) == 0


@pytest.mark.parametrize("raw", [None, 1, "text", [], True, {}, {"id": "x"}, {"events": []}])
def test_what_is_no_event_is_rejected_by_itself(machine, client, raw):
    page = machine.send(event(client), raw)
    assert page.json["accepted"] == 1
    assert codes(page) == [(1, "invalid")]


def test_unknown_fields_of_an_event_are_named(machine, client):
    page = machine.send(event(client, agency_id="x"), event(client) | {"quantité %s %(x)s": 1})
    assert [each["detail"] for each in page.json["rejected"]] == [
        "Unknown field: agency_id",
        "Unknown field: quantité %s %(x)s",
    ]


# What a body may not be


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_body"),
        (b" \n", "empty_body"),
        (b"{", "not_json"),
        (b"events=1", "not_json"),
        (b"{'events': []}", "not_json"),
        (b'{"events": [],}', "not_json"),
        (b'\xef\xbb\xbf{"events": []}', "not_json"),
        (b'{"events": []} {}', "not_json"),
        ('{"events": ["é"]}'.encode("latin-1"), "not_utf8"),
        ('{"events": []}'.encode("utf-16"), "not_utf8"),
        (b'{"events": ["\xed\xa0\x80"]}', "not_utf8"),
        (b'{"events": ["\\ud800"]}', "broken_text"),
        (b'{"events": [{"\\udfff": 1}]}', "broken_text"),
        (b'{"events": [], "events": []}', "duplicate_key"),
        (b'{"events": [{"id": "a", "id": "b"}]}', "duplicate_key"),
        (b'{"events": [{"a": NaN}]}', "not_a_number"),
        (b'{"events": [{"a": Infinity}]}', "not_a_number"),
        (b'{"events": [{"a": -Infinity}]}', "not_a_number"),
        (b'{"events": [{"a": ' + b"9" * 5000 + b"}]}", "number_too_long"),
        (b"[" * 21 + b"]" * 21, "too_deep"),
        (b"[" * 100_000 + b"]" * 100_000, "too_deep"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "too_deep"),
    ],
)
def test_a_body_that_two_readers_could_read_differently_is_refused(machine, body, code):
    page = machine.send_raw(body)
    assert (page.status, page.json["code"]) == (400, code), page.text[:500]
    assert page.headers["Content-Type"] == "application/problem+json"
    assert page.json.keys() >= {"type", "title", "status", "detail", "code"}


def test_a_key_that_comes_twice_is_found_at_once_among_a_hundred_thousand(machine):
    keys = ",".join(f'"{n:x}":0' for n in range(100_000))
    began = time.process_time()
    page = machine.send_raw(f'{{{keys},"last":1,"last":2}}')
    assert (page.status, page.json["code"]) == (400, "duplicate_key")
    assert '"last"' in page.json["detail"]
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("[]", "not_a_batch"),
        ("null", "not_a_batch"),
        ("17", "not_a_batch"),
        ("{}", "not_a_batch"),
        ('{"events": {}}', "not_a_batch"),
        ('{"events": null}', "not_a_batch"),
        ('{"events": [], "agency_id": 1}', "not_a_batch"),
        ('{"Events": []}', "not_a_batch"),
        ('{"events": []}', "no_events"),
        (json.dumps({"events": [1] * 1001}), "too_many_events"),
    ],
)
def test_a_body_that_is_no_batch_is_refused_whole(machine, body, code):
    page = machine.send_raw(body)
    assert (page.status, page.json["code"]) == (422, code)


def test_a_thousand_events_are_a_batch(machine, client):
    assert machine.send(*[event(client) for _ in range(1000)]).json["accepted"] == 1000
    assert machine.used(client) == 1000


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"]
)
def test_another_kind_of_content_is_refused(machine, client, kind):
    page = machine.send_raw(json.dumps({"events": [event(client)]}), kind=kind)
    assert (page.status, page.json["code"]) == (415, "content_type")
    assert machine.used(client) == 0


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_may_name_its_character_set(machine, client, kind):
    assert machine.send_raw(json.dumps({"events": [event(client)]}), kind=kind).status == 200


def test_a_compressed_body_is_refused(machine, client):
    page = machine.send(event(client), headers={"Content-Encoding": "gzip"})
    assert (page.status, page.json["code"]) == (415, "content_encoding")


def test_a_body_of_one_mebibyte_is_read_and_one_byte_more_is_not(machine, client):
    body = json.dumps({"events": [event(client)]}).encode()
    whole = body + b" " * (1024 * 1024 - len(body))
    assert machine.send_raw(whole).json["accepted"] == 1
    more = machine.send_raw(whole.replace(b'"event-', b'"other-') + b" ")
    assert more.status == 413
    assert more.headers["Content-Type"] == "application/problem+json"
    assert machine.used(client) == 1


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 413), (100_000, 413)])
def test_a_body_without_a_length_is_measured_too(machine, client, more, status):
    body = json.dumps({"events": [event(client)]}).encode()
    page = machine.browser.request(
        "POST",
        "/api/v1/usage",
        input_stream=io.BytesIO(body + b" " * (1024 * 1024 - len(body) + more)),
        environ_overrides={"wsgi.input_terminated": True},
        content_type="application/json",
        headers=machine.bearer | {"Transfer-Encoding": "chunked"},
    )
    assert page.status == status
    assert machine.used(client) == (status == 200)


# The language of the answers


def test_refusals_are_in_the_language_that_is_asked_for(machine):
    said = {}
    for asked in ("", "en", "fr", "pt-BR,pt;q=0.9,en;q=0.8", "pt", "en;q=0.5, pt;q=0.9"):
        headers = {"Accept-Language": asked} if asked else {}
        page = machine.send_raw("{}", headers=headers)
        said[asked] = page.json["detail"]
        assert page.json["code"] == "not_a_batch"
    english = 'The body is an object with one key: {"events": […]}.'
    portuguese = 'O corpo é um objeto com uma só chave: {"events": […]}.'
    assert list(said.values()) == [english, english, english, portuguese, portuguese, portuguese]


def test_what_is_not_there_is_said_in_english_too(browser):
    assert "exist" in browser.request("GET", "/api/v1/nothing").json["detail"]


BAD_EVENTS = [
    1,
    {"id": ""},
    {"wrong": 1},
    {"quantity": None},
    {"quantity": -1},
    {"quantity": 10**13},
    {"value": -1, "quantity": None},
    {"at": "now"},
    {"at": "2026-02-30T00:00:00Z"},
    {"client": "nobody"},
    {"service": "nothing"},
    {"service": "email_sync"},
    {"corrects": "nothing", "quantity": -1},
    {"at": "9999-01-01T00:00:00Z"},
    {"at": "2020-01-01T00:00:00Z"},
]


@pytest.mark.parametrize("wrong", BAD_EVENTS)
def test_every_rejection_has_words_in_both_languages(machine, client, wrong):
    raw = event(client) | wrong if isinstance(wrong, dict) else wrong
    english, portuguese = (
        machine.send(raw, headers={"Accept-Language": tag}).json["rejected"][0]["detail"] for tag in ("en", "pt-BR")
    )
    assert english != portuguese
    assert english.endswith(".") or english.startswith("Unknown field: ")


def test_the_kind_of_amount_is_named_where_it_is_wrong(machine, client):
    page = machine.send(event(client, service="email_sync") | {"quantity": 1, "value": None})
    assert page.json["rejected"][0]["detail"] == "A counter sends quantity, a gauge sends value."


# When the database is busy


def test_a_busy_database_counts_nothing_and_says_when_to_try_again(machine, client, busy):
    batch = [event(client) for _ in range(3)]
    machine.bearer  # noqa: B018 (the token is there before)
    with busy():
        page = machine.send(*batch)
    assert page.status == 503, page.text
    assert int(page.headers["Retry-After"]) >= 1
    assert page.headers["Content-Type"] == "application/problem+json"
    assert machine.used(client) == 0
    assert machine.send(*batch).json["accepted"] == 3


def test_what_fails_half_way_counts_nothing(machine, client, monkeypatch):
    """Without the transaction the counters would have moved already when the alert fails."""

    def fail(*_args, **_options):
        raise RuntimeError("out of paper")

    batch = [event(client, quantity=5) for _ in range(3)]
    with monkeypatch.context() as patch:
        patch.setattr("portal.domain.metering.alerts.check", fail)
        assert machine.send(*batch).status == 500
    assert machine.used(client) == 0
    assert machine.send(*batch).json == {"accepted": 3, "duplicates": 0, "rejected": []}


def test_an_event_of_the_moment_counts_under_a_moved_clock(machine, client):
    assert machine.send(event(client, at=clock.now())).json["accepted"] == 1
