"""Direct support in the back office: whom one writes to, the conversation, and for whom it is there (R76, R78)."""

from __future__ import annotations

from uuid import uuid4

import pytest

from portal import clock
from portal.domain import support
from portal.domain.audit import Actor
from tests.factories import change_settings, make_app, make_client, make_contributor, make_member

DESK = Actor("operator", "Command line")


@pytest.fixture
def rui(cantina, client):
    change_settings(client, direct_support=True)
    return make_contributor(cantina, ["menus", "support"], email="rui@cantina.example", name="Rui Paz")


@pytest.fixture
def thread(rui):
    return support.write(make_member(rui), "O PDF", "não abre <b>aqui</b>", now=clock.now())


def write(browse, who, app, **fields):
    return browse(who).post("office.support.write", {"subject": "O PDF", "text": "não abre", **fields}, app=app.slug)


def test_one_is_told_who_answers_where_and_in_which_language_before_writing(browse, rui, cantina):
    for endpoint in ("office.support.index", "office.support.new"):
        page = browse(rui).get(endpoint, app=cantina.slug)
        assert page.has(
            "Ribalta", "Estados Unidos", "português e inglês", "Quem tem Suporte Direto em Cantina da Praça"
        )
        assert page.select("//img[@alt='Ribalta'][contains(@src, '/marks/logo')]")


def test_a_message_goes_and_its_answer_comes_back_under_the_vendors_name(browse, rui, cantina):
    page = (
        browse(rui).get("office.support.new", app=cantina.slug).form("#write").submit(subject="O PDF", text="não abre")
    )
    page = page.follow()
    assert page.has("Ribalta recebeu a sua mensagem.", "O PDF", "não abre", "Aguardando resposta")
    [row] = support.queue()
    support.answer(row, "Agora <i>abre</i>", by=DESK, now=clock.now())
    page = browse(rui).get("office.support.show", app=cantina.slug, thread_id=row.id)
    assert page.has("Respondida", "Agora <i>abre</i>") and not page.select("//main//i") and not page.has("Command line")
    assert browse(rui).get("office.home.index", app=cantina.slug).has("1 resposta para ler")
    page = page.form("#reply").submit(text="Obrigado").follow()
    assert page.has("Obrigado", "Aguardando resposta")
    page = page.form("office.support.close", app=cantina.slug, thread_id=row.id).submit().follow()
    assert page.has("A conversa está encerrada.") and support.thread_by_code(row.code).state == "closed"
    assert page.has("Uma resposta sua a reabre.")


def test_what_can_not_be_sent_is_said_at_its_field_and_kept(browse, rui, cantina, thread):
    page = write(browse, rui, cantina, subject="", text="x" * 5001)
    assert page.status == 422 and page.by_id("f-subject").get("aria-invalid") == "true"
    assert page.by_id("f-text").text.strip() == "x" * 5001 and page.has("Nada foi enviado ainda")
    page = browse(rui).post("office.support.reply", {"text": " "}, app=cantina.slug, thread_id=thread.id)
    assert page.status == 422 and page.by_id("f-text").get("aria-invalid") == "true"
    assert len(support.messages_of(thread)) == 1


def test_who_begins_one_after_the_other_is_told_what_to_do(browse, rui, cantina, thread, monkeypatch):
    monkeypatch.setattr("portal.domain.support.actions.MOST_A_DAY", 1)
    support.close(thread, by=make_member(rui).actor, now=clock.now())
    page = write(browse, rui, cantina, subject="Outra coisa", text="ainda não abre")
    assert page.status == 422 and page.has(
        "Já foram iniciadas 1 conversas", "Continue em uma delas ou comece esta amanhã."
    )
    assert page.by_id("f-text").text.strip() == "ainda não abre"
    page = browse(rui).post("office.support.reply", {"text": "ainda"}, app=cantina.slug, thread_id=thread.id)
    assert page.status == 303


def test_a_colleague_with_the_box_and_staff_inside_read_it_too(browse, rui, thread, cantina, ana):
    other = make_contributor(cantina, ["support"])
    for who in (browse(other), browse(ana, inside=cantina)):
        assert who.get("office.support.index", app=cantina.slug).has("O PDF", thread.code)
        page = who.get("office.support.show", app=cantina.slug, thread_id=thread.id)
        assert page.has("não abre <b>aqui</b>") and not page.select("//p[@class='words']/b")


def test_anybody_else_does_not_learn_of_it(browse, rui, thread, cantina, fabio, stranger, aurora):
    theirs = make_app(make_client(aurora, direct_support=True))
    neighbour = make_contributor(theirs, ["support"])
    assert browse(neighbour).get("office.support.show", app=theirs.slug, thread_id=thread.id).status == 404
    assert browse(neighbour).get("office.support.show", app=theirs.slug, thread_id=uuid4()).status == 404
    for act, values in (("reply", {"text": "x"}), ("close", {})):
        assert (
            browse(neighbour).post(f"office.support.{act}", values, app=theirs.slug, thread_id=thread.id).status == 404
        )
        assert browse(fabio).post(f"office.support.{act}", values, app=cantina.slug, thread_id=thread.id).status == 403
        assert (
            browse(stranger).post(f"office.support.{act}", values, app=cantina.slug, thread_id=thread.id).status == 404
        )
    for page in ("index", "new"):
        assert browse(fabio).get(f"office.support.{page}", app=cantina.slug).status == 403
        assert browse(stranger).get(f"office.support.{page}", app=cantina.slug).status == 404
    assert len(support.messages_of(thread)) == 1 and support.thread_by_code(thread.code).state == "open"


def test_switched_off_the_section_is_gone_and_the_conversation_kept(browse, rui, thread, cantina, client, ana):
    assert browse(rui).get("office.menus.index", app=cantina.slug).has("Suporte Direto")
    change_settings(client, direct_support=False)
    for endpoint, values in (("office.support.index", {}), ("office.support.show", {"thread_id": thread.id})):
        assert browse(rui).get(endpoint, app=cantina.slug, **values).status == 403
    assert not browse(rui).get("office.menus.index", app=cantina.slug).has("Suporte Direto")
    inside = browse(ana, inside=cantina)
    page = inside.get("office.support.show", app=cantina.slug, thread_id=thread.id)
    assert page.has("O Suporte Direto está desligado", "não abre") and not page.select("//form[@id='reply']")
    refused = inside.post("office.support.reply", {"text": "x"}, app=cantina.slug, thread_id=thread.id)
    assert refused.status == 422
    assert not inside.get("office.support.new", app=cantina.slug).select("//form[@id='write']")
    change_settings(client, direct_support=True)
    assert browse(rui).get("office.support.show", app=cantina.slug, thread_id=thread.id).has("não abre")


def test_while_it_is_off_staff_inside_are_told_so_and_where_it_is_switched_on(browse, rui, cantina, client, ana):
    change_settings(client, direct_support=False)
    inside, settings = browse(ana, inside=cantina), f"/agency/clients/{client.id}/settings/"
    page = inside.get("office.home.index", app=cantina.slug)
    assert page.has("Suporte Direto desligado") and not page.has("Escrever ao Suporte Direto")
    [entry] = page.select("//header[@id='menu']//nav//a[contains(@href, '/support/')]")
    assert entry.text_content().split() == ["Suporte", "Direto", "desligado"]
    for endpoint in ("office.support.index", "office.support.new"):
        [link] = inside.get(endpoint, app=cantina.slug).select(f"//main//a[contains(@href, '{settings}')]")
        assert link.get("href").startswith("http://localhost") and link.text_content() == "Configurações do Cliente"
    change_settings(client, direct_support=True)
    assert inside.get("office.home.index", app=cantina.slug).has("Escrever ao Suporte Direto")


def test_a_form_without_its_box_says_why_to_whoever_may_know_of_it(browse, carla, cantina, client, ana):
    why = "Suporte Direto não tem caixa aqui"
    knows, lacks = (make_contributor(cantina, ["team", "help", *more]) for more in (["support"], []))
    for who in (browse(ana, inside=cantina), browse(knows)):
        assert who.get("office.team.new", app=cantina.slug).has(why, "desligado nas configurações de Cantina da Praça")
    there = browse(ana, inside=cantina).get("office.team.show", app=cantina.slug, contributor_id=carla.id)
    assert there.has(why)
    no_longer = make_contributor(cantina, ["team", "support"])
    for person in (carla, lacks, no_longer):
        assert not browse(person).get("office.team.new", app=cantina.slug).has("Suporte Direto")
    change_settings(client, direct_support=True)
    assert not browse(knows).get("office.team.new", app=cantina.slug).has(why)


def test_the_switch_in_client_settings_warns_with_the_badge(browse, ana, client):
    page = browse(ana).get("agency.client_settings.show", client_id=client.id)
    [badge] = page.select("//h2[@id='h-support']//img")
    assert badge.get("alt") == "Mostra a marca Ribalta" and "badge.svg" in badge.get("src")
    assert page.has("Quem tiver a caixa Suporte Direto")
