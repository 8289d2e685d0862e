"""What is forgotten with a person who is erased, and that nothing of anybody else goes with it. LG-09."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain import invitations, rights
from portal.domain.accounts import Contributor
from portal.domain.invitations import Invitation
from portal.domain.invitations.models import InvitationLine, InvitationList
from portal.domain.outbox import Message
from portal.domain.rights.models import Right
from tests.factories import NOW, make_agency, make_app, make_client, make_contributor, make_member, make_staff

EMAIL, NAME = "carla@cantina.example", "Carla"
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def carla(database):
    app = make_app(make_client(make_agency(), "Cantina"))
    return make_member(make_contributor(app, ["team", "menus", "services"], email=EMAIL, name=NAME))


def twin_of(carla, app=None):
    """Somebody else of the same name."""
    return make_member(make_contributor(app or carla.app, ["team", "menus", "services"], name=NAME))


def tick(who, colleague, box="menus", now=NOW):
    rights.set_box(colleague, box, granted=True, by=who, now=now)


def giver(colleague, box="menus"):
    return Right.get(Right.contributor == colleague, Right.box == box).given_by


def ticked_anew(carla, again, now):
    """Somebody who lost what Carla had ticked, and got it again from another."""
    colleague = make_contributor(carla.app)
    tick(carla, colleague)
    rights.set_box(colleague, "menus", granted=False, by=carla, now=NOW)
    tick(again, colleague, now=now)
    return colleague


def test_the_name_of_who_ticked_a_box_goes_from_that_box_alone(carla):
    twin = twin_of(carla)
    zoe = make_member(make_contributor(carla.app, ["team", "menus"], name="Zoé"))
    lia, rui = (make_contributor(carla.app) for _ in range(2))
    sibling = make_app(carla.client, "Balcão")
    there = make_contributor(sibling, email=lia.person.email)
    tick(carla, lia)
    tick(twin, lia, "services")
    tick(twin, rui)
    tick(twin_of(carla, sibling), there)
    later, by_zoe = ticked_anew(carla, twin, LATER), ticked_anew(carla, zoe, NOW)
    rights.forget_giver(carla.person)
    assert giver(lia) == ""
    assert [giver(who) for who in (rui, there, later)] == [NAME] * 3 and giver(lia, "services") == NAME
    assert giver(by_zoe) == "Zoé"


def test_the_name_of_who_invited_goes_from_what_came_by_that_link_alone(carla):
    lia, rui = (make_contributor(carla.app) for _ in range(2))
    tick(carla, lia)
    tick(carla, lia, "services", LATER)
    tick(carla, rui)
    tick(make_member(make_staff(agency=carla.agency, name="Ana"), carla.app), lia, "team")
    rights.forget_given(lia.id, NAME, NOW)
    assert [giver(lia), giver(lia, "services"), giver(lia, "team"), giver(rui)] == ["", NAME, "Ana", NAME]


def pasted(member, text):
    return invitations.begin_list(member, text, [], language="en", ends_on=None, now=NOW)


def test_lists_and_invitations_of_the_address_go_and_no_others(carla):
    boss = make_member(make_staff(agency=carla.agency), carla.app)
    app = make_app()
    stranger = make_member(make_staff(agency=app.agency), app)
    Contributor.update(ended_at=NOW).where(Contributor.id == carla.contributor.id).execute()
    for member in (boss, stranger):
        for email in (EMAIL, "other@x.example"):
            invitations.invite(member, email, [], origin="https://x", now=NOW)
    both, without, foreign = (
        pasted(who, text)
        for who, text in ((boss, f"{EMAIL}\nb@x.example"), (boss, "c@x.example"), (stranger, f"{EMAIL}\nd@x.example"))
    )
    invitations.forget_person(carla.person, carla.agency, [EMAIL])
    assert {(row.app_id, row.email) for row in Invitation.select()} == {
        (boss.app.id, "other@x.example"),
        (app.id, EMAIL),
        (app.id, "other@x.example"),
    }
    lines = [[row.email for row in invitations.lines_of(batch)] for batch in (both, without, foreign)]
    assert lines == [["b@x.example"], ["c@x.example"], [EMAIL, "d@x.example"]]
    assert InvitationLine.select().count() == 4
    texts = [InvitationList.get_by_id(batch.id).text for batch in (both, without, foreign)]
    assert texts == ["", "c@x.example", f"{EMAIL}\nd@x.example"]


def test_a_waiting_letter_of_a_namesake_at_another_agency_keeps_its_words(carla):
    app = make_app()
    for member in (carla, twin_of(carla, app)):
        invitations.invite(member, "lia@x.example", [], origin="https://x", now=NOW)
    invitations.forget_person(carla.person, carla.agency, [EMAIL])
    rows = Message.select().where(Message.topic == "mail.send").order_by(Message.id)
    assert [row.payload["values"]["inviter"] for row in rows] == ["Cantina", NAME]
