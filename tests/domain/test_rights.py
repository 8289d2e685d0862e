"""Who may do what: boxes and what hangs on them, never oneself, never above oneself."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest

from portal.domain import rights, tenants
from portal.domain.accounts import Contributor, Person, Role
from portal.domain.audit.models import AuditEntry
from portal.domain.errors import Forbidden, NotFound
from portal.domain.rights import BOXES, SECTIONS, Offer, Permission, SectionState, staff_may
from portal.domain.rights.models import Right
from tests.domain.racing import at_once, errors
from tests.factories import NOW, TESTER, make_app, make_client, make_contributor, make_member, make_staff


@pytest.fixture
def app(database):
    return make_app()


@pytest.fixture
def owner(app):
    return make_member(make_staff(Role.OWNER, app.agency), app)


def set_box(colleague, box, granted, by):
    rights.set_box(colleague, box, granted=granted, by=by, now=NOW)


def test_ticking_a_verb_ticks_access_along_and_unticking_access_unticks_the_verbs(app, owner):
    colleague = make_contributor(app)
    set_box(colleague, "menus:publish", True, owner)
    assert rights.boxes_of(colleague) == {"menus", "menus:publish"}
    set_box(colleague, "menus", False, owner)
    assert rights.boxes_of(colleague) == set()


def test_ticking_access_ticks_nothing_else_and_unticking_a_verb_keeps_access(app, owner):
    colleague = make_contributor(app)
    set_box(colleague, "menus", True, owner)
    assert rights.boxes_of(colleague) == {"menus"}
    set_box(colleague, "menus:publish", True, owner)
    set_box(colleague, "menus:publish", False, owner)
    assert rights.boxes_of(colleague) == {"menus"}


def test_setting_what_is_set_changes_nothing_and_leaves_no_trail(app, owner):
    colleague = make_contributor(app, ["menus"])
    before = AuditEntry.select().count()
    set_box(colleague, "menus", True, owner)
    set_box(colleague, "services", False, owner)
    assert AuditEntry.select().count() == before
    set_box(colleague, "menus:publish", True, owner)
    [entry] = AuditEntry.select().order_by(AuditEntry.id.desc()).limit(1)
    assert (entry.action, entry.details, entry.subject) == (
        "right.granted",
        {"box": "menus:publish"},
        colleague.person.email,
    )
    assert (entry.actor_name, entry.behalf) == (owner.person.name, owner.client.name)


def test_a_contributor_gives_and_takes_only_what_he_holds(app):
    carla = make_member(make_contributor(app, ["team", "menus"]))
    colleague = make_contributor(app)
    set_box(colleague, "menus", True, carla)
    for box in ("services", "menus:publish"):
        for granted in (True, False):
            with pytest.raises(Forbidden) as refusal:
                set_box(colleague, box, granted, carla)
            assert refusal.value.code == "grant_ceiling"
    assert rights.boxes_of(colleague) == {"menus"}


def test_a_contributor_does_not_touch_who_holds_more(app):
    carla = make_member(make_contributor(app, ["team", "menus"]))
    colleague = make_contributor(app, ["menus", "services"])
    with pytest.raises(Forbidden) as refusal:
        set_box(colleague, "menus", False, carla)
    assert refusal.value.code == "person_above_you"
    assert "menus" in rights.boxes_of(colleague)


def test_a_contributor_changes_who_holds_as_much_as_he(app):
    carla = make_member(make_contributor(app, ["team", "menus"]))
    colleague = make_contributor(app, ["team", "menus"])
    rights.guard(colleague, carla, ["team", "menus"])
    set_box(colleague, "menus", False, carla)
    assert rights.boxes_of(colleague) == {"team"}


def test_who_was_taken_out_while_he_asked_changes_nothing(app):
    carla = make_member(make_contributor(app, ["team", "menus"]))
    colleague = make_contributor(app)
    Contributor.update(ended_at=NOW).where(Contributor.id == carla.contributor.id).execute()
    with pytest.raises(Forbidden) as refusal:
        set_box(colleague, "menus", True, carla)
    assert refusal.value.code == "box_missing"
    assert rights.boxes_of(colleague) == set()


def test_nobody_changes_himself(app):
    carla = make_contributor(app, ["team", "menus", "menus:publish"])
    with pytest.raises(Forbidden) as refusal:
        set_box(carla, "menus:publish", False, make_member(carla))
    assert refusal.value.code == "not_yourself"


def test_people_of_another_back_office_are_not_there(app, owner):
    stranger = make_contributor(make_app(make_client(app.agency)))
    with pytest.raises(NotFound):
        set_box(stranger, "menus", True, owner)
    assert rights.boxes_of(stranger) == set()


@pytest.mark.parametrize("box", ["home", "push:send", "", "menus:delete"])
def test_a_box_that_does_not_exist_is_not_there(app, owner, box):
    with pytest.raises(NotFound):
        set_box(make_contributor(app), box, True, owner)


def test_a_box_of_a_section_that_is_not_offered_is_not_there(app, owner):
    rights.set_available(app.client, "statements", available=False)
    with pytest.raises(NotFound):
        set_box(make_contributor(app), "statements", True, owner)


def test_a_tick_outlives_the_section_being_away(app):
    colleague = make_contributor(app, ["statements"])
    member = make_member(colleague)
    assert rights.may(member, "statements")
    rights.set_available(app.client, "statements", available=False)
    assert not rights.may(member, "statements")
    assert "statements" not in {s.key for s in rights.menu_of(member)}
    rights.set_available(app.client, "statements", available=True)
    assert rights.may(member, "statements")


@pytest.mark.parametrize("box", list(BOXES))
def test_a_contributor_may_exactly_what_is_ticked(app, box):
    rights.set_available(app.client, "support", available=True)
    member = make_member(make_contributor(app, [box]))
    allowed = {key for key in BOXES if rights.may(member, key)}
    assert allowed == {box, BOXES[box].section}
    assert rights.may(member, "home")
    assert {s.key for s in rights.menu_of(member)} == {"home", BOXES[box].section}
    assert rights.first_section(member).key == BOXES[box].section


def test_staff_inside_may_everything_whatever_is_ticked_or_offered(app, owner):
    rights.set_available(app.client, "statements", available=False)
    assert all(rights.may(owner, box) for box in BOXES)
    assert rights.menu_of(owner) == list(SECTIONS)


@pytest.mark.parametrize("closed", ["access", "client", "agency", "app", "ended", "past", "disabled"])
def test_who_is_kept_out_is_kept_out_at_once_and_staff_never(app, owner, closed):
    carla = make_contributor(app, ["menus"], ends_on=date(2026, 6, 15))
    member, now = make_member(carla), NOW
    assert rights.admitted(member, now=now)
    match closed:
        case "access":
            tenants.set_client_access(app.client, allowed=False, by=TESTER, now=NOW)
        case "client":
            tenants.set_client_suspended(app.client, suspended=True, by=TESTER, now=NOW)
        case "agency":
            app.agency.suspended_at = NOW
        case "app":
            app.suspended_at = NOW
        case "ended":
            carla.ended_at = NOW
        case "past":
            now = NOW + timedelta(hours=15)  # the 16th, on the clock of the agency
        case "disabled":
            carla.person.disabled_at = NOW
    assert not rights.admitted(member, now=now)
    assert rights.admitted(owner, now=now)


def test_a_membership_lasts_through_its_last_day_on_the_clock_of_the_agency(app):
    member = make_member(make_contributor(app, ["menus"], ends_on=date(2026, 6, 15)))
    midnight = NOW.replace(day=16, hour=3, minute=0)
    assert rights.admitted(member, now=midnight - timedelta(microseconds=1))
    assert not rights.admitted(member, now=midnight)


def test_rights_go_with_the_membership(app, owner):
    colleague = make_contributor(app, ["menus"])
    Contributor.delete().where(Contributor.id == colleague.id).execute()
    assert not Right.select().exists()


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.SEE, "owner admin manager billing"),
        (Permission.CLIENTS, "owner admin manager"),
        (Permission.PRICES, "owner admin"),
        (Permission.ADD_CLIENTS, "owner admin"),
        (Permission.COSTS, "owner admin billing"),
        (Permission.STAFF, "owner admin"),
        (Permission.OWN, "owner"),
    ],
)
def test_staff_may_what_the_table_of_roles_says(permission, roles):
    assert {role for role in Role if staff_may(role, permission)} == set(roles.split())


def test_what_was_ticked_brings_access_along_and_access_just_unticked_takes_its_verbs():
    both = ["menus", "menus:publish"]
    assert rights.completed(["menus:publish"]) == both
    assert rights.completed(both, changed="menus") == both
    assert rights.completed(["menus:publish"], changed="menus") == []
    assert rights.completed(["menus"], changed="menus:publish") == ["menus"]


def test_a_box_that_the_catalogue_does_not_know_is_held_by_nobody(app):
    carla = make_contributor(app, ["menus"])
    Right.create(contributor=carla, box="gone", given_by="Test", given_at=NOW)
    assert rights.boxes_of(carla) == {"menus"}
    assert rights.boxes_of_many([carla])[carla.id] == {"menus"}
    assert rights.given_to([carla.id])[carla.id].keys() == {"menus"}


def test_what_everybody_has_is_not_offered_in_the_form(app):
    offered = {section.key for section in rights.offered_sections(app.client)}
    assert "menus" in offered and "home" not in offered


def test_a_contributor_may_give_what_he_holds_and_staff_what_is_offered(app, owner):
    boss = make_member(app=app, boxes=["menus", "team"])
    assert [section.key for section in rights.grantable(boss)] == ["menus", "team"]
    assert [box.key for box in rights.grantable_boxes(boss)] == ["menus", "team"]
    offered = rights.offered_sections(app.client)
    assert rights.grantable(owner) == offered
    assert rights.grantable_boxes(owner) == [box for section in offered for box in section.boxes]


def test_a_contributor_manages_who_holds_no_more_than_he_and_never_himself(app, owner):
    boss, colleague = make_member(app=app, boxes=["menus", "team"]), make_contributor(app)
    assert rights.may_manage(boss, ["menus", "team"], contributor=colleague)
    assert not rights.may_manage(boss, ["services"], contributor=colleague)
    assert not rights.may_manage(boss, ["menus"], contributor=boss.contributor)
    assert rights.may_manage(owner, BOXES, contributor=colleague)


def test_whose_only_section_is_locked_lands_on_home(app):
    carla, bruno = make_member(app=app, boxes=["menus"]), make_member(app=app, boxes=["services"])
    assert rights.first_section(carla).key == "menus"
    rights.lock(app.client, "menus", Offer("Ask for it."), by=TESTER, now=NOW)
    assert rights.first_section(carla).key == "home"
    assert rights.first_section(bruno).key == "services"


def test_a_clients_people_are_those_who_are_members_of_its_apps_still(app):
    carla, gone = make_contributor(app, ["menus"]), make_contributor(app, ["menus"])
    make_contributor(make_app(make_client(app.agency)), ["menus"])
    Contributor.update(ended_at=NOW).where(Contributor.id == gone.id).execute()
    people = rights.people_inside(app.client, most=10, now=NOW)
    assert ([row.contributor.id for row in people.rows], people.total) == ([carla.id], 1)
    assert rights.holders_of(app.client) == {"menus": 1}
    assert [row.id for row in rights.people_with([app], "menus")] == [carla.id]
    assert rights.people_with([app], "team") == []
    Person.update(disabled_at=NOW).where(Person.id == carla.person.id).execute()
    assert rights.people_with([app], "menus") == []


def test_written_to_is_who_may_see_it_now_and_wants_notices(app):
    carla, silent, gone, disabled = (make_contributor(app, ["services"]) for _ in range(4))
    make_contributor(app, ["menus"])
    make_contributor(app, ["services"], ends_on=NOW.date() - timedelta(days=1))
    make_contributor(make_app(make_client(app.agency)), ["services"])
    Contributor.update(wants_notices=False).where(Contributor.id == silent.id).execute()
    Contributor.update(ended_at=NOW).where(Contributor.id == gone.id).execute()
    Person.update(disabled_at=NOW).where(Person.id == disabled.person.id).execute()
    assert [row.id for row in rights.readers_of(app.client, "services", now=NOW)] == [carla.id]
    rights.set_state(app.client, "services", SectionState.HIDDEN, by=TESTER, now=NOW)
    assert rights.readers_of(app.client, "services", now=NOW) == []


def test_one_box_set_by_many_at_once_is_set_once(app, owner):
    colleague = make_contributor(app)
    results = at_once(*[partial(set_box, colleague, "menus:publish", True, owner)] * 6)
    assert not errors(results)
    assert Right.select().count() == 2
    assert AuditEntry.select().where(AuditEntry.action == "right.granted").count() == 2


def test_two_who_manage_each_other_at_once_do_not_block_each_other(app):
    one, two = (make_contributor(app, ["team", "menus"]) for _ in range(2))
    acts = [
        partial(set_box, two, "menus", False, make_member(one)),
        partial(set_box, one, "menus", False, make_member(two)),
    ]
    results = at_once(*acts)
    assert all(isinstance(error, Forbidden) for error in errors(results))


def test_staff_inside_may_meet_the_vendor_whatever_is_hidden(app):
    ana = make_member(make_staff(agency=app.agency), app)
    for section in ("help", "support"):
        rights.set_state(app.client, section, SectionState.HIDDEN, by=TESTER, now=NOW)
    assert rights.shows_vendor(ana) and not rights.shows_vendor(make_member(make_contributor(app, list(BOXES))))


def test_whoever_holds_no_box_under_the_vendors_mark_is_white_label(app):
    unbranded = [key for key in BOXES if key not in ("support", "help")]
    assert rights.is_white_label(unbranded) and rights.is_white_label([])
    assert not rights.is_white_label([*unbranded, "help"]) and not rights.is_white_label(["support"])
    assert set(rights.PRESETS["white-label"][1]) == set(unbranded)
    lia = make_contributor(app, [*unbranded, "help"])
    boss = make_member(make_contributor(app, list(BOXES)))
    assert rights.make_white_label(lia, by=boss, now=NOW) == ["help"] and rights.boxes_of(lia) == set(unbranded)
    withdrawn = AuditEntry.select().where(AuditEntry.action == "right.withdrawn")
    assert [entry.details["box"] for entry in withdrawn] == ["help"], "of what she did not hold nothing is written"
    elsewhere = make_contributor(make_app(app.client, "Balcão"), ["help"])
    with pytest.raises(NotFound):
        rights.make_white_label(elsewhere, by=boss, now=NOW)


def test_the_mark_is_for_who_holds_such_a_box_of_a_section_that_is_offered(app, owner):
    assert rights.shows_vendor(owner)
    assert not rights.shows_vendor(make_member(make_contributor(app, ["team"])))
    holder = make_member(make_contributor(app, ["help"]))
    assert rights.shows_vendor(holder)
    rights.set_state(app.client, "help", SectionState.HIDDEN, by=TESTER, now=NOW)
    assert not rights.shows_vendor(holder)
