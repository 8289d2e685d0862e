"""Many people invited at once: what is read, what is judged, and what the worker does with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain import invitations, outbox, rights, tenants
from portal.domain.accounts import Contributor, Member, Person, Role, StaffMembership
from portal.domain.accounts.models import StaffAssignment
from portal.domain.errors import Forbidden, Invalid, NotFound, Refused
from portal.domain.invitations import Invitation, InvitationList
from portal.domain.invitations.reading import read_addresses
from portal.jobs import schedule
from tests.domain.racing import at_once, errors
from tests.factories import NOW, TESTER, make_agency, make_app, make_client, make_contributor, make_member, make_staff

LIFE = timedelta(days=7)
LATER = timedelta(days=8)


class Homes:
    def home_of(self, agency):
        return f"https://{agency.slug}.example"


def begin(member, text, boxes=("menus",), **values):
    values = {"language": "en", "ends_on": None, "now": NOW} | values
    return invitations.begin_list(member, text, list(boxes), **values)


def work(batch, now=NOW):
    invitations.list_work(batch.id, homes=Homes(), life=LIFE, now=now)


def problems(batch):
    return {line.email: line.problem[0] for line in invitations.lines_of(batch) if line.problem}


@pytest.fixture
def ana(database):
    app = make_app()
    return make_member(make_staff(Role.OWNER, app.agency, name="Ana Prado"), app)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lia@a.example", [("lia@a.example", "")]),
        ("Lia Souza <lia@a.example>", [("lia@a.example", "Lia Souza")]),
        ('"Souza, Lia" <lia@a.example>', [("lia@a.example", "Souza, Lia")]),
        ("lia@a.example, Lia Souza", [("lia@a.example", "Lia Souza")]),
        ("Lia Souza;lia@a.example;", [("lia@a.example", "Lia Souza")]),
        ("Lia <lia@a.example>; Rui <rui@a.example>", [("lia@a.example", "Lia"), ("rui@a.example", "Rui")]),
        ("lia@a.example,rui@a.example", [("lia@a.example", ""), ("rui@a.example", "")]),
        ("Lia;;Souza;lia@a.example", [("lia@a.example", "Lia Souza")]),
        ("lia@a.example\tLia", [("lia@a.example", "Lia")]),
        ("\r\n  \n lia@a.example \n\nnonsense\n", [("lia@a.example", ""), ("nonsense", "")]),
        (" ,;\t\x00\n", []),
    ],
)
def test_addresses_are_read_as_people_paste_them(text, found):
    assert [(address.email, address.name) for address in read_addresses(text)] == found


def test_every_line_is_judged_before_anything_is_sent(ana):
    make_contributor(ana.app, email="here@a.example")
    for _ in range(3):
        invitations.invite(ana, "tired@a.example", [], origin="https://x", now=NOW)
    sent = outbox.Message.select().count()
    text = "good@a.example\nGOOD@a.example\nnonsense\nhere@a.example\ntired@a.example\nNew\x07 Name <n@a.example>"
    batch = begin(ana, text)
    assert problems(batch) == {
        "good@a.example": "twice_in_list",
        "nonsense": "email_bad",
        "here@a.example": "already_member",
        "tired@a.example": "too_many_mails",
        "n@a.example": "bad_characters",
    }
    assert outbox.Message.select().count() == sent
    assert not Invitation.select().where(Invitation.email == "good@a.example").exists()


def test_five_hundred_are_taken_and_go_out_at_the_pace(ana):
    batch = begin(ana, "\n".join(f"P {n} <p{n}@a.example>" for n in range(500)))
    assert not problems(batch)
    for _ in range(2):
        invitations.confirm_list(batch, now=NOW)
    [message] = outbox.claim(NOW, topic="invitations.work")
    moment = NOW
    for minute in range(1, 6):
        work(batch, moment)
        outbox.finish(message, now=moment)
        counts = invitations.counts_of_lines(batch)
        assert (counts["done"], counts["good"]) == (100 * minute, 500 - 100 * minute)
        assert outbox.claim(moment + timedelta(seconds=59), topic="invitations.work") == []
        moment += timedelta(minutes=1)
        [message] = outbox.claim(moment, topic="invitations.work")
    work(batch, moment)
    assert invitations.list_of(ana, batch.id).state == "done"
    assert outbox.Message.select().where(outbox.Message.topic == "mail.send").count() == 500
    [row] = invitations.open_invitations(ana, "p7@a.example")
    assert (row.name, row.boxes, row.language, row.expires_at) == ("P 7", ["menus"], "en", NOW + LIFE)
    work(batch, moment)
    assert Invitation.select().count() == 500, "nothing is done twice"
    invitations.confirm_list(batch, now=moment)
    assert invitations.list_of(ana, batch.id).state == "done" and invitations.running_list(ana) is None


@pytest.mark.parametrize("text", ["", " \n;", "x" * 200_001, "a@a.example\n" * 501, "a@a.example\n" * 10_000])
def test_nothing_or_too_much_is_refused_as_a_whole(ana, text):
    with pytest.raises(Invalid) as refusal:
        begin(ana, text)
    assert "addresses" in refusal.value.problems
    assert invitations.running_list(ana) is None


def test_a_list_gives_no_more_than_who_made_it_holds(ana):
    boss = make_member(make_contributor(ana.app, ["team", "menus"]))
    with pytest.raises(Forbidden):
        begin(boss, "a@a.example", ["services"])
    with pytest.raises(Invalid):
        begin(ana, "a@a.example", ["billing"])
    invitations.invite(ana, "chef@a.example", ["services"], origin="https://x", now=NOW)
    batch = begin(boss, "chef@a.example")
    assert problems(batch) == {"chef@a.example": "person_above_you"}
    with pytest.raises(Refused):
        invitations.confirm_list(batch, now=NOW)


@pytest.mark.parametrize("how", ["removed", "team withdrawn", "box withdrawn"])
def test_what_was_taken_from_who_made_the_list_is_not_given_on(ana, how):
    carla = make_contributor(ana.app, ["team", "menus"])
    batch = begin(make_member(carla), "a@a.example\nb@a.example")
    invitations.confirm_list(batch, now=NOW)
    if how == "removed":
        invitations.remove(carla, by=ana, now=NOW)
    else:
        rights.set_box(carla, "team" if how == "team withdrawn" else "menus", granted=False, by=ana, now=NOW)
    work(batch)
    code = "grant_ceiling" if how == "box withdrawn" else "inviter_gone"
    assert problems(batch) == {"a@a.example": code, "b@a.example": code}
    assert not Invitation.select().exists()


@pytest.mark.parametrize(
    "gone",
    [
        lambda boss, row: Person.update(disabled_at=NOW).where(Person.id == boss.person.id).execute(),
        lambda boss, row: StaffMembership.update(ended_at=NOW).where(StaffMembership.id == row.membership_id).execute(),
        lambda boss, row: StaffAssignment.delete().where(StaffAssignment.membership == row.membership_id).execute(),
    ],
    ids=["disabled", "taken out", "the client taken away"],
)
def test_the_list_of_staff_who_may_not_enter_any_more_invites_nobody(ana, gone):
    row = make_staff(Role.MANAGER, clients=[ana.client])
    boss = make_member(row, ana.app)
    batch = begin(boss, "a@a.example")
    invitations.confirm_list(batch, now=NOW)
    gone(boss, row)
    work(batch)
    assert problems(batch) == {"a@a.example": "inviter_gone"}


def test_the_list_of_a_contributor_invites_nobody_while_his_back_office_is_closed(ana):
    batch = begin(make_member(app=ana.app, boxes=["team", "menus"]), "a@a.example")
    invitations.confirm_list(batch, now=NOW)
    tenants.set_client_access(ana.client, allowed=False, by=TESTER, now=NOW)
    work(batch)
    assert problems(batch) == {"a@a.example": "inviter_gone"}


def test_who_was_taken_out_meanwhile_begins_no_list(ana):
    carla = make_contributor(ana.app, ["team"])
    member = make_member(carla)
    Contributor.update(ended_at=NOW).where(Contributor.id == carla.id).execute()
    with pytest.raises(Forbidden) as refusal:
        begin(member, "a@a.example", [])
    assert refusal.value.code == "box_missing"


def test_who_was_added_since_is_left_out(ana):
    batch = begin(ana, "a@a.example\nb@a.example")
    invitations.confirm_list(batch, now=NOW)
    make_contributor(ana.app, email="a@a.example")
    work(batch)
    assert problems(batch) == {"a@a.example": "already_member"}
    assert invitations.counts_of_lines(batch) == {"good": 0, "bad": 0, "done": 1, "failed": 1}


def test_a_list_is_seen_by_who_made_it_in_this_back_office_alone(ana):
    batch = begin(ana, "a@a.example")
    other_app = make_member(make_staff(Role.OWNER, make_agency()))
    colleague = make_member(make_contributor(ana.app, ["team"]))
    sibling = make_app(make_client(ana.agency))
    moved = Member(ana.person, ana.agency, sibling, None, ana.role)  # the same person, elsewhere
    for other in (other_app, colleague, moved):
        with pytest.raises(NotFound):
            invitations.list_of(other, batch.id)
    invitations.discard_list(batch)
    with pytest.raises(NotFound):
        invitations.list_of(ana, batch.id)


def test_two_workers_at_once_invite_everybody_once(ana):
    batch = begin(ana, "\n".join(f"p{n}@a.example" for n in range(20)))
    invitations.confirm_list(batch, now=NOW)
    assert not errors(at_once(*[lambda: work(batch)] * 3))
    work(batch)
    assert invitations.counts_of_lines(batch)["done"] == Invitation.select().count() == 20
    assert not Contributor.select().exists()


@pytest.fixture
def sibling(ana):
    """Somebody else of the agency, in the back office of another client."""
    return make_member(make_staff(Role.OWNER, ana.agency), make_app(make_client(ana.agency)))


def test_lists_that_nobody_confirmed_are_forgotten_after_a_week_and_no_others(ana, sibling):
    old, done = begin(ana, "a@a.example"), begin(ana, "b@a.example")
    begin(sibling, "c@a.example")
    invitations.confirm_list(done, now=NOW)
    work(done)
    young = begin(ana, "d@a.example", now=NOW + timedelta(days=7))
    schedule.tidy_imports(None, now=NOW + timedelta(days=7))
    assert invitations.list_of(ana, old.id) == old
    schedule.tidy_imports(None, now=NOW + timedelta(days=7, seconds=1))
    assert {row.id for row in InvitationList.select()} == {done.id, young.id}


def test_of_a_persons_lists_the_oldest_makes_room_and_a_back_office_holds_only_so_many(ana, sibling):
    first, *_, last = [begin(ana, f"p{n}@a.example", now=NOW + timedelta(minutes=n)) for n in range(6)]
    sent = begin(ana, "s@a.example", now=NOW + timedelta(minutes=7))
    invitations.confirm_list(sent, now=NOW)
    assert invitations.list_of(ana, last.id) == last
    with pytest.raises(NotFound):
        invitations.list_of(ana, first.id)
    team = [make_member(make_contributor(ana.app, ["team"])) for _ in range(4)]
    for who in [*team, *team, *team, *team]:
        begin(who, "x@a.example", boxes=["team"])
    assert InvitationList.select().where(InvitationList.state == "checking").count() == 20
    with pytest.raises(Refused, match="lists_waiting") as refused:
        begin(make_member(make_contributor(ana.app, ["team"])), "y@a.example", boxes=["team"])
    assert (refused.value.field, refused.value.values) == ("addresses", {"most": 20})
    assert begin(sibling, "z@a.example"), "another back office has its own"
    late = begin(make_member(make_contributor(ana.app, ["team"])), "y@a.example", boxes=["team"], now=NOW + LATER)
    assert late.state == "checking", "what is old counts no more"


def test_of_many_lists_at_once_no_more_wait_than_may(ana):
    assert not errors(at_once(*[lambda: begin(ana, "a@a.example")] * 8))
    assert InvitationList.select().count() == 5


def test_the_list_that_is_worked_on_is_found_by_who_confirmed_it_in_its_back_office(ana, sibling):
    batch = begin(ana, "a@a.example")
    assert invitations.running_list(ana) is None
    invitations.confirm_list(batch, now=NOW)
    assert invitations.running_list(ana) == batch
    assert invitations.running_list(make_member(make_staff(Role.OWNER, ana.agency), ana.app)) is None
    assert invitations.running_list(Member(ana.person, ana.agency, sibling.app, None, role=Role.OWNER)) is None
    work(batch)
    invitations.confirm_list(batch, now=NOW)
    assert invitations.running_list(ana) is None, "confirmed twice, it runs once"


def test_what_is_discarded_is_one_list_that_was_not_confirmed(ana):
    first, second, third = (begin(ana, text) for text in ("a@a.example", "b@a.example\nnonsense", "c@a.example"))
    invitations.confirm_list(second, now=NOW)
    invitations.discard_list(first)
    assert invitations.list_of(ana, third.id).state == "checking"
    assert invitations.counts_of_lines(second) == {"good": 1, "bad": 1, "done": 0, "failed": 0}
    with pytest.raises(Refused) as refusal:
        invitations.discard_list(second)
    assert refusal.value.code == "already_confirmed"
    assert invitations.running_list(ana) == second


def test_a_line_is_judged_by_this_back_office_and_this_agency(ana, sibling):
    make_contributor(sibling.app, email="elsewhere@a.example")
    gone = make_contributor(ana.app, email="gone@a.example")
    Contributor.update(ended_at=NOW).where(Contributor.id == gone.id).execute()
    stranger = make_member(make_staff(Role.OWNER, make_agency()))
    stranger = Member(stranger.person, stranger.agency, stranger.app, None, role=Role.OWNER)
    for _ in range(3):
        invitations.invite(stranger, "tired@b.example", [], origin="https://x", now=NOW)
        invitations.invite(ana, "rested@a.example", [], origin="https://x", now=NOW - timedelta(hours=1))
        invitations.invite(sibling, "tired@a.example", [], origin="https://x", now=NOW)
    invitations.invite(ana, "above@a.example", ["services"], origin="https://x", now=NOW)
    lia = make_member(app=ana.app, boxes=["menus", "team"])
    text = "elsewhere@a.example gone@a.example tired@b.example rested@a.example tired@a.example above@a.example"
    assert problems(begin(ana, text.replace(" ", "\n"))) == {"tired@a.example": "too_many_mails"}
    assert problems(begin(lia, "above@a.example\nb@a.example")) == {"above@a.example": "person_above_you"}


def test_the_worker_deals_with_the_lines_of_one_list(ana):
    first, second = begin(ana, "a@a.example"), begin(ana, "b@a.example")
    invitations.confirm_list(first, now=NOW)
    work(first)
    assert [row.email for row in Invitation.select()] == ["a@a.example"]
    assert invitations.counts_of_lines(second)["good"] == 1
    invitations.discard_list(second)


def test_the_worker_leaves_alone_what_was_not_confirmed_and_other_lists(ana):
    first, second, third = (begin(ana, f"{name}@a.example") for name in "abc")
    work(third)
    assert not Invitation.select().exists(), "nobody said that it shall begin"
    for batch in (first, second):
        invitations.confirm_list(batch, now=NOW)
    work(second)
    assert [row.email for row in Invitation.select()] == ["b@a.example"]
    states = [invitations.list_of(ana, batch.id).state for batch in (first, second, third)]
    assert states == ["running", "done", "checking"]
    work_left = outbox.Message.select().where(outbox.Message.topic == "invitations.work").count()
    assert work_left == 2, "what is done asks for no further minute"


def test_a_mail_of_an_hour_ago_makes_nobody_tired(ana):
    for _ in range(3):
        invitations.invite(ana, "a@a.example", [], origin="https://x", now=NOW)
    assert problems(begin(ana, "a@a.example", now=NOW + timedelta(minutes=59))) == {"a@a.example": "too_many_mails"}
    assert problems(begin(ana, "a@a.example", now=NOW + timedelta(hours=1))) == {}
    row = invitations.invite(ana, "b@a.example", [], origin="https://x", now=NOW)
    for _ in range(2):
        held = invitations.invitation_of(ana, row.id)
        invitations.resend(held, by=ana, origin="https://x", now=NOW + timedelta(minutes=1))
    assert problems(begin(ana, "b@a.example", now=NOW + timedelta(hours=1))) == {}, "of the three, two are younger"


def test_of_an_address_and_a_name_that_are_wrong_both_the_address_is_said_and_the_longest_text_is_read(ana):
    assert problems(begin(ana, "New\x07 Name <nonsense>")) == {"nonsense": "email_bad"}
    assert problems(begin(ana, "a@a.example".ljust(200_000))) == {}
