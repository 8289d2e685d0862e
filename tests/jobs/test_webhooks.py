"""Webhooks on real sockets: signed, tried again, given up, sent again after a crash, and nobody waits for the slow."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from standardwebhooks.webhooks import Webhook

from portal import clock
from portal.db import transaction
from portal.domain import billing, invitations, outbox, tenants, webhooks
from portal.domain.accounts import Role
from portal.domain.outbox import Message
from portal.domain.webhooks import Outcome, PauseReason, State
from portal.gateways.signing import Seal, SecretLost
from portal.jobs import Context, build_queue, drain, schedule
from portal.jobs import webhooks as jobs
from tests.factories import (
    AFTER_GRACE,
    NOW,
    PASSWORD,
    ROOT,
    TESTER,
    brand_of,
    make_agency,
    make_app,
    make_client,
    make_member,
    make_staff,
    record_usage,
)  # fmt: skip
from tests.sink import answering, dropping

EVERYTHING = list(webhooks.EVENTS)


@pytest.fixture
def house(context):
    """The jobs' house, which may reach loopback."""
    return Context(context.settings.model_copy(update={"egress_allow": "127.0.0.1"}))


@pytest.fixture
def agency(database):
    return make_agency()


def listen(house, agency, url, events=EVERYTHING):
    return webhooks.add_endpoint(
        agency, url=url, description="", events=events, seal=house.seal.close, by=TESTER, now=NOW
    )


def post(agency, key="1", data=None, now=NOW, event="limit.reached"):
    webhooks.post(agency.id, event, data or {"client": "cantina"}, key=key, now=now)


def deliver(house, now=NOW):
    return jobs.deliver(house, now=lambda: now)


def log(endpoint):
    return webhooks.deliveries_of(endpoint, most=50)


def again(endpoint):
    return webhooks.endpoint_of(endpoint.agency, endpoint.id)


def test_an_event_arrives_signed_for_an_independent_eye(house, agency, sinks):
    sink = sinks(answering(200, b"thanks"))
    endpoint, secret = listen(house, agency, sink.url())
    post(agency, data={"client": "cantina-da-praça", "used": 10})
    assert deliver(house) == 1
    (request,) = sink.requests
    assert json.loads(request.body) == {
        "type": "limit.reached",
        "timestamp": "2026-06-15T12:00:00.000Z",
        "data": {"client": "cantina-da-praça", "used": 10},
    }
    assert request.headers["content-type"] == "application/json"
    assert abs(int(request.headers["webhook-timestamp"]) - time.time()) < 30
    signed = ".".join([request.headers["webhook-id"], request.headers["webhook-timestamp"], request.body.decode()])
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, signed.encode(), hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{wanted}"
    assert Webhook(secret).verify(request.body, request.headers)["type"] == "limit.reached"
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(secret).verify(request.body.replace(b"10", b"11"), request.headers)
    (delivery,) = log(endpoint)
    (attempt,) = webhooks.attempts_of(delivery)
    assert (delivery.state, delivery.outcome) == (State.DELIVERED, Outcome.OK)
    assert (attempt.status, attempt.answer, attempt.url) == (200, "thanks", sink.url())
    assert again(endpoint).last_success_at == NOW


def test_the_secret_is_kept_sealed(house, agency):
    endpoint, secret = listen(house, agency, "https://hooks.aurora.example/")
    assert secret not in endpoint.secret and secret.removeprefix("whsec_") not in endpoint.secret
    assert house.seal.open(endpoint.secret) == secret


def test_a_new_secret_key_still_opens_what_the_old_one_closed(house):
    sealed = house.seal.close("whsec_x")
    settings = house.settings
    changed = settings.model_copy(
        update={"secret_key": type(settings.secret_key)("another key of forty characters for tests")}
    )
    with pytest.raises(SecretLost):
        Seal(changed).open(sealed)
    assert Seal(changed.model_copy(update={"secret_key_fallbacks": [settings.secret_key]})).open(sealed) == "whsec_x"
    for broken in ("", "x", sealed[:-3] + "abc", "a.b.c.d.e"):
        with pytest.raises(SecretLost):
            house.seal.open(broken)


def test_secrets_move_to_the_present_key(house, agency):
    endpoint, secret = listen(house, agency, "https://hooks.aurora.example/")
    webhooks.rotate_secret(endpoint, seal=house.seal.close, by=TESTER, now=NOW)
    settings = house.settings
    key = type(settings.secret_key)("another key of forty characters for tests")
    present = settings.model_copy(update={"secret_key": key})
    between = present.model_copy(update={"secret_key_fallbacks": [settings.secret_key]})
    schedule.tidy_webhooks(Context(between), now=NOW)
    schedule.tidy_webhooks(Context(between), now=NOW)
    moved = again(endpoint)
    assert Seal(present).open(moved.old_secret) == secret and Seal(present).open(moved.secret)
    assert webhooks.renew_seals(Seal(settings).renewed) == 0, "what no key opens is left alone"


def test_a_lost_secret_is_said_so_and_nothing_is_sent_unsigned(house, agency, sinks):
    sink = sinks()
    endpoint, _ = listen(house, agency, sink.url())
    webhooks.Endpoint.update(secret="x").execute()
    post(agency)
    deliver(house)
    assert (log(endpoint)[0].outcome, sink.connections) == (Outcome.SECRET_LOST, 0)


def test_two_secrets_sign_for_a_day_after_a_rotation(house, agency, sinks):
    sink = sinks()
    endpoint, old = listen(house, agency, sink.url())
    new = webhooks.rotate_secret(endpoint, seal=house.seal.close, by=TESTER, now=NOW)
    assert new != old
    post(agency)
    deliver(house)
    post(agency, "2", now=NOW + timedelta(hours=24))
    deliver(house, NOW + timedelta(hours=24))
    during, after = sink.requests
    assert len(during.headers["webhook-signature"].split()) == 2
    for secret in (old, new):
        Webhook(secret).verify(during.body, during.headers)
    Webhook(new).verify(after.body, after.headers)
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(old).verify(after.body, after.headers)


def test_three_errors_then_success_carry_one_id(house, agency, sinks):
    sink = sinks(answering(500, b"no"), answering(502), answering(404), answering(200))
    endpoint, _ = listen(house, agency, sink.url())
    post(agency)
    now, waits = NOW, []
    for _ in range(3):
        deliver(house, now)
        (delivery,) = log(endpoint)
        assert (delivery.state, delivery.outcome) == (State.PENDING, Outcome.STATUS)
        waits.append((delivery.next_at - now).total_seconds())
        assert deliver(house, delivery.next_at - timedelta(seconds=1)) == 0, "before its time"
        now = delivery.next_at
    deliver(house, now)
    (delivery,) = log(endpoint)
    assert delivery.state == State.DELIVERED
    assert [attempt.status for attempt in webhooks.attempts_of(delivery)] == [200, 404, 502, 500]
    assert len({request.headers["webhook-id"] for request in sink.requests}) == 1
    assert len({request.body for request in sink.requests}) == 1
    for waited, meant in zip(waits, (5, 300, 1800), strict=True):
        assert 0.8 * meant <= waited <= 1.2 * meant
    assert again(endpoint).failing_since is None


def test_waits_differ_from_one_another(house, agency, sinks):
    sink = sinks(answering(500))
    endpoint, _ = listen(house, agency, sink.url())
    for n in range(6):
        post(agency, str(n))
    deliver(house)
    assert len({delivery.next_at for delivery in log(endpoint)}) > 1


def test_410_pauses_the_endpoint_and_tells_the_owners(house, agency, sinks, mailserver):
    owner = make_staff(Role.OWNER, agency)
    make_staff(Role.MANAGER, agency)
    sink = sinks(answering(410))
    endpoint, _ = listen(house, agency, sink.url() + "?token=secret")
    post(agency)
    post(agency, "2")
    deliver(house)
    endpoint = again(endpoint)
    assert (endpoint.paused_at, endpoint.paused_for) == (NOW, PauseReason.GONE)
    assert sink.connections == 1, "what waited behind it is not sent"
    assert {delivery.outcome for delivery in log(endpoint)} == {Outcome.GONE, Outcome.PAUSED}
    drain(house, now=lambda: NOW)
    (letter,) = mailserver.letters
    assert letter.recipients == [owner.person.email]
    assert f"/agency/webhooks/{endpoint.id}/" in letter.text and "410" in letter.text
    assert "token=secret" not in letter.text


@pytest.mark.parametrize(
    ("play", "outcome"),
    [(dropping, Outcome.BROKEN), (answering(301, b"", "Location: http://127.0.0.1:1/\r\n"), Outcome.REDIRECT)],
)
def test_what_is_no_success_is_tried_again(house, agency, sinks, play, outcome):
    sink = sinks(play, answering(200))
    endpoint, _ = listen(house, agency, sink.url())
    post(agency)
    deliver(house)
    (delivery,) = log(endpoint)
    assert (delivery.state, delivery.outcome) == (State.PENDING, outcome)
    deliver(house, delivery.next_at)
    assert log(endpoint)[0].state == State.DELIVERED
    first, second = sink.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_no_answer_in_time_is_tried_again(house, agency, sinks):
    house.egress._seconds = 0.3
    sink = sinks(lambda line, sink: sink.over.wait(10))
    endpoint, _ = listen(house, agency, sink.url())
    post(agency)
    deliver(house)
    (attempt,) = webhooks.attempts_of(log(endpoint)[0])
    assert (attempt.outcome, attempt.status) == (Outcome.TIMEOUT, None)


def test_an_address_that_became_private_is_refused_and_says_no_more(context, agency, sinks):
    sink = sinks()
    endpoint, _ = listen(context, agency, sink.url())
    post(agency)
    deliver(context)
    (attempt,) = webhooks.attempts_of(log(endpoint)[0])
    assert (attempt.outcome, attempt.status, attempt.milliseconds, attempt.answer) == (Outcome.REFUSED, None, 0, "")
    assert sink.connections == 0


def test_of_an_answer_a_kilobyte_is_kept(house, agency, sinks):
    sink = sinks(answering(500, b"\x00\xff<script>" + b"z" * 5000))
    endpoint, _ = listen(house, agency, sink.url())
    post(agency)
    deliver(house)
    (attempt,) = webhooks.attempts_of(log(endpoint)[0])
    assert len(attempt.answer) <= 1024 and "\x00" not in attempt.answer and "<script>" in attempt.answer


def test_after_the_last_try_it_is_given_up_and_the_owners_hear_once(house, agency, sinks):
    make_staff(Role.OWNER, agency)
    sink = sinks(answering(500))
    endpoint, _ = listen(house, agency, sink.url())
    post(agency)
    post(agency, "2")
    now = NOW
    for _ in range(10):
        deliver(house, now)
        now += timedelta(hours=30)
        webhooks.Endpoint.update(failing_since=now).execute()  # not long enough to pause it
    assert {delivery.state for delivery in log(endpoint)} == {State.FAILED}
    assert sink.connections == 20
    assert deliver(house, now + timedelta(days=30)) == 0
    assert len(letters("given_up")) == 1
    assert again(endpoint).paused_at is None


def letters(trouble):
    rows = Message.select().where(Message.topic == "mail.send")
    return [row for row in rows if row.payload["values"]["trouble"] == trouble]


def test_an_endpoint_that_took_nothing_for_five_days_is_paused(house, agency, sinks):
    make_staff(Role.OWNER, agency)
    sink = sinks(answering(500))
    endpoint, _ = listen(house, agency, sink.url())
    for days in (0, 3, 5):
        assert again(endpoint).paused_at is None
        now = NOW + timedelta(days=days)
        post(agency, str(days), now=now)
        deliver(house, now)
    endpoint = again(endpoint)
    assert endpoint.paused_for == PauseReason.FAILING and len(letters("failing")) == 1
    webhooks.set_endpoint_paused(endpoint, paused=False, by=TESTER, now=now)
    assert again(endpoint).failing_since is None


def test_one_success_between_counts_anew(house, agency, sinks):
    sink = sinks(answering(500), answering(200), answering(500))
    endpoint, _ = listen(house, agency, sink.url())
    for days in (0, 4, 6):
        webhooks.Delivery.delete().execute()
        now = NOW + timedelta(days=days)
        post(agency, str(days), now=now)
        deliver(house, now)
    assert again(endpoint).failing_since == now and again(endpoint).paused_at is None


def test_killed_between_send_and_mark_it_is_sent_again_with_the_same_id(house, agency, sinks, monkeypatch):
    sink = sinks()
    endpoint, _ = listen(house, agency, sink.url())
    post(agency)

    def killed(*_arguments, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(webhooks, "note", killed)
        with pytest.raises(KeyboardInterrupt):
            deliver(house)
    assert sink.connections == 1 and log(endpoint)[0].state == State.PENDING
    assert deliver(house, NOW + timedelta(seconds=30)) == 0, "its lease has not run out"
    assert deliver(house, NOW + timedelta(seconds=61)) == 1
    first, second = sink.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"] and first.body == second.body
    assert log(endpoint)[0].state == State.DELIVERED


def test_a_worker_killed_by_the_receiver_loses_nothing(house, agency, sinks, store, tmp_path):
    """kill -9 at the moment of receipt, of a real worker on the same database."""
    workers = []

    def kill(line, _sink):
        workers[0].kill()
        workers[0].wait(10)

    sink = sinks(kill, answering(200))
    endpoint, _ = listen(house, agency, sink.url())
    post(agency)
    settings = {
        "PORTAL_DATA_DIR": str(tmp_path),
        "PORTAL_DATABASE_URL": store.url,
        "PORTAL_SECRET_KEY": house.settings.secret_key.get_secret_value(),
        "PORTAL_EGRESS_ALLOW": "127.0.0.1",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "portal", "worker", "--once"]
    workers.append(subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stderr=subprocess.DEVNULL))
    assert workers[0].wait(60) == -9
    (delivery,) = log(endpoint)
    assert (delivery.state, delivery.tries, webhooks.attempts_of(delivery)) == (State.PENDING, 1, [])
    assert deliver(house, clock.now() + timedelta(minutes=2)) == 1
    first, second = sink.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"] and first.body == second.body


def test_one_that_kills_every_worker_is_given_up(house, agency, sinks):
    sink = sinks()
    endpoint, _ = listen(house, agency, sink.url())
    post(agency)
    now = NOW
    while webhooks.take(now, 1):
        now += timedelta(minutes=2)
    assert (log(endpoint)[0].state, log(endpoint)[0].tries) == (State.FAILED, 10)


def test_a_late_answer_of_an_expired_lease_changes_nothing(house, agency):
    endpoint, _ = listen(house, agency, "https://hooks.aurora.example/")
    post(agency)
    (slow,) = webhooks.take(NOW, 1)
    now = NOW + timedelta(minutes=2)
    (fast,) = webhooks.take(now, 1)
    webhooks.note(slow, webhooks.Answer(Outcome.TIMEOUT, 5), origins=house, now=now)
    assert webhooks.take(now + timedelta(seconds=30), 1) == [], "the other still has it in hand"
    webhooks.note(fast, webhooks.Answer(Outcome.OK, 5, 200), origins=house, now=now)
    webhooks.note(slow, webhooks.Answer(Outcome.TIMEOUT, 5), origins=house, now=now)
    (delivery,) = log(endpoint)
    assert (delivery.state, delivery.outcome, delivery.next_at) == (State.DELIVERED, Outcome.OK, None)


def test_two_rotations_at_once_leave_both_new_secrets(house, agency):
    endpoint, _ = listen(house, agency, "https://hooks.aurora.example/")
    same = again(endpoint)
    first = webhooks.rotate_secret(endpoint, seal=house.seal.close, by=TESTER, now=NOW)
    second = webhooks.rotate_secret(same, seal=house.seal.close, by=TESTER, now=NOW)
    held = again(endpoint)
    assert [house.seal.open(held.secret), house.seal.open(held.old_secret)] == [second, first]
    schedule.tidy_webhooks(house, now=NOW + timedelta(hours=23))
    assert again(endpoint).old_secret
    schedule.tidy_webhooks(house, now=NOW + timedelta(hours=24))
    assert again(endpoint).old_secret == ""


def test_the_bell_wakes_the_sender(house, agency, sinks):
    sink = sinks()
    listen(house, agency, sink.url())
    queue = build_queue(house)
    try:
        with transaction():
            post(agency, now=clock.now())
        waiting = {task.name: task for task in queue.pending()}
        assert sink.connections == 0
        queue.execute(waiting["send_webhooks"])
    finally:
        outbox.ring_with(None)
        queue.flush()
    assert sink.connections == 1


def test_what_was_rolled_back_is_never_sent(house, agency, sinks):
    sink = sinks()
    listen(house, agency, sink.url())

    def fail():
        with transaction():
            post(agency)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert deliver(house) == 0 and sink.connections == 0


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (lambda e: webhooks.set_endpoint_paused(e, paused=True, by=TESTER, now=NOW), Outcome.PAUSED),
        (lambda e: webhooks.delete_endpoint(e, by=TESTER, now=NOW), Outcome.DELETED),
        (
            lambda e: webhooks.change_endpoint(
                e, url=e.url, description="", events=["statement.issued"], by=TESTER, now=NOW
            ),
            Outcome.UNSUBSCRIBED,
        ),
        (lambda e: tenants.Agency.update(suspended_at=NOW).execute(), Outcome.SUSPENDED),
    ],
)
def test_what_the_endpoint_no_longer_wants_is_dropped_with_a_row(house, agency, sinks, change, outcome):
    sink = sinks()
    endpoint, _ = listen(house, agency, sink.url())
    post(agency)
    change(endpoint)
    assert deliver(house) == 0 and sink.connections == 0
    assert (log(endpoint)[0].state, log(endpoint)[0].outcome) == (State.DROPPED, outcome)


def test_what_waits_goes_to_the_present_address(house, agency, sinks):
    old, new = sinks(), sinks()
    endpoint, _ = listen(house, agency, old.url())
    post(agency)
    webhooks.change_endpoint(endpoint, url=new.url(), description="", events=EVERYTHING, by=TESTER, now=NOW)
    deliver(house)
    assert (old.connections, new.connections) == (0, 1)


def test_another_agency_hears_nothing(house, agency, sinks):
    mine, theirs = sinks(), sinks()
    listen(house, agency, mine.url())
    other = make_agency()
    listen(house, other, theirs.url())
    post(agency, data={"client": "canary-of-one"})
    deliver(house)
    assert (mine.connections, theirs.connections) == (1, 0)


def test_the_slow_endpoints_of_one_agency_delay_no_other(house, agency, sinks):
    house.egress._seconds = 2.0
    holes = [sinks(lambda line, sink: sink.over.wait(30)) for _ in range(6)]
    for hole in holes:
        listen(house, agency, hole.url())
    for n in range(170):  # a thousand and more wait for one another
        post(agency, str(n))
    other, told = make_agency(), []
    sink = sinks(lambda line, _sink: (told.append(time.monotonic()), line.sendall(OK)))
    listen(house, other, sink.url())
    began = time.monotonic()

    def moment():
        passed = time.monotonic() - began
        if passed > 1 and not posted:
            posted.append(time.monotonic())
            post(other, "late", now=NOW)
        if passed > 4:
            tenants.Agency.update(suspended_at=NOW).where(tenants.Agency.id == agency.id).execute()  # so that it ends
        return NOW

    posted: list[float] = []
    post(other, "first", now=NOW + timedelta(0))
    jobs.deliver(house, now=moment)
    assert len(told) == 2
    assert told[0] - began < 1.5 and told[1] - posted[0] < 1.5
    assert max(hole.connections for hole in holes) <= 3
    assert sum(hole.connections for hole in holes) <= 12, "never more than three at a time"


OK = b"HTTP/1.1 204 Fine\r\nConnection: close\r\n\r\n"


def test_an_endpoint_gets_one_at_a_time_and_an_agency_few(house, agency):
    for n in range(5):
        listen(house, agency, f"https://hooks{n}.aurora.example/")
    post(agency)
    post(agency, "2")
    first = webhooks.take(NOW, 16)
    assert len(first) == 3 and len({parcel.url for parcel in first}) == 3
    assert webhooks.take(NOW, 16) == []


def test_only_one_sender_is_at_work_in_a_process(house, agency, sinks, monkeypatch):
    sink = sinks()
    listen(house, agency, sink.url())
    post(agency)
    meanwhile, real = [], jobs._deliver
    monkeypatch.setattr(jobs, "_deliver", lambda *work: meanwhile.append(deliver(house)) or real(*work))
    assert deliver(house) == 1 and meanwhile == [0]


def test_the_first_retry_is_waited_for(house, agency, sinks, monkeypatch):
    sink = sinks(answering(500), answering(200))
    endpoint, _ = listen(house, agency, sink.url())
    post(agency)
    moments = [NOW]
    monkeypatch.setattr(jobs.time, "sleep", lambda seconds: moments.append(moments[-1] + timedelta(seconds=seconds)))
    assert jobs.deliver(house, now=lambda: moments[-1], linger=jobs.LINGER) == 2
    assert log(endpoint)[0].state == State.DELIVERED


def test_old_deliveries_are_forgotten(house, agency, sinks):
    sink = sinks()
    endpoint, _ = listen(house, agency, sink.url())
    post(agency)
    deliver(house)
    assert webhooks.forget_old(now=NOW + timedelta(days=29)) == 0
    assert webhooks.forget_old(now=NOW + timedelta(days=31)) == 1
    assert log(endpoint) == []


def test_a_limit_reached_is_told_once(house, work, agency, sinks):
    sink = sinks()
    listen(house, agency, sink.url())
    client = make_client(agency, "Cantina da Praça", slug="cantina")
    record_usage(client, "litmus_test", 8)
    work()
    record_usage(client, "litmus_test", 5)
    work()
    deliver(house)
    bodies = [json.loads(request.body) for request in sink.requests]
    assert [body["type"] for body in bodies] == ["limit.approaching", "limit.reached"]
    data = bodies[1]["data"]
    assert (data["client"], data["service"], data["used"], data["limit"]) == ("cantina", "litmus_test", 13, 10)
    assert (data["excess"], data["excess_amount"], data["currency"], data["threshold"]) == (3, 2700, "BRL", 100)
    assert not {"cost", "margin"} & set(data)


def test_an_invitation_accepted_is_told(house, agency, sinks):
    sink = sinks()
    listen(house, agency, sink.url())
    app = make_app(make_client(agency))
    member = make_member(make_staff(Role.OWNER, agency), app)
    invitations.invite(member, "carla@cantina.example", ["menus"], origin="http://x", now=NOW)
    (letter,) = [row for row in Message.select() if row.payload.get("letter") == "invitation"]
    token = letter.payload["values"]["link"].rstrip("/").rpartition("/")[2]
    invitations.accept(agency, token, name="Carla Souza", password=PASSWORD, now=NOW)
    deliver(house)
    data = json.loads(sink.requests[0].body)["data"]
    assert (data["name"], data["email"], data["app"]) == ("Carla Souza", "carla@cantina.example", app.slug)
    assert token not in str(data)


def test_a_statement_is_told_when_its_pdf_is_ready(house, agency, sinks, work):
    make_client(agency, "Cantina da Praça", slug="cantina")
    billing.close_month(agency, "2026-05", brand_of=brand_of, by=TESTER, now=AFTER_GRACE)
    sink = sinks()
    listen(house, agency, sink.url())
    for statement in billing.statements_of_agency(agency, billing.Audience.CLIENT, period="2026-05"):
        billing.keep_pdf(statement, name="x", sha256="0" * 64, now=AFTER_GRACE)
        for _ in range(2):
            billing.tell_ready(statement.id, links=house, now=AFTER_GRACE)
    deliver(house, AFTER_GRACE)
    (request,) = sink.requests
    data = json.loads(request.body)["data"]
    assert (data["client"], data["period"], data["number"]) == ("cantina", "2026-05", statement.number)
    assert "cost" not in request.body.decode()


def test_with_nobody_listening_nothing_is_kept(agency):
    post(agency)
    assert not webhooks.Delivery.select().exists()
    assert not Message.select().where(Message.topic == "webhooks.due").exists()


def test_the_bell_is_answered_by_the_worker(house, agency, work):
    listen(house, agency, "https://hooks.aurora.example/")
    post(agency)
    assert work() == 1
    assert jobs.is_due(NOW) and not jobs.is_due(NOW - timedelta(minutes=1))


def test_a_replay_has_the_old_id(house, agency, sinks):
    sink = sinks()
    endpoint, _ = listen(house, agency, sink.url())
    post(agency)
    deliver(house)
    webhooks.replay(endpoint, log(endpoint)[0], by=TESTER, now=NOW)
    deliver(house)
    first, second = sink.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"] and first.body == second.body
    assert len(webhooks.attempts_of(log(endpoint)[0])) == 2


def test_a_test_event_goes_to_its_endpoint_alone(house, agency, sinks):
    one, other = sinks(), sinks()
    endpoint, _ = listen(house, agency, one.url(), ["statement.issued"])
    listen(house, agency, other.url())
    webhooks.send_test(endpoint, by=TESTER, now=NOW)
    webhooks.send_test(endpoint, by=TESTER, now=NOW)
    deliver(house)
    assert (one.connections, other.connections) == (2, 0)
    assert json.loads(one.requests[0].body)["type"] == "webhook.test"
    assert one.requests[0].headers["webhook-id"] != one.requests[1].headers["webhook-id"]
