"""Letters about people: before an access ends, and when a link that was handed on was used."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.config import Settings
from portal.domain import accounts, invitations, rights, tenants
from portal.domain.accounts import Contributor, Person, Role, StaffMembership
from portal.domain.accounts.models import StaffAssignment
from portal.domain.outbox import Message
from portal.jobs import letters, schedule
from portal.jobs.context import Context
from tests.factories import NOW, TESTER, make_app, make_contributor, make_member, make_staff

ORIGIN = "https://aurora.example"
STRONG = "quatro palavras sem parentesco"


@pytest.fixture
def ana(database):
    app = make_app()
    return make_member(make_staff(Role.OWNER, app.agency, email="ana@agency.example"), app)


def letters_of(kind):
    rows = Message.select().where(Message.topic == "mail.send").order_by(Message.id)
    return [row.payload for row in rows if row.payload["letter"] == kind]


def joined(member, email="lia@a.example", *, copied=False, **values):
    row = invitations.invite(member, email, ["menus"], origin=ORIGIN, now=NOW, **values)
    act = invitations.copy_link if copied else invitations.resend
    link = act(row, by=member, origin=ORIGIN, now=NOW)
    return invitations.accept(member.agency, link.rpartition("/")[2], name="Lia", password=STRONG, now=NOW)[1]


def remind(member, day):
    moment = NOW.replace(month=day.month, day=day.day)
    return invitations.remind_of_ends(member.agency, now=moment)


END = date(2026, 6, 30)


def test_a_letter_goes_seven_days_and_one_day_before_to_the_person_and_who_invited(ana):
    joined(ana, ends_on=END)
    sent = []
    for day in range(20, 31):
        for _ in range(2):
            remind(ana, date(2026, 6, day))
        sent += [(day, letter["to"]) for letter in letters_of("access_ending")[len(sent) :]]
    remind(ana, date(2026, 7, 1))
    assert sent == [
        (23, "lia@a.example"),
        (23, "ana@agency.example"),
        (29, "lia@a.example"),
        (29, "ana@agency.example"),
    ]
    assert len(letters_of("access_ending")) == 4


def test_a_worker_that_slept_reminds_when_it_wakes_and_not_twice(ana):
    joined(ana, ends_on=END)
    remind(ana, date(2026, 6, 26))
    remind(ana, date(2026, 6, 27))
    assert len(letters_of("access_ending")) == 2
    remind(ana, END)
    assert len(letters_of("access_ending")) == 4


def test_another_end_is_another_reminder(ana):
    row = joined(ana, ends_on=END)
    remind(ana, date(2026, 6, 23))
    row = accounts.colleague_of(ana, row.id)
    invitations.set_end(row, date(2026, 7, 10), by=ana, now=NOW)
    remind(ana, END)
    assert len(letters_of("access_ending")) == 2
    remind(ana, date(2026, 7, 3))
    assert len(letters_of("access_ending")) == 4


def test_who_may_not_come_in_is_not_reminded(ana):
    row = joined(ana, ends_on=END)
    tenants.set_client_access(ana.client, allowed=False, by=TESTER, now=NOW)
    assert remind(ana, date(2026, 6, 29)) == 0
    tenants.set_client_access(ana.client, allowed=True, by=TESTER, now=NOW)
    invitations.remove(accounts.colleague_of(ana, row.id), by=ana, now=NOW)
    assert remind(ana, date(2026, 6, 29)) == 0 and not letters_of("access_ending")


def test_where_the_inviter_is_gone_the_owners_hear_of_it(ana):
    boss = make_contributor(ana.app, ["team", "menus"], email="boss@a.example")
    joined(make_member(boss), ends_on=END)
    remind(ana, date(2026, 6, 23))
    assert [letter["to"] for letter in letters_of("access_ending")] == ["lia@a.example", "boss@a.example"]
    rights.set_box(boss, "team", granted=False, by=ana, now=NOW)
    remind(ana, date(2026, 6, 29))
    assert [letter["to"] for letter in letters_of("access_ending")][2:] == ["lia@a.example", "ana@agency.example"]


def told(member):
    """Who hears that an access ends, but the person himself."""
    remind(member, date(2026, 6, 29))
    return [letter["to"] for letter in letters_of("access_ending") if not letter["values"]["is_own"]]


def test_where_nobody_invited_the_owners_hear_of_it(ana):
    make_contributor(ana.app, ["menus"], ends_on=END)
    assert told(ana) == ["ana@agency.example"]


def test_a_disabled_inviter_hears_nothing_more(ana):
    boss = make_contributor(ana.app, ["team", "menus"])
    joined(make_member(boss), ends_on=END)
    Person.update(disabled_at=NOW).where(Person.id == boss.person_id).execute()
    assert told(ana) == ["ana@agency.example"]


def test_an_inviter_who_left_the_back_office_hears_nothing_more(ana):
    boss = make_contributor(ana.app, ["team", "menus"])
    joined(make_member(boss), ends_on=END)
    Contributor.update(ended_at=NOW).where(Contributor.id == boss.id).execute()
    assert told(ana) == ["ana@agency.example"]


@pytest.mark.parametrize("how", ["assigned", "left", "not assigned", "of another role"])
def test_of_the_staff_an_inviter_hears_of_it_while_he_may_enter(ana, how):
    max_ = make_staff(Role.MANAGER, clients=[ana.client], email="max@agency.example")
    joined(make_member(max_, ana.app), ends_on=END)
    row = StaffMembership.get_by_id(max_.membership_id)
    if how == "left":
        StaffMembership.update(ended_at=NOW).where(StaffMembership.id == row.id).execute()
    elif how == "not assigned":
        StaffAssignment.delete().where(StaffAssignment.membership == row).execute()
    elif how == "of another role":
        StaffMembership.update(role="billing").where(StaffMembership.id == row.id).execute()
    assert told(ana) == ["max@agency.example" if how == "assigned" else "ana@agency.example"]


def test_each_agency_is_reminded_of_its_own_living_members(ana):
    gone, _over = (make_contributor(ana.app, ["menus"], ends_on=day) for day in (END, date(2026, 6, 28)))
    Contributor.update(ended_at=NOW).where(Contributor.id == gone.id).execute()
    make_contributor(make_app(), ["menus"], ends_on=END)
    assert remind(ana, date(2026, 6, 29)) == 0


def test_the_letters_lead_to_the_house_of_their_reader(ana, settings: Settings):
    boss = make_contributor(ana.app, ["team", "menus"], email="boss@a.example")
    row = joined(make_member(boss), ends_on=END)
    joined(ana, "rui@a.example", ends_on=END)
    remind(ana, date(2026, 6, 23))
    made = {
        m.payload["to"]: letters.outgoing_of(m, Context(settings))
        for m in Message.select().where(Message.topic == "mail.send")
        if m.payload["letter"] == "access_ending"
    }
    host = f"http://{ana.agency.slug}.localhost:8000/office/{ana.app.slug}"
    assert f"{host}/home/" in made["lia@a.example"].text and f"{host}/team/{row.id}/" in made["boss@a.example"].text
    assert f"http://localhost:8000/agency/clients/{ana.client.id}/" in made["ana@agency.example"].text
    assert "30 de junho" in made["lia@a.example"].subject
    for address in ("lia@a.example", "boss@a.example"):
        assert "ibalta" not in made[address].html + made[address].from_name


def test_each_morning_of_the_agency_asks_once(ana, settings: Settings):
    for hour in (6, 12, 13):
        schedule.remind_of_ends(Context(settings), now=NOW.replace(hour=hour))
    assert Message.select().where(Message.topic == "access.remind").count() == 1


def test_a_link_that_was_handed_on_is_not_used_unseen(ana, settings: Settings):
    joined(ana)
    assert not letters_of("joined")
    joined(ana, "rui@a.example", copied=True)
    [letter] = letters_of("joined")
    assert (letter["to"], letter["agency"]) == ("rui@a.example", str(ana.agency.id))
    [row] = [row for row in Message.select() if row.payload.get("letter") == "joined"]
    made = letters.outgoing_of(row, Context(settings))
    assert f"http://{ana.agency.slug}.localhost:8000/sign-in" in made.text and "Lia" not in made.subject


def test_a_copied_link_that_was_replaced_by_mail_is_no_copied_one(ana):
    row = invitations.invite(ana, "lia@a.example", [], origin=ORIGIN, now=NOW)
    old = invitations.copy_link(row, by=ana, origin=ORIGIN, now=NOW)
    row = invitations.open_invitations(ana, "lia@a.example")[0]
    row.app = ana.app
    link = invitations.resend(row, by=ana, origin=ORIGIN, now=NOW + timedelta(seconds=1))
    for token, works in ((old, False), (link, True)):
        try:
            invitations.accept(ana.agency, token.rpartition("/")[2], name="Lia", password=STRONG, now=NOW)
        except Exception:  # noqa: BLE001
            assert not works
        else:
            assert works
    assert not letters_of("joined")
