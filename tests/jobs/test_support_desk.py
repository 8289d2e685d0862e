"""The operator reads and answers direct support at the command line, until a console comes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.domain import support
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
