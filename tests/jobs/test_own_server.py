"""Letters of an agency by its own mail server; and what becomes of them when it fails."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from portal.db import transaction
from portal.domain import mail, sending
from portal.domain.accounts import Role
from portal.domain.outbox import Message
from portal.domain.sending import Sender, Wish
from portal.jobs import Context, drain
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


def work(house, until=NOW + timedelta(hours=6)):
    """Every attempt that falls due until then."""
    now = NOW
    while now <= until:
        drain(house, now=itertools.repeat(now).__next__)
        now += timedelta(minutes=10)


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
    assert Message.select().where(Message.done_at.is_null()).count() == 0


def test_a_letter_goes_by_the_server_when_it_is_back_in_time(ana, sender, house, postbox, mailserver):
    postbox.refuse_sender = 451
    write(ana.agency.id)
    work(house, NOW)
    postbox.refuse_sender = 0
    work(house)
    assert len(postbox.to("carla@cantina.example")) == 1 and mailserver.to("carla@cantina.example") == []
    assert sending.sender_of(ana.agency).failing_since is None


def test_a_recipient_whom_the_server_refuses_is_not_written_to_by_another_way(ana, sender, house, postbox, mailserver):
    postbox.refuse = 550
    write(ana.agency.id)
    work(house)
    assert postbox.letters == [] and mailserver.letters == []
    (message,) = Message.select()
    assert message.failed_at and "550" in message.last_error


def test_the_password_stands_nowhere_in_clear(sender):
    assert "s3cret" not in str(list(Sender.select().dicts()))
