from __future__ import annotations

import re
from datetime import timedelta

import pytest

from portal.db import transaction
from portal.domain import invitations, mail, outbox
from portal.domain.accounts import Role
from portal.domain.outbox import Message
from portal.jobs import Context, drain
from tests.factories import (
    NOW,
    change_settings,
    make_agency,
    make_app,
    make_client,
    make_contributor,
    make_member,
    make_staff,
    record_usage,
)
from tests.jobs.conftest import Work
from tests.mailserver import MailServer

ORIGIN = "http://aurora.localhost:8000"


@pytest.fixture
def aurora(database):
    return make_agency("aurora", "Aurora", prefix="AUR")


def invite(agency, email="lia@cantina.example", **values):
    app = make_app(make_client(agency, "Cantina da Praça"))
    owner = make_member(make_staff(Role.OWNER, agency, name="Ana Prado"), app)
    return invitations.invite(owner, email, ["menus"], origin=ORIGIN, now=NOW, **values)


def test_an_invitation_arrives_in_the_brand_of_the_agency(aurora, work: Work, mailserver: MailServer):
    invite(aurora)

    work()

    (letter,) = mailserver.to("lia@cantina.example")
    assert str(letter.message["From"]) == "Aurora <no-reply@aurora.localhost>"
    assert letter.message["Message-ID"].endswith("@aurora.localhost>")
    assert "Cantina da Praça" in letter.subject
    assert "Ana Prado" in letter.text
    assert re.search(rf"{ORIGIN}/setup/[\w-]{{43}}", letter.text)
    assert b"ribalta" not in letter.raw.lower()


def test_the_link_is_forgotten_once_the_letter_has_left(aurora, work: Work, mailserver: MailServer):
    invite(aurora)
    work()

    token = re.search(r"/setup/([\w-]+)", mailserver.letters[0].text)[1]
    assert not [row for row in Message.select() if token in str(row.payload)]


def test_a_letter_is_said_in_the_language_of_its_reader(aurora, work: Work, mailserver: MailServer):
    invite(aurora, language="en")
    work()

    assert "invited you to Cantina da Praça" in mailserver.letters[0].subject


def test_what_was_rolled_back_is_never_sent(aurora, work: Work, mailserver: MailServer):
    with pytest.raises(RuntimeError), transaction():
        invite(aurora)
        raise RuntimeError

    assert work() == 0
    assert mailserver.letters == []


def test_a_dead_mail_server_loses_nothing_and_repeats_nothing(aurora, context: Context, mailserver: MailServer):
    invite(aurora)
    url, dead = context.settings.smtp_url, "smtp://127.0.0.1:1"
    context.settings.smtp_url = type(url)(dead)
    drain(context, now=lambda: NOW)
    assert mailserver.letters == []

    context.settings.smtp_url = url
    assert drain(context, now=lambda: NOW + timedelta(seconds=1)) == 0, "not before its time"
    drain(context, now=lambda: NOW + timedelta(minutes=1))
    drain(context, now=lambda: NOW + timedelta(minutes=2))
    assert len(mailserver.letters) == 1


def test_a_refused_address_is_set_aside_and_the_others_go(aurora, context: Context, work: Work, mailserver: MailServer):
    mailserver.refuse = 550
    invite(aurora)
    work()
    mailserver.refuse = 0
    with transaction():
        mail.post(
            "invitation",
            to="rui@cantina.example",
            name="",
            language="pt-BR",
            agency_id=aurora.id,
            key="second",
            now=NOW,
            inviter="Ana",
            app="Cantina",
            link=f"{ORIGIN}/setup/x",
            expires_at=NOW.isoformat(),
            zone="UTC",
        )
    work()

    assert len(mailserver.to("rui@cantina.example")) == 1
    (given_up,) = outbox.dead()
    assert "550" in given_up.last_error


def test_a_message_nobody_can_handle_stops_no_other(aurora, work: Work, mailserver: MailServer):
    outbox.put("statement.render", key="poison", now=NOW, statement="not an id")
    invite(aurora)
    work()

    assert len(mailserver.letters) == 1
    assert Message.get(Message.key == "poison").attempts == 1


def test_the_event_that_reaches_the_limit_is_told_once_to_agency_and_client(aurora, work: Work, mailserver: MailServer):
    client = make_client(aurora, "Cantina da Praça")
    make_staff(Role.OWNER, aurora, email="ana@aurora.example")
    make_contributor(make_app(client), ["services"], email="carla@cantina.example")
    make_contributor(make_app(client), ["menus"], email="fabio@cantina.example")
    make_staff(Role.MANAGER, aurora, clients=[make_client(aurora)], email="bruno@aurora.example")

    record_usage(client, "litmus_test", 10)
    record_usage(client, "litmus_test", 1)
    work()
    work()

    (to_agency,) = mailserver.to("ana@aurora.example")
    (to_client,) = mailserver.to("carla@cantina.example")
    assert len(mailserver.letters) == 2
    assert "Teste de Litmus" in to_agency.subject
    assert "Cantina da Praça" in to_agency.text
    assert f"/agency/clients/{client.id}/settings/" in to_agency.text
    assert "http://aurora.localhost:8000/office/" in to_client.text
    assert b"ribalta" not in to_client.raw.lower()
    assert b"Ribalta" in to_agency.raw


def test_a_raised_limit_is_told_as_resolved(aurora, work: Work, mailserver: MailServer):
    client = make_client(aurora)
    make_staff(Role.OWNER, aurora, email="ana@aurora.example")
    record_usage(client, "litmus_test", 10)
    work()
    change_settings(client, litmus_test={"limit": 50})
    work(NOW + timedelta(minutes=1))

    assert [len(mailserver.to("ana@aurora.example"))] == [2]


def test_a_lowered_limit_alerts_at_once(aurora, work: Work, mailserver: MailServer):
    client = make_client(aurora)
    make_staff(Role.OWNER, aurora, email="ana@aurora.example")
    record_usage(client, "litmus_test", 5)
    work()
    assert mailserver.letters == []

    change_settings(client, litmus_test={"limit": 5})
    work(NOW + timedelta(minutes=1))
    assert len(mailserver.to("ana@aurora.example")) == 1
