"""What a client asks of its agency: once at a time, told once, answered once."""

from __future__ import annotations

from functools import partial

import pytest

from portal.domain import accounts, requests, rights
from portal.domain.accounts import Role
from portal.domain.audit.models import AuditEntry
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound
from portal.domain.outbox.models import Message
from portal.domain.requests import Request, State
from portal.domain.rights import Offer
from tests.domain.racing import at_once, errors
from tests.factories import NOW, TESTER, make_app, make_client, make_contributor, make_member, make_staff


@pytest.fixture
def app(database):
    found = make_app()
    rights.lock(found.client, "menus", Offer("We do it.", 90_000, None), by=TESTER, now=NOW)
    return found


@pytest.fixture
def carla(app):
    return make_member(make_contributor(app, ["menus"], name="Carla"))


def ask(member, section="menus", **values):
    return requests.ask(member, section, link="http://localhost/agency/requests/", now=NOW, **values)


def decide(row, state=State.DONE, **values):
    requests.decide(row, state, origin="http://a.localhost", by=TESTER, now=NOW, **values)


def letters(name):
    sent = [row.payload for row in Message.select().where(Message.topic == "mail.send")]
    return {letter["to"]: letter["values"] for letter in sent if letter["letter"] == name}


def test_owners_admins_and_the_clients_managers_are_told_and_nobody_else(app, carla):
    agency = app.agency
    told = [
        make_staff(Role.OWNER, agency),
        make_staff(Role.ADMIN, agency),
        make_staff(clients=[app.client], role=Role.MANAGER),
    ]
    make_staff(Role.MANAGER, agency)
    make_staff(Role.BILLING, agency)
    make_staff(Role.OWNER)
    ask(carla, text="Soon")
    assert set(letters("request_created")) == {staff.person.email for staff in told}


def test_pressing_many_times_at_once_asks_once(app, carla):
    make_staff(Role.OWNER, app.agency)
    outcomes = at_once(*[partial(ask, carla)] * 5)
    assert [type(error) for error in errors(outcomes)] == [Conflict] * 4
    assert Request.select().count() == 1
    assert AuditEntry.select().where(AuditEntry.action == "request.created").count() == 1
    assert len(letters("request_created")) == 1


def test_two_people_may_ask_for_the_same(app, carla):
    other = make_member(make_contributor(app, ["menus"]))
    ask(carla)
    ask(other)
    assert [row.asked_name for row in requests.asked_by(other, "menus")] == [other.person.name]


def test_it_is_answered_once_by_whoever_is_first(app, carla):
    row = ask(carla)
    outcomes = at_once(*[partial(decide, row, state) for state in (State.DONE, State.DECLINED)] * 2)
    assert [error.code for error in errors(outcomes)] == ["already_decided"] * 3
    assert AuditEntry.select().where(AuditEntry.action.in_(["request.done", "request.declined"])).count() == 1
    assert len(letters("request_answered")) == 1


def test_who_asked_is_told_in_the_agencys_name_while_he_is_on_the_team(app, carla):
    decide(ask(carla), State.DECLINED, answer="Next year")
    [(to, values)] = letters("request_answered").items()
    assert to == carla.person.email
    assert values["answer"] == "Next year" and values["link"] == f"http://a.localhost/office/{app.slug}/menus/"
    gone = make_contributor(app, ["menus"])
    row = ask(make_member(gone))
    accounts.end_contributor(gone, by=TESTER, now=NOW)
    decide(row)
    assert len(letters("request_answered")) == 1


def test_who_was_taken_out_meanwhile_asks_nothing(app, carla):
    accounts.end_contributor(carla.contributor, by=TESTER, now=NOW)
    with pytest.raises(Forbidden):
        ask(carla)
    assert Request.select().count() == 0 and not letters("request_created")


@pytest.mark.parametrize("section", ["home", "menus:publish", "billing", ""])
def test_what_is_no_section_is_not_there(carla, section):
    with pytest.raises(NotFound):
        ask(carla, section)


def test_staff_ask_themselves_for_nothing(app):
    with pytest.raises(Conflict):
        ask(make_member(make_staff(Role.OWNER, app.agency), app))


def test_nothing_can_be_asked_for_where_nothing_is_locked_for_him(app, carla):
    rights.set_available(app.client, "settings", available=True)
    for section, error in (("settings", Forbidden), ("menus", Conflict)):
        if section == "menus":
            rights.set_state(app.client, "menus", rights.SectionState.OFFERED, by=TESTER, now=NOW)
        with pytest.raises(error):
            ask(carla, section)


def test_a_text_nobody_could_read_is_refused_on_both_sides(carla):
    with pytest.raises(Invalid):
        ask(carla, text="turned \u202e round")
    row = ask(carla)
    with pytest.raises(Invalid):
        decide(row, answer="half \x07 bell")
    with pytest.raises(Invalid):
        decide(row, State.OPEN)
    assert Request.get().state == State.OPEN


def test_the_queue_is_of_the_agency_and_of_a_managers_clients(app, carla):
    row = ask(carla)
    owner, manager = make_staff(Role.OWNER, app.agency), make_staff(Role.MANAGER, app.agency)
    assigned = make_staff(Role.MANAGER, clients=[app.client])
    stranger = make_staff(Role.OWNER, make_client().agency)
    for staff, sees in ((owner, 1), (assigned, 1), (manager, 0), (stranger, 0)):
        assert len(requests.queue_of(staff).rows) == requests.counts_of(staff)[State.OPEN] == sees
        assert len(requests.totals_of(staff)) == sees
        if not sees:
            with pytest.raises(NotFound):
                requests.request_of(staff, row.id)


def test_a_request_for_a_section_that_left_the_catalogue_is_answered_all_the_same(app, carla):
    row = ask(carla, text="Soon")
    Request.update(section="gone").where(Request.id == row.id).execute()
    decide(Request.get_by_id(row.id), opens=True, answer="There you are")
    assert Request.get_by_id(row.id).state == State.DONE
    assert letters("request_answered")[carla.person.email]["section"] == "gone"
