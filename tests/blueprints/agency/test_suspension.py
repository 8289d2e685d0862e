"""Taking a client or an app out for a while: what is said before, what happens on the next request, and who may."""

from __future__ import annotations

import pytest

from portal.domain import accounts, audit, metering, tenants
from portal.domain.accounts import Role
from tests.factories import NOW, event, make_app, make_contributor, make_staff

SHOW, SAVE = "agency.suspension.show", "agency.suspension.save"


@pytest.fixture
def carla(house):
    return make_contributor(make_app(house.cantina), ["menus"], name="Carla")


def suspend(browser, client, app=None, **fields):
    ids = {"client_id": client.id} | ({"app_id": app.id} if app else {})
    return browser.get(SHOW, **ids).form("#suspension").submit(**fields)


def resume(browser, client, app=None):
    return suspend(browser, client, app)


def held(house):
    return accounts.client_of(house.ana, house.cantina.id)


# A client


def test_the_question_says_what_stops_and_what_goes_on(browse, house, carla):
    page = browse(house.ana).get(SHOW, client_id=house.cantina.id)
    assert page.has(
        "O que para", "1 pessoa deixa de entrar", "O uso de qualquer serviço é recusado", "/app/cantina-da-praca/"
    )
    assert page.has("O que continua", "Sua equipe continua podendo entrar", "com a licença de R$\u00a0199,00 por mês")
    assert held(house).suspended_at is None, "asking changes nothing"


def test_a_suspended_client_is_out_on_the_next_request_and_back_after_resuming(browse, house, carla):
    inside, ana = browse(carla), browse(house.ana)
    app = make_app(house.cantina)
    assert inside.get("office.home.index", app=app.slug).status == 200
    page = suspend(ana, house.cantina, reason="Sem pagamento desde abril").follow()
    assert page.has("suspensão desde", "Motivo: Sem pagamento desde abril")
    assert inside.get("office.home.index", app=app.slug).status == 403
    public = inside.get(f"/app/{app.slug}/")
    assert public.status == 503
    assert not public.has("Sem pagamento"), "the reason is the agency's own"
    resume(ana, house.cantina)
    assert held(house).suspended_at is None and held(house).suspended_because is None
    assert inside.get(f"/app/{app.slug}/").status == 200
    assert browse(carla).get("office.home.index", app=app.slug).status == 200


def test_use_is_refused_meanwhile_and_statements_go_on(browse, house):
    suspend(browse(house.ana), house.cantina)
    outcome = metering.record(house.agency, [event(house.cantina, "litmus_test", 1)], now=NOW)
    assert [row.code for row in outcome.rejected] == ["client_suspended"]
    assert browse(house.ana).get("agency.statements.index").status == 200


def test_the_list_says_it_with_the_reason(browse, house):
    ana = browse(house.ana)
    suspend(ana, house.cantina, reason="Sem pagamento")
    page = ana.get("agency.clients.index", only="suspended")
    assert page.has("Suspenso", "Sem pagamento", "Reativar o cliente")
    assert not page.has("Clínica Horizonte")


def test_the_agency_still_enters_and_reads_why(browse, house):
    suspend(browse(house.ana), house.cantina, reason="Sem pagamento")
    app = make_app(tenants.client_by_id(house.agency, house.cantina.id))
    page = browse(house.ana, inside=app).get("office.home.index", app=app.slug)
    assert page.status == 200
    assert page.has("Cantina da Praça: suspensão desde 15 de junho de 2026", "Motivo: Sem pagamento")


def test_suspending_twice_is_written_down_once_with_its_first_reason(browse, house):
    ana = browse(house.ana)
    for reason in ("first", "second"):
        ana.post(SAVE, {"suspended": "yes", "reason": reason}, client_id=house.cantina.id)
    entries = [e for e in audit.recent_of_agency(house.agency.id) if e.action == "client.suspended"]
    assert [entry.details for entry in entries] == [{"reason": "first"}]
    assert held(house).suspended_because == "first"


# One app


def test_one_app_is_closed_and_the_others_go_on(browse, house, carla):
    first, second = make_app(house.cantina), make_app(house.cantina, "Delivery")
    davi = make_contributor(second, ["menus"])
    ana = browse(house.ana)
    question = ana.get(SHOW, client_id=house.cantina.id, app_id=second.id)
    assert question.has("/app/delivery/", "O outro aplicativo deste cliente continua aberto: Cantina da Praça.")
    assert not question.has("O uso de qualquer serviço")
    page = suspend(ana, house.cantina, second, reason="Cozinha em obras").follow()
    assert page.has("O aplicativo Delivery: suspensão a partir de agora.")
    assert page.has("Suspenso", "Cozinha em obras")
    assert not page.has("Cantina da Praça: suspensão")
    assert browse(davi).get("office.home.index", app=second.slug).status == 403
    assert browse(davi).get(f"/app/{second.slug}/").status == 503
    assert browse(carla).get("office.home.index", app=first.slug).status == 200
    assert browse(carla).get(f"/app/{first.slug}/").status == 200
    outcome = metering.record(house.agency, [event(house.cantina, "litmus_test", 1)], now=NOW)
    assert outcome.accepted == 1, "services belong to the client"
    assert ana.get("agency.clients.index").has("1 aplicativo suspenso")
    resume(ana, house.cantina, second)
    assert browse(davi).get("office.home.index", app=second.slug).status == 200


def test_an_app_is_audited_with_its_client_and_reason(browse, house):
    app = make_app(house.cantina)
    suspend(browse(house.ana), house.cantina, app, reason="Obras")
    entry = audit.recent_of_agency(house.agency.id, 1)[0]
    assert (entry.action, entry.client_id, entry.app_id) == ("app.suspended", house.cantina.id, app.id)
    assert (entry.subject, entry.details) == ("Cantina da Praça", {"reason": "Obras"})


# What can be wrong, and who may


@pytest.mark.parametrize("value", ["", "maybe", "1", None])
def test_a_wrong_value_suspends_nobody(browse, house, value):
    data = {} if value is None else {"suspended": value}
    assert browse(house.ana).post(SAVE, data, client_id=house.cantina.id).status == 422
    assert held(house).suspended_at is None


@pytest.mark.parametrize("reason", ["x" * 301, "turned \u202e round", "half \x07 bell"])
def test_a_reason_that_cant_be_kept_is_said_at_the_field(browse, house, reason):
    page = suspend(browse(house.ana), house.cantina, reason=reason)
    assert page.status == 422
    assert page.by_id("f-reason").get("aria-invalid") == "true"
    assert held(house).suspended_at is None


def test_a_manager_suspends_his_clients(browse, house):
    assert suspend(browse(house.bruno), house.clinica).status == 303
    assert accounts.client_of(house.ana, house.clinica.id).suspended_at


def test_billing_may_not(browse, house):
    app = make_app(house.cantina)
    for ids in ({"client_id": house.cantina.id}, {"client_id": house.cantina.id, "app_id": app.id}):
        assert browse(house.bia).get(SHOW, **ids).status == 403
        assert browse(house.bia).post(SAVE, {"suspended": "yes"}, **ids).status == 403
    assert held(house).suspended_at is None


@pytest.mark.parametrize("who", ["stranger", "bruno"])
def test_foreign_and_unassigned_clients_are_not_there(browse, house, who):
    app = make_app(house.cantina)
    for ids in ({"client_id": house.cantina.id}, {"client_id": house.cantina.id, "app_id": app.id}):
        assert browse(getattr(house, who)).get(SHOW, **ids).status == 404
        assert browse(getattr(house, who)).post(SAVE, {"suspended": "yes"}, **ids).status == 404
    assert held(house).suspended_at is None


def test_an_app_of_another_client_is_not_there(browse, house):
    foreign = make_app(house.clinica)
    admin = browse(make_staff(Role.ADMIN, house.agency))
    assert admin.post(SAVE, {"suspended": "yes"}, client_id=house.cantina.id, app_id=foreign.id).status == 404
    assert tenants.app_by_slug(house.agency, foreign.slug).suspended_at is None


def test_signed_out_leads_to_sign_in(browser, house):
    assert "/sign-in" in browser.get(SHOW, client_id=house.cantina.id).location
