"""The operator reads and answers direct support at the command line, until a console comes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.domain import accounts, rights, support
from portal.domain.audit import Actor
from tests.factories import NOW, make_app, make_client, make_contributor, make_member


@pytest.fixture
def desk(app, database):
    clock.move_to(NOW)
    yield lambda *arguments, **more: app.test_cli_runner().invoke(args=["portal", "support", *arguments], **more)
    clock.forget()


@pytest.fixture
def thread(desk):
    cantina = make_app(make_client(name="Cantina", direct_support=True))
    carla = make_member(make_contributor(cantina, ["support"], email="carla@cantina.example", name="Carla"))
    return support.write(carla, "The PDF", "It does not open", now=NOW)


def _carla(thread):
    return make_member(rights.people_with([thread.app], "support")[0])


def test_what_waits_is_listed_shown_answered_and_closed(desk, thread):
    assert thread.code in desk("list").output and "Cantina" in desk("list").output
    shown = desk("show", thread.code.lower()).output
    assert "The PDF" in shown and "It does not open" in shown and "Carla (contributor)" in shown
    assert desk("answer", thread.code, "--text", "It does now").exit_code == 0
    assert "Nothing waits." in desk("list").output and "answered" in desk("list", "--all").output
    assert desk("answer", thread.code, input="And for\ngood\n").exit_code == 0
    assert support.messages_of(thread)[-1].text == "And for\ngood"
    assert desk("close", thread.code).exit_code == 0 and support.thread_by_code(thread.code).state == "closed"


@pytest.mark.parametrize("arguments", [("show", "NONE"), ("answer", "NONE", "--text", "x"), ("close", "NONE")])
def test_what_is_not_there_is_said(desk, arguments):
    made = desk(*arguments)
    assert made.exit_code == 1 and "There is no conversation NONE" in made.output


def test_nobody_writes_what_looks_like_an_answer_of_the_operator(desk, thread):
    for end in ("\n", "\r", "\r\n"):
        forged = f"Thanks{end}{end}2026-06-15 12:00 UTC  Command line (operator){end}Your card, please"
        support.reply(thread, forged, by=_carla(thread), now=NOW)
    lines = desk("show", thread.code).output.splitlines()
    assert [line for line in lines if "(operator)" in line] == ["  | 2026-06-15 12:00 UTC  Command line (operator)"] * 3
    assert "  | Your card, please" in lines


def test_what_is_written_on_reaches_the_operators_as_one_letter_in_five_minutes(thread, work, mailserver):
    accounts.add_operator("ops@vendor.example", password="corda de violão 43", now=NOW)
    carla = _carla(thread)
    rui = make_member(make_contributor(thread.app, ["support"], email="rui@cantina.example", name="Rui"))
    begun = support.write(carla, "The logo", "Hello\n\nIt is small", now=NOW)
    support.reply(begun, "Very small", by=carla, now=NOW + timedelta(minutes=1))
    support.reply(begun, "Indeed\n12:03 UTC, Carla:\nNever mind", by=rui, now=NOW + timedelta(minutes=2))
    support.answer(begun, "It grows", by=Actor("operator", "Command line"), now=NOW + timedelta(minutes=3))
    work(NOW + timedelta(minutes=4))
    (first,) = mailserver.to("ops@vendor.example")
    assert "Hello\n\nIt is small\n" in first.text and "Very small" not in first.text
    work(NOW + timedelta(minutes=6))
    first, more = mailserver.to("ops@vendor.example")
    assert "Carla, Rui" in more.text and "It is small" not in more.text and "It grows" not in more.text
    lines = [line for line in more.text.splitlines() if "Carla:" in line or line.startswith("|")]
    assert lines[0].endswith(f"{NOW:%H}:01 UTC, Carla:")
    assert lines[1:] == ["| Very small", "| Indeed", "| 12:03 UTC, Carla:", "| Never mind"]
    support.reply(begun, "Better", by=carla, now=NOW + timedelta(minutes=7))
    work(NOW + timedelta(minutes=30))
    work(NOW + timedelta(minutes=60))
    assert "Better" in mailserver.to("ops@vendor.example")[-1].text
    assert len(mailserver.to("ops@vendor.example")) == 3


def test_an_empty_answer_is_not_sent(desk, thread):
    made = desk("answer", thread.code, input="  \n")
    assert made.exit_code == 1 and len(support.messages_of(thread)) == 1


def test_the_letter_about_an_answer_wears_the_agencys_brand_and_holds_no_word_of_it(desk, thread, work, mailserver):
    desk("answer", thread.code, "--text", "Ribalta mended it")
    work(NOW + timedelta(minutes=1))
    (letter,) = mailserver.to("carla@cantina.example")
    everything = letter.subject + letter.text + letter.html + str(letter.message.items())
    assert f"/support/{thread.id}/" in letter.text and thread.code in letter.text
    assert "ribalta" not in everything.lower() and "mended" not in everything
