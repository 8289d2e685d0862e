"""A person of a client erased at the command line: nothing of him is left, and the trail holds (LG-09)."""

from __future__ import annotations

import pytest

from portal import db
from portal.domain import accounts, audit, invitations, publishing, requests, rights
from portal.domain.audit import AuditEntry
from portal.domain.rights import Offer
from tests.factories import NOW, TESTER, make_agency, make_app, make_client, make_contributor, make_member, make_staff

EMAIL, NAME = "canary-carla@cantina.example", "Canary Carla"


@pytest.fixture
def carla(database):
    """Somebody who did a little of everything."""
    app = make_app(make_client(make_agency("aurora", "Aurora"), "Cantina"))
    boss = make_member(make_staff(agency=app.agency), app)
    given = {"language": "pt-BR", "origin": "http://aurora.localhost:8000", "now": NOW}
    invitations.invite(boss, EMAIL, ["menus"], **given)
    invitations.begin_list(boss, f"{NAME} <{EMAIL}>\nb@x.example", [], language="en", ends_on=None, now=NOW)
    boxes = ["menus", "team", "services", "support"]
    carla = make_member(make_contributor(app, boxes, email=EMAIL, name=NAME))
    rights.lock(app.client, "services", Offer("Ask", 100, None), by=TESTER, now=NOW)
    invitations.invite(carla, "davi@cantina.example", ["menus"], **given)
    requests.ask(carla, "services", text=f"{NAME} asks", link="http://localhost/", now=NOW)
    publishing.add_category(app, "Entradas", by=carla.actor, now=NOW)
    accounts.start_session(carla.person, carla.person.house, address="192.0.2.77", browser=NAME, now=NOW)
    audit.seal()
    return carla


@pytest.fixture
def erase(app):
    return lambda *more: app.test_cli_runner().invoke(
        args=["portal", "erase-person", "--agency", "aurora", EMAIL, *more], input="y\n"
    )


def kept(*canaries):
    """In which tables one of the words stands, whatever its case."""
    found = set()
    for table in db.database.get_tables():
        for row in db.database.execute_sql(f'SELECT * FROM "{table}"').fetchall():
            if any(word.casefold() in str(row).casefold() for word in canaries):
                found.add(table)
    return found


def test_nothing_of_the_person_is_left_and_what_was_done_stays(carla, erase, work, mailserver):
    assert kept("canary") > {"person", "audit_entry", "invitation", "request", "invitation_line"}
    assert erase().exit_code == 1, "who still has a place is removed first"
    accounts.end_contributor(carla.contributor, by=TESTER, now=NOW)
    work()
    done = erase()
    assert done.exit_code == 0 and "Erased." in done.output, done.output
    work()
    assert kept("canary", "192.0.2.77") == set()
    assert AuditEntry.select().where(AuditEntry.actor_id == carla.person.id, AuditEntry.actor_name == "").count() > 2
    audit.seal()
    assert audit.verify(carla.agency.id).wrong == ""
    assert "Nobody at Aurora" in erase().output


def test_it_is_asked_about_first(carla, app):
    accounts.end_contributor(carla.contributor, by=TESTER, now=NOW)
    asked = app.test_cli_runner().invoke(args=["portal", "erase-person", "--agency", "aurora", EMAIL], input="n\n")
    assert asked.exit_code == 1 and kept("canary")
