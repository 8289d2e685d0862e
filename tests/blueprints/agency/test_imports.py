"""Clients by CSV: a template, a preview of every line, corrections in place, results, and the way out again."""

from __future__ import annotations

import csv
import io

import pytest

from portal import clock
from portal.domain import accounts, settings
from portal.domain.accounts import Role
from tests.factories import NOW, TESTER, change_settings, make_client, make_staff

INDEX, CREATE, TEMPLATE, EXPORT = (f"agency.imports.{name}" for name in ("index", "create", "template", "export"))
SHOW, LINE, CORRECT = (f"agency.imports.{name}" for name in ("show", "line", "correct"))
CONFIRM, DISCARD, PROGRESS = (f"agency.imports.{name}" for name in ("confirm", "discard", "progress"))
RESULTS, BEGINNINGS = "agency.imports.results", "agency.imports.beginnings"
TEXT = "name;email;licence_price\nNova Loja;nova@loja.example;99,90\nOutra;nobody;1.5\n"


def send(browser, content=TEXT):
    """As a file where it is bytes, else pasted."""
    data = {"csrf_token": browser.token(), "text": ""}
    if isinstance(content, bytes):
        data["file"] = (io.BytesIO(content), "clientes.csv")
    else:
        data["text"] = content
    return browser.request("POST", browser.url(CREATE), data=data, content_type="multipart/form-data")


def only(house):
    (batch,) = settings.imports_of(house.agency)
    return batch


def read(page):
    text = page.body.decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def names(house):
    return {client.name for client in accounts.clients_of_staff(house.ana)}


@pytest.mark.parametrize("content", [TEXT, TEXT.encode("cp1252"), TEXT.encode("utf-8-sig")])
def test_the_whole_way_from_file_to_clients(browse, house, content):
    browser = browse(house.ana)
    page = send(browser, content).follow()
    assert page.has("Prévia de cada linha")
    assert page.has("Este não é um endereço de e-mail") or page.has("nobody")
    assert names(house) == {"Cantina da Praça", "Clínica Horizonte"}
    batch = only(house)
    form = browser.get(LINE, batch_id=batch.id, number=3).form("#line")
    assert form.value("email") == "nobody"
    page = form.submit(email="outra@loja.example", licence_price="1,50").follow()
    assert page.has("A linha 3 agora está certa.")
    page = page.form(f"/agency/imports/{batch.id}/confirm").submit().follow()
    assert page.has("0 de 2")
    assert browser.get(PROGRESS, htmx=True, batch_id=batch.id).has("Criando os clientes")
    settings.import_work(batch.id, now=NOW)
    assert browser.get(PROGRESS, htmx=True, batch_id=batch.id).headers["HX-Redirect"].endswith(f"{batch.id}/")
    assert browser.get(PROGRESS, batch_id=batch.id).status == 303
    page = browser.get(SHOW, batch_id=batch.id)
    assert page.has("O que foi feito do arquivo")
    assert names(house) >= {"Nova Loja", "Outra"}
    loja = next(c for c in accounts.clients_of_staff(house.ana) if c.name == "Nova Loja")
    assert settings.current(loja, now=NOW).licence_price == 9990
    assert [row["result"] for row in read(browser.get(RESULTS, batch_id=batch.id))] == ["criado", "criado"]
    assert browser.get(INDEX).has("2 criados")


def test_a_correction_that_is_none_stays_on_the_line(browse, house):
    browser = browse(house.ana)
    send(browser)
    page = browser.get(LINE, batch_id=only(house).id, number=3).form("#line").submit(email="still")
    assert page.location.endswith("/lines/3")
    assert page.follow().form("#line").value("email") == "still"


def test_lines_that_are_left_out_say_why_in_the_results(browse, house):
    browser = browse(house.ana)
    send(browser)
    browser.post(CONFIRM, batch_id=only(house).id)
    settings.import_work(only(house).id, now=NOW)
    good, bad = read(browser.get(RESULTS, batch_id=only(house).id))
    assert (good["result"], bad["result"], bad["line"]) == ("criado", "ficou de fora", "3")
    assert bad["reason"].startswith("email: ")


@pytest.mark.parametrize(
    "content",
    ["", "x\n1\n", b"name\n", b"\x89PNG\x00\x81", b'name\n"A\n', b"name\n" + b"A\n" * 5001],
)
def test_what_is_no_table_is_refused_at_the_field(browse, house, content):
    page = send(browse(house.ana), content)
    assert page.status == 422
    assert page.tree.xpath("//*[@id='f-file-error']")
    if isinstance(content, str):
        assert page.form("#import").value("text") == content
    assert settings.imports_of(house.agency) == []


def test_more_than_a_mebibyte_is_refused(browse, house):
    assert send(browse(house.ana), b"name\n" + b"A" * 1_048_577).status == 413


def test_no_good_line_can_not_be_confirmed(browse, house):
    browser = browse(house.ana)
    send(browser, "name\nCantina da Praça\n")
    assert browser.post(CONFIRM, batch_id=only(house).id).status == 422
    assert browser.post(DISCARD, batch_id=only(house).id).follow().has("Nenhum cliente foi criado.")
    assert settings.imports_of(house.agency) == []


def test_clients_of_long_ago_begin_this_month_in_one_click(browse, house):
    browser = browse(house.ana)
    page = send(browser, "name,began_on\nA,2020-01-01\n").follow()
    assert page.has("1 cliente começou antes deste mês.")
    assert page.form(f"/agency/imports/{only(house).id}/beginnings").submit().follow().has("1 linha mudou.")
    assert settings.line_of(only(house), 2).cells["began_on"] == "2026-06-01"


def test_a_long_file_is_shown_in_pages(browse, house):
    browser = browse(house.ana)
    send(browser, "name\n" + "".join(f"Loja {n:03}\n" for n in range(120)))
    page = browser.get(SHOW, batch_id=only(house).id)
    assert page.has("Loja 049")
    assert not page.has("Loja 050")
    assert browser.get(SHOW, batch_id=only(house).id, only="all", after="51").has("Loja 050")
    for odd in ("x", "-1", "9" * 30, "١"):
        assert browser.get(SHOW, batch_id=only(house).id, after=odd, only=odd).status == 200


def test_the_template_is_read_without_a_problem(browse, house):
    browser = browse(house.ana)
    page = browser.get(TEMPLATE)
    assert page.headers["Content-Disposition"] == 'attachment; filename="clients-template.csv"'
    (line,) = read(page)
    assert list(line) == settings.columns()
    text = page.body.decode().replace("Cantina da Praça", "Outra")
    send(browser, text.encode())
    assert settings.line_of(only(house), 2).state == "good"


def test_what_goes_out_comes_in_again_the_same(browse, house):
    odd = ["=1+1", "+A", "-A", "@A", "＝1", "'=1", 'Say "hi"; now', "São João, Ltda."]
    for name in odd:
        client = make_client(house.agency, name)
    change_settings(client, litmus_test={"limit": None}, licence_price=123456)
    out = browse(house.ana).get(EXPORT)
    rows = read(out)
    assert not [row["name"] for row in rows if row["name"][0] in "=+-@＝"]
    stranger = browse(house.stranger)
    send(stranger, out.body)
    (batch,) = settings.imports_of(house.stranger.agency)
    stranger.post(BEGINNINGS, batch_id=batch.id)
    lines = settings.lines_of_import(batch, ("good", "bad"), most=None)
    assert {line.state for line in lines} == {"good"}
    stranger.post(CONFIRM, batch_id=batch.id)
    settings.import_work(batch.id, now=NOW)
    theirs = read(stranger.get(EXPORT))
    began = {"began_on": ""}
    assert [row | began for row in theirs] == [row | began for row in rows]
    assert {c.name for c in accounts.clients_of_staff(house.stranger)} == {
        *odd,
        "Cantina da Praça",
        "Clínica Horizonte",
    }


@pytest.mark.parametrize("name", ["A,=1+1", "A;=1+1"])
def test_a_name_is_no_formula_however_a_line_is_split(browse, house, name):
    make_client(house.agency, name)
    assert f'"{name}"' in browse(house.ana).get(EXPORT).body.decode()


def test_a_manager_takes_out_only_his_own(browse, house):
    assert [row["name"] for row in read(browse(house.bruno).get(EXPORT))] == ["Clínica Horizonte"]


def test_the_list_of_clients_leads_here(browse, house):
    page = browse(house.ana).get("agency.clients.index")
    assert page.has("Adicionar clientes por arquivo")
    assert not browse(house.bruno).get("agency.clients.index").has("Adicionar clientes por arquivo")


def test_cells_that_are_no_columns_can_not_be_posted(browse, house):
    browser = browse(house.ana)
    send(browser)
    browser.post(CORRECT, {"agency_id": "1", "state": "done", "name": "Nova"}, batch_id=only(house).id, number=2)
    line = settings.line_of(only(house), 2)
    assert (line.cells["name"], line.state, "agency_id" in line.cells) == ("Nova", "good", False)


@pytest.mark.parametrize("endpoint", [SHOW, LINE, PROGRESS, RESULTS, CORRECT, CONFIRM, DISCARD, BEGINNINGS])
def test_a_stranger_does_not_learn_of_it(browse, house, endpoint):
    send(browse(house.ana))
    stranger, values = browse(house.stranger), {"batch_id": only(house).id}
    if endpoint in (LINE, CORRECT):
        values["number"] = 2
    ask = stranger.get if endpoint in (SHOW, LINE, PROGRESS, RESULTS) else stranger.post
    assert ask(endpoint, **values).status == 404
    assert only(house).state == "checking"


def test_who_may(browse, browser, house):
    send(browse(house.ana))
    assert browse(make_staff(Role.ADMIN, house.agency)).get(INDEX).status == 200
    for person in (house.bruno, house.bia):
        assert browse(person).get(INDEX).status == 403
        assert send(browse(person)).status == 403
        assert browse(person).post(CONFIRM, batch_id=only(house).id).status == 403
    assert browser.get(INDEX).status in (302, 303)
    assert browser.get(EXPORT).status in (302, 303)
    assert only(house).state == "checking"


def test_a_line_that_is_not_there_is_not_found(browse, house):
    browser = browse(house.ana)
    send(browser)
    for number in (99, 10**9 - 1):
        assert browser.get(LINE, batch_id=only(house).id, number=number).status == 404
        assert browser.post(CORRECT, {"name": "A"}, batch_id=only(house).id, number=number).status == 404


def test_a_number_that_no_database_holds_is_no_line(browse, house):
    browser = browse(house.ana)
    send(browser)
    assert browser.get(f"/agency/imports/{only(house).id}/lines/{10**30}").status == 404
    assert browser.post(f"/agency/imports/{only(house).id}/lines/{10**30}", {"name": "A"}).status == 404


def test_too_many_files_that_wait_are_said_where_the_next_one_was_chosen(browse, house):
    for n in range(10):
        settings.begin_import(house.agency, TEXT.encode(), name=f"{n}.csv", mark=",", by=TESTER, now=clock.now())
    page = send(browse(house.ana))
    assert page.status == 422 and "10 arquivos já esperam" in page.by_id("f-file-error").text_content()
    assert page.has("Nova Loja") and page.has("esquecido depois de 7 dias"), "what was pasted is kept"
