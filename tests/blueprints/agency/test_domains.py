"""An agency's own domain at the dashboard, with a real name server, and the network led back to the portal itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.domain import accounts, hosts, tenants
from portal.domain.accounts import Role
from portal.gateways import egress
from tests.factories import NOW, TESTER, make_agency, make_app, make_client, make_contributor, make_staff
from tests.sink import answering

INDEX, ASK, CHECK, MOVE, STAY, REMOVE = (
    f"agency.domains.{name}" for name in ("index", "ask", "check", "move", "stay", "remove")
)
HOST = "clientes.aurora.example"


@pytest.fixture
def ana(database):
    return make_staff(Role.OWNER, make_agency("aurora", "Aurora"), email="ana@aurora.example", name="Ana Ribeiro")


@pytest.fixture
def network(app, settings, nameserver, sinks, monkeypatch):
    """Every name leads to one web server on loopback that answers as this installation does, until told otherwise."""
    told = []

    def play(line, sink):
        path = sink.requests[-1].line.split()[1]
        host = sink.requests[-1].headers["host"].partition(":")[0]
        if told:
            return told[0](line, sink)
        answer = app.test_client().get(path, environ_overrides={"HTTP_HOST": host})
        return answering(answer.status_code, answer.data)(line, sink)

    sink = sinks(play)
    monkeypatch.setattr(egress, "resolve", lambda host, port: ["127.0.0.1"])
    changed = {
        "dns_servers": nameserver.place,
        "egress_allow": f"{HOST}:{sink.port}",
        "public_url": f"http://localhost:{sink.port}",
        "public_addresses": "192.0.2.7",
    }
    monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update=changed))
    sink.told = told
    return sink


def ask(browse, who, host=HOST):
    return browse(who).get(INDEX).form("#domain-wish").submit(host=host)


def look(browse, who):
    """Press the button a while after it was asked for and looked at."""
    before = clock.now() - hosts.PAUSE
    hosts.OwnHost.update(asked_at=before, checked_at=before).execute()
    return browse(who).post(CHECK).follow()


def prove(nameserver, agency):
    row = hosts.own_host_of(agency)
    nameserver.tell(f'txt-record={row.proof_name},"{row.proof}"')


def test_a_domain_is_asked_for_proven_reached_and_put_in_use(browse, ana, nameserver, network):
    page = ask(browse, ana, " https://Clientes.Aurora.example/ ").follow()
    row = hosts.own_host_of(ana.agency)
    assert page.has(HOST) and page.has("Esperando os registros")
    for value in (f"_portal-proof.{HOST}", row.proof, "aurora.localhost"):
        assert page.select(f"//input[@readonly and @value='{value}']"), value
    assert page.has("192.0.2.7")
    assert browse(ana).post(CHECK).follow().has("Espere um minuto"), "name servers take longer"
    page = look(browse, ana)
    assert page.has("O registro TXT ainda não está lá") and not page.select("//*[@id='domain-move']")
    prove(nameserver, ana.agency)
    page = look(browse, ana)
    assert page.has("Está tudo certo") and page.has("Provado")
    page = browse(ana).post(MOVE, {"days": "0"}).follow()
    assert page.has("Em uso") and tenants.agency_by_id(ana.agency.id).own_host == HOST
    assert page.has("aurora.localhost também leva para cá")


@pytest.mark.parametrize(
    ("play", "said"),
    [
        (answering(200, b"somebody else"), "outro servidor responde"),
        (answering(404), "outro servidor responde"),
        (answering(302, b"", "Location: /x\r\n"), "outro servidor responde"),
        (lambda line, _sink: line.close(), "a resposta foi interrompida"),
    ],
)
def test_a_domain_that_leads_elsewhere_is_proven_but_not_ready(browse, ana, nameserver, network, play, said):
    ask(browse, ana)
    prove(nameserver, ana.agency)
    network.told.append(play)
    page = look(browse, ana)
    assert page.has(said) and page.has("Provado")
    refused = browse(ana).post(MOVE, {"days": "1"})
    assert refused.status == 422 and refused.has("ainda não leva para cá")


@pytest.mark.parametrize("typed", ["", "aurora", "com.br", "northwind.localhost", "a b.example", "<script>.example"])
def test_a_name_that_can_be_none_is_refused_at_the_field_and_kept(browse, ana, typed):
    page = ask(browse, ana, typed)
    assert page.status == 422 and page.by_id("f-host-error").text_content()
    assert page.form("#domain-wish").value("host") == typed
    assert hosts.own_host_of(ana.agency) is None


def ready(who, host=HOST):
    """The domain proven and reached."""

    class Names:
        def __init__(self, row):
            self.values, self.trouble, self.is_sure = [row.proof], "", True

        def txt(self, _name):
            return self

    row = hosts.ask(host, ours=hosts.Ours("localhost", ".localhost"), by=who, now=clock.now())
    return hosts.check(row, dns=Names(row), probe=lambda _host: "", by=TESTER, now=clock.now())


def test_a_change_is_planned_and_called_off(browse, ana):
    make_contributor(make_app(make_client(ana.agency)))
    ready(ana)
    page = browse(ana).get(INDEX)
    assert page.has("entram lá mais uma vez") and page.has("Ninguém tem uma chave de acesso")
    page = browse(ana).post(MOVE, {"days": "3"}).follow()
    assert page.has("O endereço muda em") and tenants.agency_by_id(ana.agency.id).own_host is None
    page = browse(ana).post(STAY).follow()
    assert not page.has("O endereço muda em") and hosts.own_host_of(ana.agency).moves_at is None


@pytest.mark.parametrize("days", ["", "x", "-1", "2", "400", "٣"])
def test_a_day_that_is_not_offered_is_refused_at_the_field(browse, ana, days):
    ready(ana)
    page = browse(ana).post(MOVE, {"days": days})
    assert page.status == 422 and page.by_id("f-days-error").text_content()


def test_a_domain_in_use_is_left_by_choosing_a_day_and_given_up_before_by_a_word(browse, ana):
    ready(ana)
    hosts.plan(0, by=ana, now=clock.now())
    page = browse(ana).get(INDEX)
    assert page.has("Deixar o domínio") and not page.select("//*[@id='confirm-remove' or @id='domain-wish']")
    browse(ana).post(REMOVE)
    assert tenants.agency_by_id(ana.agency.id).own_host == HOST, "not without a day"
    assert browse(ana).post(MOVE, {"days": "0"}).status == 303
    assert tenants.agency_by_id(ana.agency.id).own_host is None and hosts.own_host_of(ana.agency) is None
    ready(ana)
    assert browse(ana).post(REMOVE).follow().has("Você desistiu do domínio")
    assert hosts.own_host_of(ana.agency) is None


def test_a_lost_domain_says_so_and_shows_its_records_again(browse, ana):
    row = ready(ana)
    hosts.plan(0, by=ana, now=clock.now())

    class Nothing:
        values, trouble, is_sure = (), "no_name", True

        def txt(self, _name):
            return self

    for n in range(3):
        at = clock.now() + timedelta(days=n)
        hosts.check(row, dns=Nothing(), probe=lambda _host: "", daily=True, by=TESTER, now=at)
    page = browse(ana).get(INDEX)
    assert page.has("O seu domínio não leva mais para cá") and row.proof_name in page.html and page.has("Perdido")


def test_one_agency_sees_nothing_of_another_ones_domain(browse, ana):
    row = ready(ana)
    bento = make_staff(Role.OWNER, make_agency("northwind", "Northwind"))
    page = ask(browse, bento).follow()
    assert row.proof not in page.html and page.has("Esperando os registros") and not page.has("Aurora")
    assert browse(bento).post(REMOVE).status == 303
    assert hosts.own_host_of(ana.agency).id == row.id


@pytest.mark.parametrize("role", [Role.MANAGER, Role.BILLING])
def test_who_has_too_little_right_does_not_come_here(browse, ana, role):
    ready(ana)
    someone = browse(make_staff(role, ana.agency))
    assert someone.get(INDEX).status == 403
    assert someone.post(MOVE, {"days": "0"}).status == 403
    assert tenants.agency_by_id(ana.agency.id).own_host is None


def test_it_is_in_the_menu_of_who_may_and_the_wrong_verb_is_refused(browse, ana, browser):
    page = browse(ana).get(INDEX)
    assert page.select("//nav//a[@href='/agency/domain/' and @aria-current='page']")
    assert browse(ana).request("GET", "/agency/domain/move").status == 405
    assert browser.get(INDEX).status == 302


def test_looking_at_many_at_once_waits_its_turn_whatever_process_serves(browse, ana):
    hosts.ask(HOST, ours=hosts.Ours("localhost", ".localhost"), by=ana, now=NOW)
    for n in range(4):  # as other processes do
        accounts.take_place(make_agency(f"other{n}", f"Other {n}"), now=clock.now())
    answer = browse(ana).post(CHECK)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "5") and answer.has("Outros estão verificando")
    assert hosts.own_host_of(ana.agency).checked_at is None, "the look was not used up"


def test_too_many_names_and_too_many_plans_are_refused_at_their_fields(browse, ana):
    for n in range(hosts.MOST_NAMES - 1):
        ask(browse, ana, f"h{n}.aurora.example")
    ready(ana)
    for days in ("7", "3", "1"):
        assert browse(ana).post(MOVE, {"days": days}).status == 303
    assert browse(ana).post(MOVE, {"days": "1"}).status == 303, "the same again"
    page = browse(ana).post(MOVE, {"days": "7"})
    assert page.status == 422 and "Fique com o último" in page.by_id("f-days-error").text_content()
    browse(ana).post(REMOVE)
    page = ask(browse, ana, "h5.aurora.example")
    assert page.status == 422 and "Espere até amanhã" in page.by_id("f-host-error").text_content()
    assert page.form("#domain-wish").value("host") == "h5.aurora.example"
