"""Direct support: conversations with the operator, for whom they are open, and who hears of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain import outbox, rights, support
from portal.domain.audit import Actor
from portal.domain.audit.models import AuditEntry
from portal.domain.errors import Invalid, NotFound, Refused
from portal.domain.support import SupportThread, catalogue
from tests.factories import (
    NOW,
    TESTER,
    change_settings,
    make_agency,
    make_app,
    make_client,
    make_contributor,
    make_member,
    make_staff,
)

DESK = Actor("operator", "Command line")


@pytest.fixture
def app(database):
    return make_app(make_client(make_agency("aurora", "Aurora"), "Cantina", direct_support=True))


@pytest.fixture
def carla(app):
    return make_member(make_contributor(app, ["support"], email="carla@cantina.example", name="Carla"))


def letters():
    return [message.payload for message in outbox.claim(NOW + timedelta(days=1), topic="mail.send")]


def answered(carla):
    thread = support.write(carla, "The PDF", "does not open", now=NOW)
    support.answer(thread, "It does now", by=DESK, now=NOW)
    return support.thread_of(carla, thread.id)


def test_a_conversation_goes_back_and_forth_and_can_be_closed_and_opened(carla):
    thread = support.write(carla, "  The   PDF ", "does\r\nnot open\n", now=NOW)
    assert (thread.subject, thread.state) == ("The PDF", "open")
    support.answer(thread, "It does now", by=DESK, now=NOW)
    assert support.answered(carla) == 1 and not support.queue()
    support.reply(support.thread_of(carla, thread.id), "Thank you", by=carla, now=NOW)
    assert [row.code for row in support.queue()] == [thread.code]
    support.close(thread, by=carla.actor, now=NOW)
    support.close(thread, by=carla.actor, now=NOW)
    support.reply(support.thread_of(carla, thread.id), "One more thing", by=carla, now=NOW + timedelta(hours=1))
    said = [(m.side, m.text) for m in support.messages_of(thread)]
    assert said[0] == ("contributor", "does\nnot open") and said[1] == ("operator", "It does now")
    assert support.thread_by_code(thread.code.lower()).state == "open"
    told = AuditEntry.select().where(AuditEntry.action.startswith("support.")).order_by(AuditEntry.id)
    assert [entry.action.partition(".")[2] for entry in told] == ["written", "answered", "written", "closed", "written"]
    assert not any("open" in str(entry.details) for entry in told), "what was written is not in the trail"


def test_the_same_message_twice_is_one(carla):
    first = support.write(carla, "The PDF", "does not open", now=NOW)
    assert support.write(carla, "The PDF", "does not open", now=NOW + timedelta(minutes=1)).id == first.id
    for _ in range(2):
        support.reply(first, "Hello?", by=carla, now=NOW)
    assert len(support.messages_of(first)) == 2


@pytest.mark.parametrize(
    ("subject", "text", "field"),
    [
        ("", "x", "subject"),
        (" \n", "x", "subject"),
        ("x" * 151, "x", "subject"),
        ("a\x07", "x", "subject"),
        ("x", "", "text"),
        ("x", "x" * 5001, "text"),
        ("x", "a\x1b[2J", "text"),
    ],
)
def test_what_can_not_be_sent_is_refused_at_its_field(carla, subject, text, field):
    with pytest.raises(Invalid) as refused:
        support.write(carla, subject, text, now=NOW)
    assert list(refused.value.problems) == [field] and not SupportThread.select().count()


def test_switched_off_nobody_writes_and_everything_is_kept(app, carla):
    thread = answered(carla)
    change_settings(app.client, direct_support=False)
    ana = make_member(make_staff(agency=app.agency), app)
    for who in (carla, ana):
        with pytest.raises(Refused) as refused:
            support.reply(thread, "Hello", by=who, now=NOW)
        assert refused.value.code == "support_off"
        with pytest.raises(Refused):
            support.write(who, "x", "y", now=NOW)
    assert not rights.may(carla, "support") and rights.may(ana, "support")
    assert len(support.messages_of(support.thread_of(ana, thread.id))) == 2


def test_a_conversation_is_that_apps_alone(carla):
    thread = support.write(carla, "The PDF", "does not open", now=NOW)
    neighbour = make_member(make_contributor(make_app(make_client(carla.agency, direct_support=True)), ["support"]))
    stranger = make_member(make_contributor(make_app(make_client(direct_support=True)), ["support"]))
    for who in (neighbour, stranger):
        with pytest.raises(NotFound):
            support.thread_of(who, thread.id)
        assert support.threads_of(who).rows == []
    colleague = make_member(make_contributor(carla.app, ["support"]))
    assert [row.id for row in support.threads_of(colleague).rows] == [thread.id]


def test_an_answer_is_told_without_its_words_to_whoever_wrote_and_may_read_it(app, carla):
    other = make_contributor(app, ["support"], email="other@cantina.example")
    make_contributor(app, ["support"], email="silent@cantina.example")
    thread = support.write(carla, "The PDF", "does not open", now=NOW)
    support.reply(thread, "Here, too", by=make_member(other), now=NOW)
    rights.make_white_label(other, by=make_member(make_staff(agency=app.agency), app), now=NOW)
    support.answer(thread, "Ribalta mends it", by=DESK, now=NOW)
    [letter] = [one for one in letters() if one["letter"] == "support_answered"]
    assert letter["to"] == "carla@cantina.example" and letter["agency"] == str(app.agency.id)
    assert "Ribalta" not in str(letter) and letter["values"]["path"] == f"/office/{app.slug}/support/{thread.id}/"


def test_staff_who_wrote_from_inside_are_told_at_the_dashboard(app):
    ana = make_staff(agency=app.agency, email="ana@aurora.example")
    thread = support.write(make_member(ana, app), "For the client", "please", now=NOW)
    support.answer(thread, "Done", by=DESK, now=NOW)
    [letter] = [one for one in letters() if one["letter"] == "support_answered"]
    assert (letter["to"], letter["agency"]) == ("ana@aurora.example", None)
    assert support.messages_of(thread)[0].side == "staff"


def test_operators_get_each_message_with_its_words(carla):
    from portal.domain import accounts

    accounts.add_operator("ops@vendor.example", password="corda de violão 43", now=NOW)
    thread = support.write(carla, "The PDF", "does not open", now=NOW)
    [letter] = [one for one in letters() if one["letter"] == "support_written"]
    assert letter["to"] == "ops@vendor.example" and letter["values"]["lines"] == ["does not open"]
    assert letter["values"]["code"] == thread.code


def test_there_is_an_end_to_what_may_wait_and_to_how_long_a_conversation_gets(carla, monkeypatch):
    monkeypatch.setattr("portal.domain.support.actions.MOST_WAITING", 2)
    monkeypatch.setattr("portal.domain.support.actions.MOST_MESSAGES", 1)
    first, _ = (support.write(carla, f"Subject {n}", "x", now=NOW) for n in range(2))
    with pytest.raises(Refused) as refused:
        support.write(carla, "One more", "x", now=NOW)
    assert refused.value.code == "support_full"
    for act in (
        lambda: support.reply(first, "y", by=carla, now=NOW),
        lambda: support.answer(first, "y", by=DESK, now=NOW),
    ):
        with pytest.raises(Refused):
            act()
    assert catalogue.MOST_WAITING == 20


def test_so_many_a_day_may_be_begun_whatever_became_of_them(carla, monkeypatch):
    monkeypatch.setattr("portal.domain.support.actions.MOST_A_DAY", 2)
    for n in range(2):
        support.close(support.write(carla, f"Subject {n}", "x", now=NOW), by=carla.actor, now=NOW)
    ana = make_member(make_staff(agency=carla.agency), carla.app)
    for who in (carla, ana):
        with pytest.raises(Refused) as refused:
            support.write(who, "One more", "x", now=NOW + timedelta(hours=23))
        assert (refused.value.code, refused.value.values) == ("support_many", {"most": 2})
    other = make_member(make_contributor(make_app(carla.client, "Second"), ["support"]))
    assert support.write(other, "Another app", "x", now=NOW)
    assert support.write(carla, "One more", "x", now=NOW + timedelta(days=1))
    assert catalogue.MOST_A_DAY == 10


def test_pages_of_conversations_meet_without_gap(carla):
    for n in range(5):
        support.write(carla, f"Subject {n}", "x", now=NOW + timedelta(minutes=n))
    first = support.threads_of(carla, most=2)
    assert [row.subject[-1] for row in first.rows] == ["4", "3"] and first.newer is None
    second = support.threads_of(carla, after=first.older.id, most=2)
    assert [row.subject[-1] for row in second.rows] == ["2", "1"]
    assert support.threads_of(carla, before=second.newer.id, most=2).rows == first.rows


def test_somebody_taken_out_writes_no_more(carla):
    from portal.domain import accounts

    thread = answered(carla)
    accounts.end_contributor(carla.contributor, by=TESTER, now=NOW)
    with pytest.raises(Exception, match="box_missing"):
        support.reply(thread, "Hello", by=carla, now=NOW)
