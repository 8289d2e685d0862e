"""Notices about limits on their way: looked ahead for once a day, many of a day in one letter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain import accounts
from portal.domain.accounts import Notices, Role
from portal.domain.outbox import Message
from portal.jobs import Context, schedule
from tests.factories import NOW, make_agency, make_app, make_client, make_contributor, make_staff, record_usage
from tests.jobs.conftest import Work
from tests.mailserver import MailServer

MORNING = datetime(2026, 6, 10, 11, tzinfo=UTC)
"""08:00 in São Paulo."""


@pytest.fixture
def aurora(database):
    return make_agency("aurora", "Aurora", prefix="AUR")


@pytest.fixture
def ana(aurora):
    return make_staff(Role.OWNER, aurora, email="ana@aurora.example")


@pytest.fixture
def cantina(aurora):
    """A client that will pass its limit of 10 tests."""
    client = make_client(aurora, "Cantina da Praça")
    for day in (1, 3, 5, 7, 9):
        record_usage(client, at=datetime(2026, 6, day, 15, tzinfo=UTC))
    return client


def test_a_limit_that_will_be_passed_is_told_once_in_the_morning(
    cantina, ana, context: Context, work: Work, mailserver: MailServer
):
    make_contributor(make_app(cantina), ["services"], email="carla@cantina.example")
    schedule.look_ahead(context, now=MORNING - timedelta(minutes=1))
    work(MORNING)
    assert mailserver.letters == []
    for days in range(3):
        now = MORNING + timedelta(days=days)
        schedule.look_ahead(context, now=now)
        schedule.look_ahead(context, now=now)
        work(now)
    (to_agency,) = mailserver.to("ana@aurora.example")
    assert "Cantina da Praça: Teste de Litmus deve passar do limite em 2" in to_agency.subject
    assert f"/agency/clients/{cantina.id}/settings/#f-litmus_test.limit" in to_agency.text
    (to_client,) = mailserver.to("carla@cantina.example")
    assert "/services/litmus_test/" in to_client.text and "aurora.localhost:8000/account/notices" in to_client.text
    assert b"ribalta" not in to_client.raw.lower()


def test_the_agency_is_looked_at_once_a_day(cantina, ana, context: Context, work: Work):
    for hours in (0, 1, 5, 23, 24):
        schedule.look_ahead(context, now=MORNING + timedelta(hours=hours))
    keys = [row.key for row in Message.select() if row.topic == "limits.foresee"]
    assert len(keys) == len(set(keys)) == 2


def test_many_alerts_of_a_day_are_five_letters_and_one(aurora, ana, work: Work, mailserver: MailServer):
    for n in range(9):
        record_usage(make_client(aurora, f"Client {n}"), "litmus_test", 13)
    work()
    work()
    assert len(mailserver.to("ana@aurora.example")) == 5
    evening = datetime(2026, 6, 15, 21, tzinfo=UTC)
    work(evening)
    work(evening + timedelta(hours=12))
    letters = mailserver.to("ana@aurora.example")
    assert len(letters) == 6
    assert letters[-1].subject == "4 avisos sobre limites, 15 de junho de 2026"
    told = "\n".join(letter.text for letter in letters)
    assert all(f"Client {n}" in told for n in range(9))
    assert letters[-1].text.count("3 testes acima do limite: R$\xa027,00.") == 4
    assert "http://localhost:8000/agency/clients/?only=alert" in letters[-1].text


def test_a_day_s_letter_speaks_the_language_of_its_reader(aurora, ana, work: Work, mailserver: MailServer):
    accounts.set_preferences(ana.person, language="en")
    accounts.choose_notices(ana.person, Notices(rhythm="daily"))
    record_usage(make_client(aurora, "Harbour Café"), "litmus_test", 13)
    work()
    assert mailserver.letters == []
    work(NOW + timedelta(hours=12))
    (letter,) = mailserver.to("ana@aurora.example")
    assert letter.subject == "1 notice about limits, 15 June 2026"
    assert "Litmus test passed its limit: 13 of 10" in letter.text
