"""What was done, for those who may know: in sentences, filtered, paged, as a file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest

from portal.db import transaction
from portal.domain import accounts, audit, invitations, publishing, rights, settings, staffing, tenants
from portal.domain.accounts import Role
from portal.domain.audit import Actor
from portal.domain.rights import Offer
from tests.factories import NOW, PASSWORD, TESTER, change_settings, make_app, make_contributor, make_member, make_staff

INDEX, EXPORT = "agency.activity.index", "agency.activity.export"
SAID = (
    "Ana Prado suspendeu Clínica Horizonte Motivo: Sem pagamento 15 jun. 2026, 15:00, Clínica Horizonte",
    "Ana Prado deu a carla@cantina.example o direito Serviços 15 jun. 2026, 14:00, em nome de Cantina da Praça",
    "Ana Prado mudou o preço de Pastel de R$ 30,00 para R$ 34,00 15 jun. 2026, 13:00, em nome de Cantina da Praça",
    "Carla Menezes incluiu Pastel",
    "Carla Menezes incluiu a categoria Entradas",
    "Ana Prado mudou as configurações de Cantina da Praça Teste de Litmus, limite: 10 testes → depois 12 testes",
)
"""What `done` did, the newest first, after the prices."""


@pytest.fixture
def done(house):
    """One thing of every sort, an hour apart, the oldest first."""
    at = [NOW + timedelta(hours=n + 1) for n in range(7)]
    app = make_app(house.cantina)
    carla = make_member(make_contributor(app, ["menus"], name="Carla Menezes", email="carla@cantina.example"))
    change_settings(house.cantina, now=at[0], by=house.ana.actor, litmus_test={"limit": 12})
    category = publishing.add_category(app, "Entradas", by=carla.actor, now=at[1])
    dish = publishing.add_dish(app, category, "Pastel", price=3000, by=carla.actor, now=at[2])
    inside = make_member(house.ana, app).actor
    values = {"name": "Pastel", "description": "", "allergens": []}
    publishing.change_dish(app, dish, **values, price=3400, by=inside, now=at[3])
    rights.set_box(carla.contributor, "services", granted=True, by=make_member(house.ana, app), now=at[4])
    tenants.set_client_suspended(house.clinica, suspended=True, reason="Sem pagamento", by=house.ana.actor, now=at[5])
    prices = {"litmus_test.BRL": 950}
    seen = settings.price_list(house.agency, now=at[6]).seen
    settings.save_prices(house.agency, prices, seen=seen, alert_at=(50, 90), by=house.ana.actor, now=at[6])
    return house


def told(page):
    return [" ".join(item.text_content().split()) for item in page.select("//ol[contains(@class, 'history')]/li")]


def rows_of(page):
    text = page.text.removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_every_entry_is_a_sentence_with_old_and_new_values(browse, done):
    newest = told(browse(done.ana).get(INDEX))
    assert newest[0].startswith("Ana Prado mudou os preços da Aurora Avisos: padrão da agência → depois 50 % e 90 %")
    assert "Teste de Litmus, preço (BRL): R$ 9,00 → depois R$ 9,50" in newest[0]
    for line, said in zip(newest[1:], SAID, strict=False):
        assert line.startswith(said), line
    done.ana.person.language = "en"
    done.ana.person.save()
    assert browse(done.ana).get(INDEX).has("Ana Prado changed the price of Pastel from R$30.00 to R$34.00")


@pytest.mark.parametrize(
    ("asked", "count", "first"),
    [
        ({"about": "content"}, 3, "mudou o preço de Pastel"),
        ({"about": "money"}, None, "mudou os preços"),
        ({"who": "contributor"}, 2, "incluiu Pastel"),
        ({"text": "pastel ana"}, 1, "mudou o preço de Pastel"),
        ({"text": "100%_"}, 0, ""),
        ({"since": "2026-06-15", "until": "2026-06-15", "about": "clients"}, 1, "suspendeu Clínica"),
        ({"since": "2026-06-16"}, 0, ""),
        ({"who": "staff", "until": "2026-06-14"}, 0, ""),
    ],
    ids=str,
)
def test_a_filter_shows_what_fits(browse, done, asked, count, first):
    for page in (browse(done.ana).get(INDEX, **asked), browse(done.ana).get(INDEX, htmx=True, **asked)):
        assert page.status == 200 and (count is None or len(told(page)) == count)
        assert not first or first in told(page)[0]
    if count == 0:
        assert page.has("Nada desse tipo")


def test_client_app_and_person_are_filters(browse, done):
    ana = browse(done.ana)
    assert {"Clínica" in line for line in told(ana.get(INDEX, client=done.clinica.id))} == {True}
    change_settings(done.cantina, now=NOW + timedelta(days=1), by=done.bruno.actor, litmus_test={"limit": 14})
    assert len(told(ana.get(INDEX, who=done.bruno.person.id))) == 1
    second = make_app(done.cantina, "Cantina Delivery")
    [created] = told(ana.get(INDEX, client=done.cantina.id, app=second.id))
    assert "criou o app Cantina Delivery" in created


def test_an_odd_question_and_others_clients_count_as_not_asked(browse, done, house):
    ana = browse(done.ana)
    everything = told(ana.get(INDEX))
    foreign = make_app(None).client
    for odd in ({"about": "x"}, {"who": "x"}, {"client": "x"}, {"client": foreign.id}, {"since": "9999-99-99"}):
        assert told(ana.get(INDEX, **odd)) == everything
    assert told(ana.get(INDEX, before="x", text="\x00")) == everything
    theirs = audit.recent_of_agency(foreign.agency_id, 1)[0]
    assert told(ana.get(INDEX, before=theirs.id)) == everything


def test_a_manager_reads_of_his_clients_alone_and_billing_of_no_staff_nor_keys(browse, done):
    audit.record("staff.added", by=done.ana.actor, now=NOW, agency_id=done.agency.id, subject="novo@aurora.example")
    audit.record("session.started", by=done.ana.actor, now=NOW, agency_id=done.agency.id, subject="x")
    bruno = told(browse(done.bruno).get(INDEX))
    assert bruno and all("Clínica Horizonte" in line for line in bruno)
    assert told(browse(done.bruno).get(INDEX, client=done.cantina.id)) == bruno, "not his client: not asked"
    people = [browse(who).get(INDEX).select("//select[@id='f-who']/option") for who in (done.ana, done.bruno, done.bia)]
    named = [[option.text for option in options] for options in people]
    assert "Ana Prado" in named[0] and "Ana Prado" not in named[1] + named[2]
    bia = " ".join(told(browse(done.bia).get(INDEX)))
    assert "mudou os preços" in bia and "novo@aurora.example" not in bia and "Ana Prado entrou" not in bia
    assert told(browse(done.bia).get(INDEX, about="staff")) == []
    assert "novo@aurora.example" in " ".join(told(browse(done.ana).get(INDEX, about="staff")))


def test_owner_and_admin_read_who_was_refused_a_change_nobody_else_does_and_it_is_no_news(browse, done):
    foreign = make_app(None).client
    ana, bruno = browse(done.ana), browse(done.bruno)
    assert bruno.post("agency.details.save", client_id=done.cantina.id).status == 404
    assert ana.post("agency.details.save", client_id=foreign.id).status == 404
    assert bruno.post("agency.credentials.create").status == 403
    lines = told(ana.get(INDEX, about="sign_in"))
    assert lines[0].startswith(
        "Bruno Lima teve uma alteração recusada (POST agency.credentials.create): falta o direito"
    )
    assert lines[1].startswith("Ana Prado teve uma alteração recusada (POST agency.details.save): isso não existe")
    assert ["recusada" in line for line in lines].count(True) == 3
    assert not any(foreign.name in line for line in lines)
    for page in (bruno.get(INDEX), browse(done.bia).get(INDEX), browse(done.stranger).get(INDEX), ana.get("/agency/")):
        assert not page.has("recusada")


def test_a_first_offer_an_ownership_and_a_way_in_are_told_as_they_were(browse, house):
    ana, bruno, app = house.ana, house.bruno, make_app(house.cantina)
    rights.lock(house.cantina, "services", Offer("Peça já", 1000, None), by=ana.actor, now=NOW)
    rights.lock(house.cantina, "services", Offer("Peça já", 1500, None), by=ana.actor, now=NOW)
    accounts.start_session(ana.person, str(house.agency.id), entered_app=app, now=NOW)
    made = staffing.offer_ownership(ana, bruno.membership_id, afterwards="admin", password=PASSWORD, now=NOW)
    staffing.accept_ownership(bruno, made.id, now=NOW)
    said = "\n".join(told(browse(bruno).get(INDEX)))
    assert "Ana Prado pôs uma oferta diante de Serviços de Cantina da Praça: “Peça já”; R$ 10,00; uma vez" in said
    assert "a oferta de Serviços para Cantina da Praça: o preço de R$ 10,00 para R$ 15,00" in said
    assert "every_months" not in said
    assert "a função de ana@aurora.example passou de Proprietário para Administrador" in said
    assert "mudou a função" not in said and "o back office de Cantina da Praça, em nome de" not in said


def test_another_agency_and_who_is_signed_out_read_nothing_of_it(browse, browser, done):
    theirs = browse(done.stranger).get(INDEX)
    assert not {"Cantina", "Ana Prado", "Pastel"} & set(" ".join(told(theirs)).split())
    assert not [row for row in rows_of(browse(done.stranger).get(EXPORT)) if "Ana" in str(row)]
    assert browser.get(INDEX).status in (302, 303) and browser.get(EXPORT).status in (302, 303)
    carla = make_contributor(make_app(done.cantina), ["team"])
    assert browse(carla).get("/agency/activity/").status == 404


def test_pages_lead_to_and_fro_through_a_filter(browse, done):
    for n in range(120):
        audit.record(
            "menu.published", by=TESTER, now=NOW - timedelta(days=n), agency_id=done.agency.id, subject=f"{n}."
        )
    ana = browse(done.ana)
    first = ana.get(INDEX, about="content", who="system")
    second = first.click("Próxima")
    third = second.click("Próxima")
    assert [len(told(page)) for page in (first, second, third)] == [50, 50, 20]
    assert told(third.click("Anterior")) == told(second) and "Próxima" not in third.text
    audit.seal()
    assert told(ana.get(INDEX, about="content", who="system")) == told(first)


def test_the_file_holds_what_the_filter_shows_and_no_formula(browse, done):
    audit.seal()
    evil = Actor("contributor", '=HYPERLINK("http://evil.example")')
    for subject in ("+1", "@x", "-2+3", "\tx", "＝1", 'a";"b'):
        audit.record("menu.dish_added", by=evil, now=NOW, agency_id=done.agency.id, subject=subject)
    page = browse(done.ana).get(EXPORT, about="content")
    rows = rows_of(page)
    assert len(rows) == 9 and len(told(browse(done.ana).get(INDEX, about="content"))) == 9
    priced = next(row for row in rows if "preço" in row["O quê"])
    assert priced["Quando"] == "2026-06-15 13:00:00" and priced["Em nome de"] == "Cantina da Praça"
    assert priced["Cliente"] == "Cantina da Praça" and len(priced["Selo"]) == 64 and priced["Número"].isdecimal()
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "＝")]
    assert page.headers["Content-Disposition"].startswith('attachment; filename="atividade-')


def test_nothing_edits_or_removes_an_entry_by_any_route(app):
    unsafe = {"POST", "PUT", "PATCH", "DELETE"}
    trails = ("agency.activity.", "agency.history.")
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(trails)]
    assert rules and not [rule for rule in rules if unsafe & rule.methods]


def test_an_entry_that_was_emptied_shows_what_was_kept_of_it_after_two_erasings(browse, done):
    carla, davi = "carla@cantina.example", "davi@cantina.example"
    told = {"old": carla, "new": davi, "boxes": ["menus"]}
    with transaction():
        audit.record(
            "person.email_changed",
            by=TESTER,
            now=NOW + timedelta(days=1),
            agency_id=done.agency.id,
            subject="x",
            **told,
        )
    assert f"entrar com {davi} em vez de {carla}" in told_first(browse(done.ana).get(INDEX))
    for email in (carla, davi):
        audit.erase(uuid4(), [email], agency_id=done.agency.id, by=TESTER, now=NOW + timedelta(hours=1))
        audit.seal()
    first = told_first(browse(done.ana).get(INDEX))
    assert carla not in first and davi not in first
    assert "Direitos de acesso: Cardápios" in first and "As palavras de uma pessoa foram apagadas aqui" in first
    [row] = [row for row in rows_of(browse(done.ana).get(EXPORT)) if "Cardápios" in str(row)]
    assert carla not in str(row)


def told_first(page):
    return told(page)[0]


def test_what_was_changed_of_a_mail_server_is_said_in_words(browse, done):
    with transaction():
        audit.record(
            "sender.saved",
            by=TESTER,
            now=NOW + timedelta(days=1),
            agency_id=done.agency.id,
            subject="Aurora",
            server="smtp.aurora.example",
            changed=["from_address", "host", "password"],
        )
    assert "Endereço do remetente, Servidor e Senha" in told_first(browse(done.ana).get(INDEX))


def test_people_invited_by_one_list_are_one_line_with_their_names_in_it(browse, house):
    app = make_app(house.cantina)
    inside = make_member(house.ana, app)
    given = {"language": "pt-BR", "origin": "http://aurora.localhost:8000"}
    invitations.invite(inside, "davi@x.example", ["menus"], name="Davi", now=NOW - timedelta(minutes=2), **given)
    invitations.revoke(invitations.open_invitations(inside)[0], by=inside, now=NOW - timedelta(minutes=1))
    for n in range(3):
        moment = NOW + timedelta(minutes=n + 1)
        invitations.invite(
            inside, f"p{n}@x.example", ["menus"], name="Lia Souza" if n == 1 else "", now=moment, **given
        )
    invitations.invite(inside, "other@x.example", ["services"], now=NOW + timedelta(minutes=5), **given)
    page = browse(house.ana).get(INDEX)
    other, three, _signed_in, revoked, davi = told(page)[:5]
    assert other.startswith("Ana Prado convidou other@x.example Direitos de acesso: Serviços")
    people = "p0@x.exampleLia Souza (p1@x.example)p2@x.example"
    assert three.startswith(f"Ana Prado convidou 3 pessoas Mostrar quem {people} Direitos de acesso: Cardápios")
    assert revoked.startswith("Ana Prado revogou o convite de Davi (davi@x.example)")
    assert davi.startswith("Ana Prado convidou Davi (davi@x.example)")
    ids = [item.get("id") for item in page.select("//li[starts-with(@id,'entry')]")]
    assert len(set(ids)) == len(ids) >= 6, "each entry can be led to"
    assert "Ana Prado convidou 3 pessoas" in browse(house.ana).get("agency.overview.index").text


def test_lists_of_others_of_another_client_or_day_stand_for_themselves(browse, house):
    cantina, clinica = make_app(house.cantina), make_app(house.clinica)
    lia = make_staff(Role.ADMIN, house.agency, name="Lia")
    given = {"language": "pt-BR", "origin": "http://aurora.localhost:8000"}
    sent = [(house.ana, cantina, 1), (house.ana, cantina, 2), (house.ana, clinica, 3), (lia, clinica, 4)]
    for n, (staff, app, minutes) in enumerate([*sent, (lia, clinica, 24 * 60)]):
        moment = NOW + timedelta(minutes=minutes)
        invitations.invite(make_member(staff, app), f"p{n}@x.example", ["menus"], now=moment, **given)
    lines = [line.partition(" Direitos")[0] for line in told(browse(house.ana).get(INDEX)) if "convidou" in line]
    assert [line.partition(" Mostrar")[0] for line in lines] == [
        "Lia convidou p4@x.example",
        "Lia convidou p3@x.example",
        "Ana Prado convidou p2@x.example",
        "Ana Prado convidou 2 pessoas",
    ]


def test_lists_of_namesakes_and_for_another_app_stand_for_themselves(browse, house):
    cantina, second = make_app(house.cantina), make_app(house.cantina, "Cantina Delivery")
    adam, namesake = (make_staff(Role.ADMIN, house.agency, email=f"a{n}@x.example", name="Adam Silva") for n in (1, 2))
    places = [(adam, cantina), (namesake, cantina), (namesake, second), (namesake, second)]
    for n, inside in enumerate([make_member(staff, app) for staff, app in places]):
        moment = NOW + timedelta(minutes=n + 1)
        invitations.invite(inside, f"p{n}@x.example", ["menus"], origin="https://x", now=moment)
    lines = [line.partition(" Direitos")[0] for line in told(browse(house.ana).get(INDEX)) if "convidou" in line]
    assert [line.partition(" Mostrar")[0] for line in lines] == [
        "Adam Silva convidou 2 pessoas",
        "Adam Silva convidou p1@x.example",
        "Adam Silva convidou p0@x.example",
    ]


def test_a_later_invitation_by_another_name_rewords_nothing_that_was_told(browse, house):
    insides = [make_member(house.ana, make_app(house.cantina, name)) for name in ("Cantina", "Delivery")]
    email = "one@x.example"
    for hour, names in enumerate([["Maria Souza", "Mia"], ["Outro Nome"], [""]]):
        for n, (inside, name) in enumerate(zip(insides, names, strict=False)):
            moment = NOW + timedelta(hours=hour, minutes=n)
            invitations.invite(inside, email, ["menus"], name=name, origin="https://x", now=moment)
        for n, inside in enumerate(insides[: len(names)]):
            [sent] = invitations.open_invitations(inside)
            invitations.revoke(sent, by=inside, now=NOW + timedelta(hours=hour, minutes=n + 5))
    lines = [line.partition(" Direitos")[0] for line in told(browse(house.ana).get(INDEX)) if email in line]
    mia, maria, other = (f"{name} ({email})" for name in ("Mia", "Maria Souza", "Outro Nome"))
    said = [("revogou o convite de", email), ("convidou", email), ("revogou o convite de", other), ("convidou", other)]
    said += [("revogou o convite de", mia), ("revogou o convite de", maria), ("convidou", mia), ("convidou", maria)]
    for line, (did, whom) in zip(lines, said, strict=True):
        assert line.startswith(f"Ana Prado {did} {whom}"), line
