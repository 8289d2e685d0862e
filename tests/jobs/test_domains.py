"""Agencies' own domains, looked at by the worker; the letters about them; links that follow."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.domain import hosts, tenants
from portal.domain.accounts import Role
from portal.domain.hosts import OwnHost, State
from portal.gateways.dns import Dns
from portal.jobs import domains, schedule
from tests.factories import NOW, make_agency, make_app, make_client, make_contributor, make_staff

OURS = hosts.Ours("localhost", ".localhost")
HOST = "clientes.aurora.example"
DAY = timedelta(days=1)


@pytest.fixture
def ana(database):
    return make_staff(Role.OWNER, make_agency("aurora", "Aurora"), email="ana@aurora.example")


@pytest.fixture
def look(context, nameserver):
    """`look(day)`: the worker looks at what is due on that day; every domain that is proven leads here."""
    context.settings.dns_servers = nameserver.place
    context.__dict__.update(dns=Dns(context.settings), probe=lambda _host: "")

    def looked(days=0):
        count = domains.check_due(context, now=lambda: NOW + days * DAY)
        schedule.move_domains(context, now=NOW + days * DAY)
        return count

    return looked


def proven(nameserver, row):
    nameserver.tell(f'txt-record={row.proof_name},"{row.proof}"')


def test_a_domain_comes_into_use_is_lost_and_comes_back_without_anybody_looking(
    ana, look, work, nameserver, mailserver, context
):
    make_contributor(make_app(make_client(ana.agency)), email="lia@cantina.example")
    row = hosts.ask(HOST, ours=OURS, by=ana, now=NOW)
    assert look() == 1 and look() == 0, "each once"
    proven(nameserver, row)
    look(1)
    hosts.plan(1, by=ana, now=NOW + DAY)
    work(NOW + DAY)
    (letter,) = mailserver.to("lia@cantina.example")
    assert HOST in letter.text and "aurora.localhost" in letter.text
    look(2)
    assert tenants.agency_by_id(ana.agency.id).own_host == HOST
    work(NOW + 2 * DAY)
    letter = mailserver.to("lia@cantina.example")[-1]
    assert f"http://{HOST}:8000/" in letter.text
    assert str(letter.message["From"]).endswith("<no-reply@aurora.localhost>"), "a domain the operator answers for"
    assert b"ribalta" not in letter.raw.lower()
    nameserver.tell()
    for day in (3, 4, 5):
        look(day)
    assert tenants.agency_by_id(ana.agency.id).own_host is None
    work(NOW + 5 * DAY)
    assert HOST in mailserver.to("ana@aurora.example")[-1].text
    assert "http://aurora.localhost:8000/" in mailserver.to("lia@cantina.example")[-1].text
    proven(nameserver, row)
    look(6)
    assert tenants.agency_by_id(ana.agency.id).own_host == HOST
    work(NOW + 6 * DAY)
    assert len(mailserver.to("ana@aurora.example")) == 2


def test_one_domain_in_trouble_keeps_no_other_waiting(ana, look, nameserver, context):
    bento = make_staff(Role.OWNER, make_agency("northwind", "Northwind"))
    rows = [hosts.ask(f"{who.agency.slug}.example", ours=OURS, by=who, now=NOW) for who in (ana, bento)]
    nameserver.tell(*(f'txt-record={row.proof_name},"{row.proof}"' for row in rows))

    def probe(host):
        if host == "aurora.example":
            raise ZeroDivisionError
        return ""

    context.__dict__["probe"] = probe
    assert look() == 2
    assert [OwnHost.get_by_id(row.id).state for row in rows] == [State.PENDING, State.VERIFIED]


def test_every_link_of_the_worker_follows_the_domain(ana, context):
    before = context.home_of(ana.agency)
    tenants.note_host(ana.agency, HOST)
    assert (before, context.home_of(ana.agency)) == ("http://aurora.localhost:8000", f"http://{HOST}:8000")
    app = make_app(make_client(ana.agency))
    assert context.notices_at(ana.agency).startswith(f"http://{HOST}:8000/")
    assert context.service_of(app, "litmus_test").startswith(f"http://{HOST}:8000/office/")
    person = make_contributor(app).person
    assert context.reset_of(person, "t") == f"http://{HOST}:8000/reset/t"
    assert context.reset_of(ana.person, "t") == "http://localhost:8000/reset/t"
    assert context.alerts_at().startswith("http://localhost:8000/"), "staff stay at the platform"


def test_the_schedule_wakes_the_worker_for_domains(ana, database):
    assert not domains.is_due(clock.now())
    hosts.ask(HOST, ours=OURS, by=ana, now=NOW)
    assert domains.is_due(NOW)
