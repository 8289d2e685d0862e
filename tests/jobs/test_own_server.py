"""Letters of an agency by its own mail server; and what becomes of them when it fails."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest

from portal.db import database, transaction
from portal.domain import mail, outbox, sending
from portal.domain.accounts import Role
from portal.domain.outbox import Message
from portal.domain.sending import Sender, Wish
from portal.gateways import mailbox, smtp_own
from portal.gateways.smtp_own import ServerTrouble
from portal.jobs import Context, build_queue, drain, own_letters
from tests.databases import free_port
from tests.factories import NOW, make_agency, make_staff
from tests.mailserver import MailServer


@pytest.fixture
def postbox(certified, monkeypatch):
    context, pem = certified
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    server = MailServer(context, password="s3cret")
    yield server
    server.stop()


@pytest.fixture
def ana(database):
    return make_staff(Role.OWNER, make_agency("aurora", "Aurora", prefix="AUR"), email="ana@aurora.example")


@pytest.fixture
def house(context, postbox):
    """The house of the jobs, where the operator allows the test's own mail server."""
    return Context(context.settings.model_copy(update={"egress_allow": "127.0.0.1"}))


@pytest.fixture
def sender(ana, house, postbox):
    wish = Wish("127.0.0.1", postbox.port, "starttls", "apikey", "s3cret", "oi@aurora.example", "")
    found = sending.save(wish, by=ana, seal=house.seal.close, now=NOW)
    sending.note_tried(found, by=ana, now=NOW)
    sending.set_used(found, used=True, by=ana, now=NOW)
    return found


def write(agency, to="carla@cantina.example"):
    with transaction():
        mail.post(
            "sender_test", to=to, name="Carla", language="pt-BR", agency_id=agency, key=to, now=NOW, server="x.example"
        )


def work(house, until=NOW + timedelta(hours=2), since=NOW):
    """Every attempt that falls due until then."""
    now = since
    while now <= until:
        once(house, now)
        now += timedelta(minutes=10)


def once(house, now=NOW):
    """What may be done at this moment: letters sorted, offered to their servers, and those that came back sent."""
    for work in (drain, own_letters.deliver, drain):
        work(house, now=lambda: now)


def test_letters_to_clients_people_leave_by_the_agencys_server(ana, sender, house, postbox, mailserver):
    write(ana.agency.id)
    work(house, NOW)
    (letter,) = postbox.letters
    assert letter.sender == "oi@aurora.example"
    assert str(letter.message["From"]) == "Aurora <oi@aurora.example>"
    assert letter.message["Message-ID"].endswith("@aurora.example>")
    assert str(letter.message["Reply-To"]) == "Aurora <oi@aurora.example>"
    assert b"localhost" not in letter.raw
    assert mailserver.letters == []


def test_letters_to_staff_and_of_other_agencies_leave_by_the_portal(ana, sender, house, postbox, mailserver):
    write(None, "ana@aurora.example")
    write(make_agency("northwind", "Northwind", prefix="NOR").id, "helen@harbour.example")
    work(house, NOW)
    assert postbox.letters == [] and len(mailserver.letters) == 2


def test_a_server_entered_and_not_used_gets_nothing(ana, sender, house, postbox, mailserver):
    sending.set_used(sender, used=False, by=ana, now=NOW)
    write(ana.agency.id)
    work(house, NOW)
    assert postbox.letters == [] and str(mailserver.letters[0].message["From"]) == "Aurora <no-reply@aurora.localhost>"


@pytest.mark.parametrize("fault", ["away", "password", "sender", "key"])
def test_no_letter_is_lost_or_doubled_when_the_server_fails(ana, sender, house, postbox, mailserver, fault):
    if fault == "away":
        Sender.update(port=free_port()).execute()
    elif fault == "password":
        Sender.update(password=house.seal.close("old")).execute()
    elif fault == "sender":
        postbox.refuse_sender = 553
    else:
        Sender.update(password="sealed with a key that is gone").execute()
    write(ana.agency.id)
    work(house)
    (letter,) = mailserver.to("carla@cantina.example")
    assert str(letter.message["From"]) == "Aurora <no-reply@aurora.localhost>"
    (told,) = mailserver.to("ana@aurora.example")
    assert "servidor de e-mail" in told.subject and told.sender.endswith("@localhost")
    assert postbox.letters == [] and sending.sender_of(ana.agency).failing_since == NOW
    assert letter.message["Message-ID"].endswith("@aurora.example>"), "the one it has by their own server"
    assert Message.select().where(Message.done_at.is_null()).count() == 0


def test_a_failing_server_is_offered_one_letter_now_and_then_until_it_is_back(ana, sender, house, monkeypatch):
    offered, well = [], False

    def deliver(outgoing, server, egress):
        offered.append(outgoing.to)
        if not well:
            raise ServerTrouble("timeout")

    monkeypatch.setattr(smtp_own, "deliver", deliver)
    for minute in range(11):
        for n in range(3):
            write(ana.agency.id, f"p{minute}.{n}@cantina.example")
        once(house, NOW + timedelta(minutes=minute))
        assert Message.select().where(Message.done_at.is_null()).count() == 0, "nobody waits for it"
    assert [to.partition(".")[0] for to in offered] == ["p0", "p5", "p10"]
    well = True
    write(ana.agency.id, "q@cantina.example")
    once(house, NOW + timedelta(minutes=16))
    assert offered[3:] == ["q@cantina.example"] and sending.sender_of(ana.agency).failing_since is None


def test_a_slow_server_gets_one_letter_at_a_time_and_delays_nobody_elses(ana, sender, house, mailserver, monkeypatch):
    let_go, busy, most = Event(), [], []

    def deliver(outgoing, server, egress):
        busy.append(outgoing)
        most.append(len(busy))
        let_go.wait(10)
        busy.pop()

    monkeypatch.setattr(smtp_own, "deliver", deliver)
    for n in range(3):
        write(ana.agency.id, f"p{n}@cantina.example")
    write(make_agency("northwind", "Northwind", prefix="NOR").id, "helen@harbour.example")
    drain(house, now=lambda: NOW)
    assert mailserver.to("helen@harbour.example"), "by a hand that speaks with no agency's server"
    with ThreadPoolExecutor(1) as other:
        slow = other.submit(_delivered, house)
        assert _until(lambda: busy)
        assert own_letters.deliver(house, now=lambda: NOW) == 0
        assert own_letters.is_due(NOW) and not sending.take_turn(sender, now=NOW), "nor in another process"
        let_go.set()
        assert slow.result() == 3
    assert most == [1, 1, 1]


def test_a_letter_that_may_have_been_taken_is_offered_there_again_before_it_leaves_another_way(
    ana, sender, house, mailserver, monkeypatch
):
    offered = []

    def deliver(outgoing, server, egress):
        offered.append(outgoing)
        raise ServerTrouble("broken", unsure=True)

    monkeypatch.setattr(smtp_own, "deliver", deliver)
    write(ana.agency.id)
    for minutes in (0, 5, 9):
        once(house, NOW + timedelta(minutes=minutes))
    assert len(offered) == 2 and not mailserver.to("carla@cantina.example")
    work(house, since=NOW + timedelta(minutes=10))
    (letter,) = mailserver.to("carla@cantina.example")
    assert {f"<{one.reference}@{one.message_id_domain}>" for one in offered} == {letter.message["Message-ID"]}
    assert len(offered) == 3


def test_letters_that_wait_for_a_server_given_up_leave_by_the_portal(ana, sender, house, mailserver):
    write(ana.agency.id)
    drain(house, now=lambda: NOW)
    sending.forget(by=ana, now=NOW)
    once(house)
    assert len(mailserver.to("carla@cantina.example")) == 1


def test_who_empties_the_outbox_comes_back_in_time(ana, house):
    write(ana.agency.id)
    assert drain(house, now=lambda: NOW, seconds=0) == 0


def test_only_a_letters_bell_wakes_who_speaks_with_servers(ana, sender, house):
    queue = build_queue(house)
    try:
        write(ana.agency.id)
        drain(house, now=lambda: NOW)
    finally:
        outbox.ring_with(None)
    assert [task.name for task in queue.pending()] == ["empty_outbox", "send_own_letters"]


@pytest.mark.parametrize("answer", ["554 5.7.1 Relay access denied", "550 5.7.1 not for you"])
def test_a_relay_denied_loses_no_letter(ana, sender, house, postbox, mailserver, monkeypatch, answer):
    async def refused(self, server, session, envelope, address, options):
        return answer

    monkeypatch.setattr(type(postbox), "handle_RCPT", refused)
    left = []
    monkeypatch.setattr(mailbox, "post", lambda outgoing, settings: left.append(outgoing.to))
    write(ana.agency.id)
    once(house)
    assert sorted(left) == ["ana@aurora.example", "carla@cantina.example"]
    assert sending.sender_of(ana.agency).failing_because == "letter_refused"


def _delivered(house):
    try:
        return own_letters.deliver(house, now=lambda: NOW)
    finally:
        database.close()


def _until(true):
    """Whether that comes true within some seconds."""
    until = time.monotonic() + 10
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    return bool(true())


def test_a_recipient_whom_the_server_refuses_is_not_written_to_by_another_way(ana, sender, house, postbox, mailserver):
    postbox.refuse = 550
    write(ana.agency.id)
    work(house)
    assert postbox.letters == [] and mailserver.letters == []
    (message,) = Message.select()
    assert message.failed_at and "550" in message.last_error


def test_the_password_stands_nowhere_in_clear(sender):
    assert "s3cret" not in str(list(Sender.select().dicts()))
