"""What is read once for a page, or drawn once for many, still says what holds for this reader at this moment."""

from __future__ import annotations

import re

import pytest
from flask import request

from portal import clock
from portal.blueprints.office import team_rows
from portal.db import database as handle
from portal.domain import invitations, rights
from portal.domain.accounts import Person
from portal.domain.rights import SectionState
from portal.domain.rights.models import Right
from tests.factories import NOW, TESTER, make_contributor, make_member


@pytest.fixture
def boss(cantina):
    return make_contributor(cantina, ["team", "menus"], email="boss@cantina.example", name="Bia Souza")


@pytest.fixture
def rita(carla, cantina):
    origin = "http://aurora.localhost:8000"
    return invitations.invite(make_member(carla), "rita@cantina.example", ["menus"], origin=origin, now=clock.now())


@pytest.fixture
def asked(monkeypatch):
    """Every statement that reads the boxes of one membership."""
    found, execute = [], handle.obj.execute_sql
    monkeypatch.setattr(handle.obj, "execute_sql", lambda sql, *rest: found.append(sql) or execute(sql, *rest))
    return lambda: [sql for sql in found if "contributor_right" in sql and "IN" not in sql.split("WHERE")[1]]


def list_of(session, app):
    return session.get("office.team.index", app=app.slug)


def test_a_page_asks_once_for_the_boxes_of_its_reader(browse, carla, cantina, asked):
    session = browse(carla)
    before = len(asked())
    assert session.get("office.team.new", app=cantina.slug).status == 200
    assert len(asked()) - before == 1


def test_only_what_looks_at_a_back_office_reads_once(browse, carla, fabio, ana, cantina, monkeypatch):
    looked, looking = [], rights.looking
    monkeypatch.setattr(rights, "looking", lambda: looked.append(request.endpoint) or looking())
    session = browse(carla)
    session.get("office.team.index", app=cantina.slug)
    values = {"app": cantina.slug, "contributor_id": fabio.id, "box": "menus"}
    session.post("office.team.switch", {"granted": "yes"}, **values)
    session.get("account.security.index")
    browse(ana).get("agency.clients.index")
    assert looked == ["office.team.index"], "what changes something asks each time"


def test_the_next_request_knows_of_a_right_that_was_withdrawn_and_of_a_section_that_was_hidden(browse, carla, cantina):
    session = browse(carla)
    assert session.get("office.menus.index", app=cantina.slug).status == 200
    Right.delete().where((Right.contributor == carla) & (Right.box == "menus")).execute()
    assert session.get("office.menus.index", app=cantina.slug).status == 403
    rights.set_state(cantina.client, "team", SectionState.HIDDEN, by=TESTER, now=NOW)
    assert list_of(session, cantina).status == 403


def test_a_switch_answers_with_what_it_made_of_the_boxes(browse, carla, fabio, cantina):
    """Withdrawing access takes its verbs along, in the answer and in the database."""
    session, member = browse(carla), make_member(carla)
    rights.set_box(fabio, "menus:publish", granted=True, by=member, now=NOW)
    values = {"app": cantina.slug, "contributor_id": fabio.id, "box": "menus"}
    part = session.post("office.team.switch", {"granted": "no"}, htmx=True, **values)
    assert [switch.get("aria-checked") for switch in part.select("//*[@role='switch']")] == ["false", "false"]
    assert not rights.boxes_of(fabio) & {"menus", "menus:publish"}


def test_a_row_drawn_for_one_reader_carries_the_token_of_the_other(browse, carla, boss, cantina, rita):
    team_rows._drawn.cache_clear()
    tokens = [
        set(re.findall(r'name="csrf_token" value="([^"]*)"', list_of(browse(who), cantina).html))
        for who in (carla, boss)
    ]
    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
    assert team_rows._drawn.cache_info().hits, "the invitation's row was drawn once for both"


def test_a_row_drawn_for_who_may_change_a_person_is_not_shown_to_who_may_not(browse, carla, boss, cantina):
    strong = make_contributor(cantina, ["services"], email="strong@cantina.example", name="Sergio Forte")
    assert list_of(browse(carla), cantina).has_link("office.team.show", app=cantina.slug, contributor_id=strong.id)
    page = list_of(browse(boss), cantina)
    [row] = [row for row in page.select("//div[@id='team']//tbody/tr") if "Sergio Forte" in row.text_content()]
    assert "outros direitos" in row.text_content() or "other rights" in row.text_content()
    assert not row.xpath(".//details")


def test_a_row_drawn_in_one_language_is_drawn_anew_in_another(browse, carla, fabio, cantina):
    session = browse(carla)
    assert "State" not in list_of(session, cantina).html
    Person.update(language="en").where(Person.id == carla.person_id).execute()
    page = list_of(session, cantina)
    assert {cell.get("data-label") for cell in page.select("//div[@id='team']//tbody//td[@data-label]")} == {
        "State",
        "Rights",
    }
