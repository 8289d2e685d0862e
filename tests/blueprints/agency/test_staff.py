"""The agency's staff at the dashboard: invited with what it opens in words, changed, removed, handed on."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from portal import clock
from portal.domain import accounts, outbox, sign_in, staffing, tenants
from portal.domain.accounts import Role, StaffMembership
from portal.domain.staffing import Place, StaffInvitation
from tests.browser import Browser
from tests.factories import PASSWORD, make_agency, make_client, make_staff

NEW = "quatro gatos no telhado 7"
EMAIL = "livia@aurora.example"


@pytest.fixture
def admin(house):
    return make_staff(Role.ADMIN, house.agency, email="alice@aurora.example", name="Alice Reis")


@pytest.fixture
def guest(app, settings):
    return Browser(app, settings, "localhost")


def link_sent():
    rows = outbox.Message.select().where(outbox.Message.topic == "mail.send").order_by(outbox.Message.id.desc())
    return next(row.payload["values"]["link"] for row in rows if row.payload.get("letter") == "staff_invitation")


def invited(by, role="billing", email=EMAIL, **place):
    return staffing.invite(by, email, Place(role, **place), origin="http://localhost:8000", now=clock.now())


def role_of(staff):
    row = StaffMembership.get_by_id(staff.membership_id)
    return None if row.ended_at else row.role


def test_the_list_shows_who_is_there_with_role_clients_and_state(browse, house):
    invited(house.ana)
    page = browse(house.ana).get("agency.staff.index")
    assert page.has("Ana Prado", "(você)", "Bruno Lima", "Gerente", "Clínica Horizonte", "Bia Costa", "Financeiro")
    assert page.has("todos os aplicativos da agência", "nenhum back office", EMAIL, "pendente, faltam 7 dias")
    assert not page.has("Sara")


# Invited


def write(browser, **values):
    return browser.get("agency.staff_invitations.new").form("#invite").submit(**{"email": EMAIL, **values})


@pytest.mark.parametrize(
    ("role", "says"),
    [
        ("owner", "Se você conceder a uma pessoa acesso ao painel, essa pessoa poderá acessar todo o backoffice"),
        ("admin", "Entra no back office de todos os 2 aplicativos"),
        ("manager", "Essa pessoa poderá acessar os back offices dos clientes atribuídos a ela, e nenhum outro."),
        ("manager", "Clínica Horizonte"),
        ("billing", "Não entra em nenhum back office"),
    ],
)
def test_what_an_invitation_opens_is_said_and_confirmed_in_words_before_it_is_sent(browse, house, role, says):
    ana = browse(house.ana)
    review = write(ana, role=role, clients=[house.clinica.id])
    assert review.status == 200
    assert review.has("Nada foi enviado ainda", says)
    assert review.has("acessar todo o backoffice dos aplicativos da sua conta.") == (role in ("owner", "admin"))
    assert not StaffInvitation.select().exists()
    for wrong in ("", "livia@aurora", "yes"):
        page = review.form("#confirm").submit(confirmation=wrong)
        assert page.status == 422
        assert page.has("Este não é o endereço acima")
    assert not StaffInvitation.select().exists()
    page = review.form("#confirm").submit(confirmation=f" {EMAIL.upper()} ").follow()
    assert page.has("O convite está a caminho", EMAIL)
    row = StaffInvitation.get()
    assert (row.role, row.clients) == (role, [str(house.clinica.id)] if role == "manager" else [])


def test_the_form_warns_in_the_words_of_the_product(browse, house):
    page = browse(house.ana).get("agency.staff_invitations.new")
    assert page.has("Não confunda o acesso ao back office de um aplicativo com o acesso ao back office do Painel")
    assert page.has(
        "Proprietários e administradores: Se você conceder a uma pessoa acesso ao painel, essa pessoa poderá acessar "
        "todo o backoffice dos aplicativos da sua conta."
    )
    assert page.has("Gerentes: Essa pessoa poderá", "Financeiro: Essa pessoa verá")


def test_going_back_from_the_review_keeps_what_was_typed(browse, house):
    review = write(browse(house.ana), role="manager", clients=[house.clinica.id], ends_on="2026-12-31")
    fields = review.form("#confirm").fields
    page = review.browser.post("agency.staff_invitations.review", {**fields, "step": "back"})
    kept = page.form("#invite").fields
    assert (kept["email"], kept["role"], kept["ends_on"]) == ([EMAIL], ["manager"], ["2026-12-31"])
    assert kept["clients"] == [str(house.clinica.id)]


@pytest.mark.parametrize(
    "values",
    [
        {"email": "x", "role": "billing"},
        {"role": "boss"},
        {"role": ""},
        {"role": "manager"},
        {"role": "billing", "ends_on": "yesterday"},
        {"role": "billing", "ends_on": "2026-06-01"},
        {"role": "billing", "language": "xx"},
        {"role": "billing", "email": "bia@aurora.example"},
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_nothing_typed_is_lost(browse, house, values):
    page = write(browse(house.ana), **values)
    assert page.status == 422
    assert page.form("#invite").value("email") == values.get("email", EMAIL)
    assert not StaffInvitation.select().exists()


def test_a_client_of_another_agency_is_nobody_to_look_after(browse, house):
    ana = browse(house.ana)
    fields = {"email": EMAIL, "role": "manager", "language": "en", "clients": [str(make_client().id)]}
    assert ana.post("agency.staff_invitations.review", fields).status == 404
    assert ana.post("agency.staff_invitations.create", {**fields, "confirmation": EMAIL}).status == 404
    assert ana.post("agency.staff_invitations.review", {**fields, "clients": ["x"]}).status == 404


def test_fields_that_are_none_of_the_form_give_nothing(browse, house):
    ana, more = browse(house.ana), {"agency_id": house.stranger.agency.id, "accepted_at": "1", "token_hash": "x" * 64}
    fields = {"email": EMAIL, "role": "billing", "language": "en", "confirmation": EMAIL}
    ana.post("agency.staff_invitations.create", {**fields, **more, "inviter_id": house.bia.person.id})
    row = StaffInvitation.get()
    assert (row.agency_id, row.inviter_id, row.accepted_at) == (house.agency.id, house.ana.person.id, None)
    assert row.token_hash != "x" * 64
    change(
        ana, house.bia, "manager", **more, agency=house.stranger.agency.id, ended_at="1", person_id=more["agency_id"]
    )
    kept = StaffMembership.get_by_id(house.bia.membership_id)
    assert (kept.agency_id, kept.person_id, kept.ended_at) == (house.agency.id, house.bia.person.id, None)


def test_an_administrator_invites_nobody_above_himself(browse, house, admin):
    alice = browse(admin)
    assert "owner" not in alice.get("agency.staff_invitations.new").html.split('name="role"')[0]
    fields = {"email": EMAIL, "role": "owner", "language": "en", "confirmation": EMAIL}
    assert alice.post("agency.staff_invitations.create", fields).status == 403
    row = invited(house.ana, "owner")
    for endpoint in ("resend", "link", "revoke"):
        assert alice.post(f"agency.staff_invitations.{endpoint}", invitation_id=row.id).status == 403
    assert StaffInvitation.get().revoked_at is None


def test_an_invitation_is_sent_again_copied_and_taken_back(browse, house, guest):
    row = invited(house.ana)
    ana, first = browse(house.ana), link_sent()
    page = ana.post("agency.staff_invitations.resend", invitation_id=row.id)
    assert page.has("a caminho")
    assert guest.get(first).status == 404
    page = ana.post("agency.staff_invitations.link", invitation_id=row.id)
    copied = page.by_id("link").get("value")
    assert page.has("Nenhum e-mail foi enviado")
    assert guest.get(copied).status == 200
    assert ana.post("agency.staff_invitations.revoke", invitation_id=row.id).follow().has("o link não funciona mais")
    assert guest.get(copied).status == 404


# Accepted


def test_who_accepts_sets_a_password_and_lands_at_the_dashboard_with_his_role(house, guest):
    invited(house.ana, "manager", clients=[house.clinica.id])
    link = link_sent()
    page = guest.get(link)
    assert page.has("Ana Prado", "Aurora", "Gerente", "Clínica Horizonte")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    page = page.form("#setup").submit(name="Lívia Prates", password=NEW)
    assert (page.status, page.location) == (303, "/agency/")
    assert guest.get("agency.clients.index").has("Clínica Horizonte")
    assert guest.get("agency.clients.show", client_id=house.clinica.id).status == 200
    assert guest.get("agency.clients.show", client_id=house.cantina.id).status == 404
    assert guest.get("agency.staff.index").status == 403
    assert guest.post(link, {"name": "X", "password": NEW}).status == 404


def test_an_administrator_enters_every_back_office_of_the_agency_and_none_of_another(house, guest):
    invited(house.ana, "admin")
    guest.get(link_sent()).form("#setup").submit(name="Lívia Prates", password=NEW).follow()
    foreign = make_client()
    for client, status in ((house.cantina, 303), (house.clinica, 303), (foreign, 404)):
        [app] = tenants.apps_of_client(client)
        assert guest.post("agency.apps.enter", client_id=client.id, app_id=app.id).status == status


def test_looking_and_wrong_fields_use_nothing_up_and_extra_ones_give_nothing(house, guest):
    invited(house.ana)
    link = link_sent()
    for _ in range(2):
        guest.request("HEAD", link)
    assert guest.get(link).form("#setup").submit(name="", password=NEW).status == 422
    assert guest.get(link).form("#setup").submit(name="Lívia", password="short").status == 422
    guest.post(link, {"name": "Lívia", "password": NEW, "role": "owner", "is_operator": "1", "email": "x@y.example"})
    person = accounts.person_in("platform", EMAIL)
    assert person is not None
    assert not person.is_operator
    assert accounts.staff_of_person(person).role == "billing"


def test_the_page_is_the_same_whether_the_address_is_known_or_not(house, guest):
    make_staff(Role.OWNER, make_agency(), email=EMAIL)
    pages = []
    for email in (EMAIL, "nova@aurora.example"):
        invited(house.ana, email=email)
        link = link_sent()
        texts = [guest.get(link), guest.post(link, {"name": "", "password": "x"})]
        pages.append([re.sub(r"livia|nova", "who", page.text) for page in texts])
    assert pages[0] == pages[1]


def test_a_person_of_another_agency_learns_it_after_his_password_alone(house, guest):
    make_staff(Role.BILLING, make_agency(), email=EMAIL)
    invited(house.ana)
    link = link_sent()
    page = guest.get(link).form("#setup").submit(name="", password=PASSWORD)
    assert page.status == 422
    assert page.has("você já trabalha para outra agência")
    assert len(accounts.staff_of(house.agency)) == 3


def test_a_second_factor_is_not_passed_by_with_a_link(house, guest, monkeypatch):
    known = make_staff(Role.BILLING, make_agency(), email=EMAIL)
    staffing.leave(known, now=clock.now())
    invited(house.ana)
    monkeypatch.setattr(sign_in, "has_factor", lambda person: person == known.person)
    page = guest.get(link_sent()).form("#setup").submit(password=PASSWORD)
    assert page.location == "/sign-in?next=/agency/"
    assert guest.get("agency.overview.index").status == 302
    assert accounts.staff_of_person(known.person).agency_id == house.agency.id


def test_somebody_else_who_is_signed_in_is_told_and_nothing_happens(browse, house):
    invited(house.ana)
    link = link_sent()
    bruno = browse(house.bruno)
    page = bruno.get(link)
    assert page.status == 403
    assert page.has("bruno@aurora.example", "l…@a….example")
    assert bruno.post(link, {"name": "X", "password": NEW}).status == 403
    assert accounts.person_in("platform", EMAIL) is None


def test_a_link_of_the_dashboard_is_none_at_an_agency(app, settings, house):
    invited(house.ana)
    assert Browser(app, settings, "aurora.localhost").get(link_sent().partition("8000")[2]).status == 404


# Changed


def change(browser, who, role, **more):
    return browser.post("agency.staff.change", {"role": role, **more}, membership_id=who.membership_id)


def test_a_role_counts_with_the_next_click(browse, house):
    ana, bia = browse(house.ana), browse(house.bia)
    assert bia.get("agency.prices.index").status == 200
    page = ana.get("agency.staff.show", membership_id=house.bia.membership_id)
    page.form("#role").submit(role="manager")
    assert bia.get("agency.prices.index").status == 403
    assert bia.get("agency.clients.show", client_id=house.cantina.id).status == 404


def test_a_role_that_opens_every_app_is_confirmed_in_words(browse, house):
    ana = browse(house.ana)
    page = change(ana, house.bia, "admin")
    assert page.status == 200
    assert page.has("poderá acessar todo o backoffice", "Nada mudou ainda")
    assert role_of(house.bia) == "billing"
    assert page.form("#confirm").submit(confirmation="bia").status == 422
    assert page.form("#confirm").submit(confirmation="bia@aurora.example").status == 303
    assert role_of(house.bia) == "admin"


def test_nobody_changes_himself_or_somebody_above(browse, house, admin):
    alice = browse(admin)
    assert alice.get("agency.staff.show", membership_id=house.ana.membership_id).has("acima da sua")
    assert change(alice, house.ana, "billing").status == 403
    assert change(alice, house.bia, "owner", confirmation="bia@aurora.example").status == 403
    assert change(alice, admin, "billing").status == 403
    for endpoint, data in (("end", {"ends_on": ""}), ("remove", {}), ("sign_out", {})):
        who = {"membership_id": house.ana.membership_id}
        assert alice.post(f"agency.staff.{endpoint}", data, **who).status == 403
    assert (role_of(house.ana), role_of(house.bia), role_of(admin)) == ("owner", "billing", "admin")


def test_a_last_day_is_kept_and_shown(browse, house):
    ana = browse(house.ana)
    form = ana.get("agency.staff.show", membership_id=house.bia.membership_id).form("#end")
    assert form.submit(ends_on="2026-06-14").status == 422
    assert form.submit(ends_on="2026-06-17").follow().has("termina em 2 dias")
    assert browse(house.bia).get("agency.staff_place.show").has("termina em 2 dias")
    clock.move_to(clock.now() + timedelta(days=3))
    assert browse(house.bia).get("agency.overview.index").status == 404


def test_a_manager_gets_and_loses_clients_by_switches(browse, house):
    ana, bruno = browse(house.ana), browse(house.bruno)
    page = ana.get("agency.staff_clients.index", membership_id=house.bruno.membership_id)
    assert page.has("Cantina da Praça", "Clínica Horizonte")
    who = {"membership_id": house.bruno.membership_id, "client_id": house.cantina.id}
    assert ana.post("agency.staff_clients.switch", {"assigned": "yes"}, htmx=True, **who).has("Atribuído")
    assert bruno.get("agency.clients.show", client_id=house.cantina.id).status == 200
    assert ana.post("agency.staff_clients.switch", {"assigned": "no"}, **who).status == 303
    assert bruno.get("agency.clients.show", client_id=house.cantina.id).status == 404
    assert ana.post("agency.staff_clients.switch", {"assigned": "maybe"}, **who).status == 422
    foreign = {**who, "client_id": make_client().id}
    assert ana.post("agency.staff_clients.switch", {"assigned": "yes"}, **foreign).status == 404
    other = {"membership_id": house.bia.membership_id}
    assert ana.get("agency.staff_clients.index", **other).status == 404


def test_searching_clients_answers_the_list_alone(browse, house):
    who = {"membership_id": house.bruno.membership_id}
    part = browse(house.ana).get("agency.staff_clients.index", htmx=True, q="cant", **who)
    assert part.has("Cantina da Praça")
    assert not part.has("Clínica Horizonte")
    assert not part.is_whole


def test_who_is_removed_is_out_with_the_next_click_and_it_is_said_before_what_ends(browse, house, admin):
    credential, _ = accounts.create_credential(
        house.agency, scopes=["usage:read"], label="Frankfurt", by=admin.actor, now=clock.now()
    )
    ana, alice = browse(house.ana), browse(admin)
    page = ana.get("agency.staff.show", membership_id=admin.membership_id)
    assert page.has("sessões terminam na hora", "convites enviados", "Frankfurt")
    page = page.form("agency.staff.remove", membership_id=admin.membership_id).submit(take_over="yes")
    assert page.follow().has("Alice Reis não trabalha mais no painel")
    assert alice.get("agency.overview.index").status == 302
    assert not accounts.credential_of(house.agency, credential.id).stopped


def test_signing_somebody_out_ends_every_session_of_his(browse, house):
    bruno = browse(house.bruno)
    ana = browse(house.ana)
    assert ana.post("agency.staff.sign_out", membership_id=house.bruno.membership_id).status == 303
    assert bruno.get("agency.overview.index").status == 302


def test_a_lost_second_step_is_taken_away_by_somebody_above_alone(browse, house, admin, monkeypatch):
    taken = []
    monkeypatch.setattr(sign_in, "has_factor", lambda person: person == house.bruno.person)
    monkeypatch.setattr(sign_in, "take_factors", lambda person, **_: taken.append(person.email))
    ana = browse(house.ana)
    who = {"membership_id": house.bruno.membership_id}
    assert ana.get("agency.staff.show", **who).form("agency.staff.unlock", **who).submit().status == 303
    assert not ana.get("agency.staff.show", membership_id=house.bia.membership_id).has("Aparelho perdido")
    assert browse(admin).post("agency.staff.unlock", membership_id=house.ana.membership_id).status == 403
    assert ana.post("agency.staff.unlock", membership_id=house.ana.membership_id).status == 403
    assert browse(house.stranger).post("agency.staff.unlock", **who).status == 404
    assert taken == ["bruno@aurora.example"]


# Leaving


def test_everybody_may_leave_but_the_last_owner(browse, house):
    bia, ana = browse(house.bia), browse(house.ana)
    assert bia.get("agency.staff_place.show").form("agency.staff_place.leave").submit().location == "/sign-in"
    assert bia.get("agency.overview.index").status == 302
    assert role_of(house.bia) is None
    page = ana.post("agency.staff_place.leave")
    assert page.status == 422
    assert page.has("A agência precisa de um proprietário")
    assert role_of(house.ana) == "owner"


# The agency handed on


def test_the_ownership_is_offered_with_the_password_and_accepted_by_the_other(browse, house):
    ana, bruno = browse(house.ana), browse(house.bruno)
    form = ana.get("agency.staff_ownership.index").form("#offer")
    taker = str(house.bruno.membership_id)
    assert form.submit(taker="", password=PASSWORD).status == 422
    page = form.submit(taker=taker, password="wrong")
    assert page.status == 422
    assert page.form("#offer").value("taker") == taker
    assert form.submit(taker=taker, afterwards="billing", password=PASSWORD).status == 303
    assert ana.get("agency.staff.index").has("Você ofereceu a propriedade a Bruno Lima")
    page = bruno.get("agency.staff_ownership.index")
    assert page.has("Ana Prado oferece a você a propriedade")
    accept = page.select("//form[contains(@action, '/accept')]/@action")[0]
    assert browse(house.bia).post(accept).status == 404
    assert browse(house.stranger).post(accept).status == 404
    assert bruno.post(accept).follow().has("Agora a Aurora é sua")
    assert (role_of(house.ana), role_of(house.bruno)) == ("billing", "owner")
    assert ana.get("agency.staff.index").status == 403


def test_an_offer_is_declined_or_taken_back(browse, house):
    ana, bruno = browse(house.ana), browse(house.bruno)
    for _ in range(2):
        form = ana.get("agency.staff_ownership.index").form("#offer")
        form.submit(taker=str(house.bruno.membership_id), afterwards="leave", password=PASSWORD)
        page = bruno.get("agency.staff_ownership.index")
        bruno.post(page.select("//form[contains(@action, '/decline')]/@action")[0])
    form = ana.get("agency.staff_ownership.index").form("#offer")
    form.submit(taker=str(house.bruno.membership_id), afterwards="leave", password=PASSWORD)
    withdraw = ana.get("agency.staff_ownership.index").select("//form[contains(@action, '/withdraw')]/@action")[0]
    assert bruno.post(withdraw).status == 403
    assert ana.post(withdraw).follow().has("A oferta foi retirada")
    assert bruno.get("agency.staff_ownership.index").has("Ninguém oferece a você a propriedade")
    assert (role_of(house.ana), role_of(house.bruno)) == ("owner", "manager")


def test_only_an_owner_offers_the_ownership(browse, house, admin):
    fields = {"taker": str(house.bia.membership_id), "afterwards": "admin", "password": PASSWORD}
    assert browse(admin).post("agency.staff_ownership.offer", fields).status == 403


# Who may ask at all

PAGES = [
    ("GET", "agency.staff.index", {}),
    ("GET", "agency.staff.show", {"membership_id"}),
    ("POST", "agency.staff.change", {"membership_id"}),
    ("POST", "agency.staff.end", {"membership_id"}),
    ("POST", "agency.staff.sign_out", {"membership_id"}),
    ("POST", "agency.staff.unlock", {"membership_id"}),
    ("POST", "agency.staff.remove", {"membership_id"}),
    ("GET", "agency.staff_clients.index", {"membership_id"}),
    ("POST", "agency.staff_clients.switch", {"membership_id", "client_id"}),
    ("GET", "agency.staff_invitations.new", {}),
    ("POST", "agency.staff_invitations.review", {}),
    ("POST", "agency.staff_invitations.create", {}),
    ("POST", "agency.staff_invitations.resend", {"invitation_id"}),
    ("POST", "agency.staff_invitations.link", {"invitation_id"}),
    ("POST", "agency.staff_invitations.revoke", {"invitation_id"}),
]


def test_managers_and_billing_are_refused_strangers_find_nothing_and_guests_sign_in(browse, house, guest):
    ids = {
        "membership_id": house.bruno.membership_id,
        "client_id": house.clinica.id,
        "invitation_id": invited(house.ana).id,
    }
    browsers = {name: browse(getattr(house, name)) for name in ("bruno", "bia", "stranger")}
    guest.get("account.sign_in.show")
    for method, endpoint, needs in PAGES:
        values = {name: ids[name] for name in needs}

        def ask(browser, endpoint=endpoint, method=method, values=values):
            return browser.get(endpoint, **values) if method == "GET" else browser.post(endpoint, **values)

        assert ask(browsers["bruno"]).status == ask(browsers["bia"]).status == 403, endpoint
        assert ask(guest).status == 302, endpoint
        if needs:
            assert ask(browsers["stranger"]).status == 404, endpoint
    assert (role_of(house.bruno), StaffInvitation.get().revoked_at) == ("manager", None)
