"""The agency's staff: who may appoint whom, what ends with somebody, and that an owner always stays."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial

import pytest

from portal.domain import accounts, invitations, outbox, rights, staffing
from portal.domain.accounts import Person, Role, Staff, StaffMembership
from portal.domain.audit.models import AuditEntry
from portal.domain.errors import Forbidden, Invalid, NotFound, Refused
from portal.domain.federation import Claims, Door
from portal.domain.rights import Permission
from portal.domain.staffing import OwnershipOffer, Place, StaffInvitation
from portal.domain.tenants import Agency
from tests.domain.racing import at_once, errors
from tests.factories import NOW, PASSWORD, make_agency, make_app, make_client, make_contributor, make_member, make_staff

ORIGIN = "http://localhost:8000"
STRONG = "quatro palavras sem parentesco"
EMAIL = "livia@aurora.example"
DAY = timedelta(days=1)

# docs/people.md: what each role may do at the dashboard
TABLE = {
    Permission.SEE: {"owner", "admin", "manager", "billing"},
    Permission.CLIENTS: {"owner", "admin", "manager"},
    Permission.ADD_CLIENTS: {"owner", "admin"},
    Permission.PRICES: {"owner", "admin"},
    Permission.COSTS: {"owner", "admin", "billing"},
    Permission.STAFF: {"owner", "admin"},
    Permission.OWN: {"owner"},
}
APPOINTS = {"owner": {"owner", "admin", "manager", "billing"}, "admin": {"admin", "manager", "billing"}}


@pytest.fixture
def agency(database):
    return make_agency("aurora", "Aurora")


@pytest.fixture
def ana(agency):
    return make_staff(Role.OWNER, agency, email="ana@aurora.example", name="Ana")


def invite(by, email=EMAIL, role="billing", now=NOW, **place):
    """The token of the link that went out."""
    staffing.invite(by, email, Place(role, **place), origin=ORIGIN, now=now)
    return last_token()


def last_token():
    rows = outbox.Message.select().where(outbox.Message.topic == "mail.send").order_by(outbox.Message.id.desc())
    sent = next(row for row in rows if row.payload.get("letter") == "staff_invitation")
    return re.fullmatch(rf"{ORIGIN}/setup/(\S+)", sent.payload["values"]["link"])[1]


def accept(token, now=NOW, name="Lívia", password=STRONG):
    return staffing.accept(token, name=name, password=password, now=now)


def is_dead(token, now=NOW):
    for use in (partial(staffing.preview, token, now=now), partial(accept, token, now)):
        with pytest.raises(NotFound) as refusal:
            use()
        assert refusal.value.code == "link_dead"
    return True


def letters():
    rows = outbox.Message.select().where(outbox.Message.topic == "mail.send").order_by(outbox.Message.id)
    return [(r.payload["letter"], r.payload["values"].get("kind", ""), r.payload["to"]) for r in rows]


def role_of(staff):
    row = StaffMembership.get_by_id(staff.membership_id)
    return None if row.ended_at else row.role


def actions():
    return [row.action for row in AuditEntry.select().order_by(AuditEntry.id)]


# The table of roles


def test_every_role_may_what_the_table_of_the_product_says():
    assert {key: {role.value for role in Role if rights.staff_may(role, key)} for key in Permission} == TABLE
    assert {role.value: {to.value for to in rights.appointable(role)} for role in Role if rights.appointable(role)} == (
        APPOINTS
    )


# Invited


def test_a_link_makes_an_account_and_the_place_that_was_offered(agency, ana):
    clients = [make_client(agency), make_client(agency)]
    token = invite(ana, " Livia@Aurora.Example", "manager", clients=[clients[0].id], ends_on=date(2026, 12, 31))
    invitation, known = staffing.preview(token, now=NOW)
    assert (invitation.email, known) == (EMAIL, None)
    person, membership = accept(token)
    assert (person.email, person.house, membership.role) == (EMAIL, "platform", "manager")
    assert accounts.last_day_of(membership) == date(2026, 12, 31)
    assert accounts.assigned_clients([membership])[membership.id] == [clients[0]]
    assert ("staff_news", "joined", EMAIL) in letters()
    assert ("staff_news", "accepted", "ana@aurora.example") in letters()
    assert is_dead(token)
    assert token not in str([row.__data__ for row in StaffInvitation.select()])


def test_dead_links_are_dead_alike(agency, ana):
    first = invite(ana)
    row, _ = staffing.preview(first, now=NOW)
    assert is_dead(first, NOW + 7 * DAY)
    copied = staffing.resend(row, by=ana, origin=ORIGIN, mail=False, now=NOW)
    assert is_dead(first)
    staffing.revoke(staffing.invitation_of(agency, row.id), by=ana, now=NOW)
    assert is_dead(copied.rpartition("/")[2])
    assert is_dead("unknown")


def test_a_link_of_a_suspended_agency_is_dead_until_it_works_again(agency, ana, monkeypatch):
    token = invite(ana)
    Agency.update(suspended_at=NOW).execute()
    assert is_dead(token)
    door = Door("provider", agency, "Palco ID", "https://id.example", "portal", "sealed")
    with pytest.raises(NotFound):
        staffing.accept_with_identity(accounts.digest(token), door, Claims(door.issuer, "1"), now=NOW)
    Agency.update(suspended_at=None).execute()
    monkeypatch.setattr(staffing.accepting, "alone_with", lambda _a: Agency.update(suspended_at=NOW).execute())
    with pytest.raises(NotFound):
        accept(token)
    monkeypatch.undo()
    assert accept(token)


def test_a_newer_invitation_replaces_the_older_one_and_three_mails_an_hour_are_enough(ana):
    first = invite(ana)
    second = invite(ana)
    assert is_dead(first)
    third = staffing.preview(second, now=NOW)[0]
    staffing.resend(third, by=ana, origin=ORIGIN, now=NOW)
    with pytest.raises(Refused) as refusal:
        invite(ana)
    assert refusal.value.code == "too_many_mails"
    [waiting] = staffing.open_invitations(ana.agency)
    with pytest.raises(Refused):
        staffing.resend(waiting, by=ana, origin=ORIGIN, now=NOW)
    assert staffing.resend(waiting, by=ana, origin=ORIGIN, mail=False, now=NOW), "a link to hand on is no mail"
    assert invite(ana, now=NOW + timedelta(hours=1, seconds=1))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"role": "boss"}, "role"),
        ({"role": "manager"}, "clients"),
        ({"language": "xx"}, "language"),
        ({"ends_on": date(2026, 6, 1)}, "ends_on"),
        ({"role": "owner", "ends_on": date(2026, 12, 31)}, "ends_on"),
        ({"email": "ana@aurora.example"}, "email"),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_invites_nobody(agency, ana, values, field):
    make_client(agency)
    with pytest.raises(Invalid) as refusal:
        invite(ana, **values)
    assert list(refusal.value.problems) == [field]
    assert not StaffInvitation.select().exists()


def test_a_client_of_another_agency_is_given_to_nobody(ana):
    with pytest.raises(NotFound):
        invite(ana, role="manager", clients=[make_client().id])


def test_nobody_reaches_above_his_own_role_by_whatever_way(agency, ana):
    admin = make_staff(Role.ADMIN, agency)
    for_owner, _ = staffing.preview(invite(ana, "second@aurora.example", "owner"), now=NOW)
    other = make_staff(Role.BILLING, agency)
    ways = [
        partial(invite, admin, role="owner"),
        partial(invite, admin, "second@aurora.example", "billing"),  # it would replace the owner's
        partial(staffing.resend, for_owner, by=admin, origin=ORIGIN, now=NOW),
        partial(staffing.resend, for_owner, by=admin, origin=ORIGIN, mail=False, now=NOW),
        partial(staffing.revoke, for_owner, by=admin, now=NOW),
        partial(staffing.change_role, other.membership_id, "owner", by=admin, now=NOW),
        partial(staffing.change_role, ana.membership_id, "billing", by=admin, now=NOW),
        partial(staffing.remove, ana.membership_id, by=admin, now=NOW),
        partial(staffing.set_end, ana.membership_id, None, by=admin, now=NOW),
        partial(staffing.sign_out, ana.membership_id, by=admin, now=NOW),
        partial(staffing.change_role, admin.membership_id, "owner", by=admin, now=NOW),
    ]
    for way in ways:
        with pytest.raises(Forbidden):
            way()
    assert (role_of(ana), role_of(admin), role_of(other)) == ("owner", "admin", "billing")


@pytest.mark.parametrize("role", [Role.MANAGER, Role.BILLING])
def test_managers_and_billing_change_nobody(agency, ana, role):
    asks, other = make_staff(role, agency), make_staff(Role.BILLING, agency)
    waiting, _ = staffing.preview(invite(ana), now=NOW)
    for way in (
        partial(invite, asks, "x@aurora.example"),
        partial(staffing.resend, waiting, by=asks, origin=ORIGIN, now=NOW),
        partial(staffing.revoke, waiting, by=asks, now=NOW),
        partial(staffing.change_role, other.membership_id, "billing", by=asks, now=NOW),
        partial(staffing.remove, other.membership_id, by=asks, now=NOW),
    ):
        with pytest.raises(Forbidden):
            way()


def test_people_of_another_agency_are_not_there(agency, ana):
    stranger = make_staff(Role.OWNER, make_agency())
    mine, _ = staffing.preview(invite(ana), now=NOW)
    for way in (
        partial(staffing.change_role, ana.membership_id, "billing", by=stranger, now=NOW),
        partial(staffing.remove, ana.membership_id, by=stranger, now=NOW),
        partial(staffing.invitation_of, stranger.agency, mine.id),
    ):
        with pytest.raises(NotFound):
            way()


# One account on the platform host


def test_who_has_an_account_there_proves_it_and_nothing_of_it_changes(agency, ana):
    gone = make_staff(Role.BILLING, make_agency(), email=EMAIL, name="Lívia Prates")
    staffing.leave(gone_is_not_last(gone), now=NOW)
    token = invite(ana)
    with pytest.raises(Invalid) as refusal:
        accept(token)
    assert refusal.value.problems == {"password": ("setup_refused", {})}
    person, membership = accept(token, name="Other", password=PASSWORD)
    assert (person.id, person.name, membership.agency_id) == (gone.person.id, "Lívia Prates", agency.id)


def test_no_link_gives_an_account_without_a_password_one(ana):
    victim = make_staff(Role.BILLING, make_agency(), email=EMAIL).person
    Person.update(password_hash=None).where(Person.id == victim.id).execute()
    with pytest.raises(Invalid) as refusal:
        accept(invite(ana))
    assert refusal.value.problems == {"password": ("setup_refused", {})}
    assert Person.get_by_id(victim.id).password_hash is None


def test_an_account_made_by_a_copied_link_proves_its_address_once(agency, ana):
    mailed, _ = accept(invite(ana))
    assert not staffing.prove_address(mailed)
    row = staffing.invite(ana, "hand@aurora.example", Place("billing"), origin=ORIGIN, now=NOW)
    later = NOW + timedelta(seconds=1)
    link = staffing.resend(row, by=ana, origin=ORIGIN, mail=False, now=later)
    copied, _ = accept(link.rpartition("/")[2], later)
    assert [staffing.prove_address(copied) for _ in range(2)] == [True, False]


@pytest.mark.parametrize(("name", "password"), [("", STRONG), ("Lívia", "short"), ("", ""), ("x" * 121, STRONG)])
def test_who_copied_a_link_learns_nothing_by_trying(ana, name, password):
    make_staff(Role.OWNER, make_agency(), email=EMAIL)
    answers = []
    for token in (invite(ana), invite(ana, "new@aurora.example")):
        with pytest.raises(Invalid) as refusal:
            accept(token, name=name, password=password)
        answers.append(refusal.value.problems)
    assert answers[0] == answers[1]
    slowed = 0
    for email in (EMAIL, "new@aurora.example"):
        token = invite(ana, email)
        try:
            for _ in range(30):
                with pytest.raises(Invalid):
                    accept(token, name="", password="wrong")
        except accounts.TooManyAttempts:
            slowed += 1
    assert slowed == 2


def gone_is_not_last(staff):
    make_staff(Role.OWNER, staff.agency)
    return staff


def test_one_person_works_for_one_agency_and_only_he_learns_why(ana):
    elsewhere = make_staff(Role.OWNER, make_agency(), email=EMAIL)
    token = invite(ana)
    with pytest.raises(Refused) as refusal:
        accept(token, password=PASSWORD)
    assert refusal.value.code == "staff_elsewhere"
    assert StaffInvitation.get().accepted_at is None, "the link is not used up"
    assert role_of(elsewhere) == "owner"


def test_the_invitation_looks_alike_whether_the_address_has_an_account_or_not(ana):
    make_staff(Role.OWNER, make_agency(), email=EMAIL)
    invite(ana)
    invite(ana, "new@aurora.example")
    told, new = [row.payload for row in outbox.Message.select().order_by(outbox.Message.id)]
    same = ("letter", "name", "language", "agency")
    assert [told[key] for key in same] == [new[key] for key in same]
    assert {k: v for k, v in told["values"].items() if k != "link"} == {
        k: v for k, v in new["values"].items() if k != "link"
    }


def test_who_was_removed_can_come_back_with_the_new_role_alone(agency, ana):
    client = make_client(agency)
    bruno = make_staff(Role.MANAGER, agency, clients=[client], email=EMAIL)
    staffing.remove(bruno.membership_id, by=ana, now=NOW)
    _, again = accept(invite(ana, role="manager", clients=[make_client(agency).id]), password=PASSWORD)
    assert again.id == bruno.membership_id
    assert client not in accounts.assigned_clients([again])[again.id]


# What ends with somebody


def test_who_is_removed_is_out_at_once_with_all_that_hangs_on_him(agency, ana):
    app = make_app(make_client(agency))
    admin = make_staff(Role.ADMIN, agency)
    session = accounts.start_session(admin.person, "platform", now=NOW)
    inside = accounts.start_session(admin.person, str(agency.id), entered_app=app, now=NOW)
    by_him = invite(admin)
    member = make_member(admin, app)
    invitations.invite(member, "davi@cantina.example", ["menus"], origin="", now=NOW)
    credential, secret = accounts.create_credential(agency, scopes=["usage:read"], by=admin.actor, now=NOW)
    staffing.remove(admin.membership_id, by=ana, now=NOW)
    assert accounts.session_of(session, "platform", now=NOW) is None
    assert accounts.session_of(inside, str(agency.id), now=NOW) is None
    assert accounts.staff_of_person(admin.person) is None
    assert is_dead(by_him)
    assert not invitations.open_invitations(make_member(ana, app))
    assert accounts.verify_credential(credential.client_id, secret, now=NOW) is None
    assert ("staff_news", "removed", admin.person.email) in letters()


def test_credentials_can_be_taken_over_on_the_way(agency, ana):
    admin = make_staff(Role.ADMIN, agency)
    credential, secret = accounts.create_credential(agency, scopes=["usage:read"], by=admin.actor, now=NOW)
    assert staffing.credentials_of(agency, StaffMembership.get_by_id(admin.membership_id)) == [credential]
    staffing.remove(admin.membership_id, take_over=True, by=ana, now=NOW)
    assert accounts.verify_credential(credential.client_id, secret, now=NOW)


def test_with_a_smaller_role_goes_what_it_does_not_open(agency, ana):
    kept, lost = make_app(make_client(agency)), make_app(make_client(agency))
    admin = make_staff(Role.ADMIN, agency)
    token = invite(admin)
    for app in (kept, lost):
        invitations.invite(make_member(admin, app), "davi@cantina.example", ["menus"], origin="", now=NOW)
    staffing.change_role(admin.membership_id, "manager", by=ana, now=NOW)
    assert is_dead(token)
    assert not invitations.open_invitations(make_member(ana, lost))
    assert not invitations.open_invitations(make_member(ana, kept))
    staffing.look_after(admin.membership_id, kept.client, assigned=True, by=ana, now=NOW)
    manager = Staff(admin.person, agency, Role.MANAGER, admin.membership_id)
    assert accounts.clients_of_staff(manager) == [kept.client]
    invitations.invite(make_member(manager, kept), "eva@cantina.example", ["menus"], origin="", now=NOW)
    staffing.look_after(admin.membership_id, kept.client, assigned=False, by=ana, now=NOW)
    assert not invitations.open_invitations(make_member(ana, kept))
    assert accounts.clients_of_staff(manager) == []


def test_a_manager_made_something_else_does_not_get_his_clients_back(agency, ana):
    client = make_client(agency)
    bruno = make_staff(Role.MANAGER, agency, clients=[client])
    for role in ("billing", "manager"):
        staffing.change_role(bruno.membership_id, role, by=ana, now=NOW)
    assert accounts.clients_of_staff(Staff(bruno.person, agency, Role.MANAGER, bruno.membership_id)) == []
    with pytest.raises(Invalid):
        staffing.look_after(make_staff(Role.BILLING, agency).membership_id, client, assigned=True, by=ana, now=NOW)


def test_who_was_taken_out_or_demoted_while_he_asked_changes_nobody(agency, ana):
    admin, other = make_staff(Role.ADMIN, agency), make_staff(Role.BILLING, agency)
    staffing.change_role(admin.membership_id, "billing", by=ana, now=NOW)
    with pytest.raises(Forbidden):
        staffing.remove(other.membership_id, by=admin, now=NOW)
    staffing.remove(admin.membership_id, by=ana, now=NOW)
    for way in (partial(invite, admin), partial(staffing.leave, admin, now=NOW)):
        with pytest.raises(Forbidden):
            way()


# The last owner


def test_the_last_owner_stays_by_whatever_way(agency, ana):
    for way in (
        partial(staffing.leave, ana, now=NOW),
        partial(staffing.remove, ana.membership_id, by=ana, now=NOW),
        partial(staffing.change_role, ana.membership_id, "admin", by=ana, now=NOW),
        partial(staffing.set_end, ana.membership_id, date(2026, 12, 31), by=ana, now=NOW),
    ):
        with pytest.raises((Refused, Forbidden, Invalid)):
            way()
    second = make_staff(Role.OWNER, agency)
    Person.update(disabled_at=NOW).where(Person.id == second.person.id).execute()
    with pytest.raises(Refused) as refusal:
        staffing.leave(ana, now=NOW)
    assert refusal.value.code == "last_owner"
    Person.update(disabled_at=None).where(Person.id == second.person.id).execute()
    staffing.leave(ana, now=NOW)
    assert role_of(ana) is None
    assert ("staff_news", "left", second.person.email) in letters()


@pytest.mark.parametrize("way", ["leave", "remove", "demote"])
def test_owners_who_go_at_the_same_moment_leave_one(agency, ana, way):
    owners = [ana, make_staff(Role.OWNER, agency), make_staff(Role.OWNER, agency)]
    pairs = [(one, owners[n - 1].membership_id) for n, one in enumerate(owners)]
    acts = {
        "leave": [partial(staffing.leave, one, now=NOW) for one in owners],
        "remove": [partial(staffing.remove, other, by=one, now=NOW) for one, other in pairs],
        "demote": [partial(staffing.change_role, other, "billing", by=one, now=NOW) for one, other in pairs],
    }[way]
    refused = errors(at_once(*acts))
    assert {type(error) for error in refused} <= {Refused, Forbidden}
    assert len(accounts.owners_of(agency)) == len(refused) == 1


# A last day


def test_nothing_opens_after_the_last_day_and_the_people_are_told_before(agency, ana):
    admin = make_staff(Role.ADMIN, agency)
    credential, secret = accounts.create_credential(agency, scopes=["usage:read"], by=admin.actor, now=NOW)
    token, _ = accounts.issue_access_token(credential, ["usage:read"], now=NOW)
    staffing.set_end(admin.membership_id, date(2026, 6, 15), by=ana, now=NOW)
    over = NOW.replace(day=16, hour=3)  # midnight in São Paulo
    before = over - timedelta(microseconds=1)
    assert accounts.staff_of_person(admin.person, now=before)
    assert accounts.staff_of_person(admin.person, now=over) is None
    assert accounts.machine_of_token(token, now=NOW)
    assert accounts.verify_credential(credential.client_id, secret, now=over) is None
    credential.save()
    assert [staffing.end_overdue(now=moment) for moment in (before, over, over)] == [0, 1, 0]
    assert role_of(admin) is None
    assert "staff.ended" in actions()
    assert {to for _, kind, to in letters() if kind == "ended"} == {admin.person.email, ana.person.email}


def test_a_token_of_somebody_whose_last_day_is_over_opens_nothing(agency, ana):
    admin = make_staff(Role.ADMIN, agency)
    late = NOW.replace(day=16, hour=2, minute=50)
    staffing.set_end(admin.membership_id, date(2026, 6, 15), by=ana, now=NOW)
    credential, _ = accounts.create_credential(agency, scopes=["usage:read"], by=admin.actor, now=NOW)
    token, _ = accounts.issue_access_token(credential, ["usage:read"], now=late)
    assert accounts.machine_of_token(token, now=late)
    assert accounts.machine_of_token(token, now=late + timedelta(minutes=11)) is None


def test_a_word_is_said_a_week_and_a_day_before_once_each(agency, ana):
    bia = make_staff(Role.BILLING, agency)
    staffing.set_end(bia.membership_id, date(2026, 6, 25), by=ana, now=NOW)
    told = []
    for day in range(12):
        for _ in range(2):
            staffing.remind(now=NOW + day * DAY)
        told.append(len([kind for _, kind, _ in letters() if kind == "ends_soon"]))
    assert told == [0, 0, 0, 2, 2, 2, 2, 2, 2, 4, 4, 4]


def test_a_day_that_is_over_and_an_owner_get_no_last_day(agency, ana):
    bia = make_staff(Role.BILLING, agency)
    with pytest.raises(Invalid):
        staffing.set_end(bia.membership_id, date(2026, 6, 14), by=ana, now=NOW)
    staffing.set_end(bia.membership_id, date(2026, 7, 1), by=ana, now=NOW)
    with pytest.raises(Invalid):
        staffing.change_role(bia.membership_id, "owner", by=ana, now=NOW)
    staffing.set_end(bia.membership_id, None, by=ana, now=NOW)
    staffing.change_role(bia.membership_id, "owner", by=ana, now=NOW)
    assert role_of(bia) == "owner"
    with pytest.raises(Invalid):
        staffing.set_end(bia.membership_id, date(2026, 7, 1), by=ana, now=NOW)


# The agency handed on


def offer(giver, taker, afterwards="admin", password=PASSWORD, now=NOW):
    return staffing.offer_ownership(giver, taker.membership_id, afterwards=afterwards, password=password, now=now)


@pytest.mark.parametrize(("afterwards", "role"), [("admin", "admin"), ("billing", "billing"), ("leave", None)])
def test_the_ownership_goes_on_when_both_sides_want_it(agency, ana, afterwards, role):
    bruno = make_staff(Role.MANAGER, agency)
    made = offer(ana, bruno, afterwards)
    assert (role_of(ana), role_of(bruno)) == ("owner", "manager")
    staffing.accept_ownership(bruno, made.id, now=NOW)
    assert (role_of(ana), role_of(bruno)) == (role, "owner")
    assert {(kind, to) for letter, kind, to in letters() if letter == "ownership"} == {
        ("offered", bruno.person.email),
        ("accepted", bruno.person.email),
        ("accepted", ana.person.email),
    }
    with pytest.raises(NotFound):
        staffing.accept_ownership(bruno, made.id, now=NOW)


def test_an_offer_that_was_answered_withdrawn_replaced_or_ran_out_gives_nothing(agency, ana):
    bruno, bia = make_staff(Role.ADMIN, agency), make_staff(Role.BILLING, agency)
    declined = offer(ana, bruno)
    staffing.decline_ownership(bruno, declined.id, now=NOW)
    withdrawn = offer(ana, bruno)
    staffing.withdraw_ownership(ana, withdrawn.id, now=NOW)
    replaced = offer(ana, bruno)
    late = offer(ana, bia)
    for who, made, moment in (
        (bruno, declined, NOW),
        (bruno, withdrawn, NOW),
        (bruno, replaced, NOW),
        (bia, late, NOW + 7 * DAY),
        (bruno, late, NOW),
    ):
        with pytest.raises(NotFound):
            staffing.accept_ownership(who, made.id, now=moment)
    staffing.note_expired_offers(now=NOW + 7 * DAY)
    assert {row.outcome for row in OwnershipOffer.select()} == {"declined", "withdrawn", "expired"}
    assert len(accounts.owners_of(agency)) == 1


def test_only_an_owner_who_knows_his_password_offers_and_only_to_his_own_staff(agency, ana):
    admin = make_staff(Role.ADMIN, agency)
    other = make_staff(Role.BILLING, agency)
    stranger = make_staff(Role.ADMIN, make_agency())
    for way, kind in (
        (partial(offer, ana, admin, password="wrong"), Invalid),
        (partial(offer, ana, admin, "king"), Invalid),
        (partial(offer, admin, other), Forbidden),
        (partial(offer, ana, ana), Invalid),
        (partial(offer, ana, stranger), NotFound),
    ):
        with pytest.raises(kind):
            way()
    assert not OwnershipOffer.select().exists()


def test_an_offer_ends_with_the_place_of_whoever_made_it_or_was_to_take_it(agency, ana):
    second, bruno = make_staff(Role.OWNER, agency), make_staff(Role.ADMIN, agency)
    first = offer(ana, bruno)
    staffing.change_role(ana.membership_id, "billing", by=second, now=NOW)
    with pytest.raises(NotFound):
        staffing.accept_ownership(bruno, first.id, now=NOW)
    offer(second, bruno)
    staffing.remove(bruno.membership_id, by=second, now=NOW)
    assert staffing.offer_by(second, now=NOW) is None


# At the same moment


def test_a_link_used_by_many_at_once_makes_one_person_and_one_place(agency, ana):
    token = invite(ana)
    results = at_once(*[partial(accept, token)] * 6)
    assert len(errors(results)) == 5
    assert Person.select().where(Person.email == EMAIL).count() == 1
    assert len(accounts.staff_of(agency)) == 2


def test_a_link_that_is_taken_back_or_used_while_it_is_accepted_gives_nothing(agency, ana, monkeypatch):
    gone = make_staff(Role.BILLING, make_agency(), email=EMAIL)
    staffing.leave(gone, now=NOW)
    token, alone_with = invite(ana), staffing.accepting.alone_with

    def revoked_meanwhile(where):
        staffing.revoke(staffing.preview(token, now=NOW)[0], by=ana, now=NOW)
        alone_with(where)

    monkeypatch.setattr(staffing.accepting, "alone_with", revoked_meanwhile)
    with pytest.raises(NotFound):
        accept(token, password=PASSWORD)
    assert len(accounts.staff_of(agency)) == 1


def test_links_of_two_agencies_used_at_once_give_one_place(agency, ana):
    other = make_staff(Role.OWNER, make_agency())
    tokens = [invite(ana), invite(other)]
    at_once(*(partial(accept, token) for token in tokens))
    person = Person.get(Person.email == EMAIL)
    living = (StaffMembership.person == person) & StaffMembership.ended_at.is_null()
    assert StaffMembership.select().where(living).count() == 1


def test_a_contributor_with_the_same_address_stays_apart(agency, ana):
    inside = make_contributor(make_app(make_client(agency)), email=EMAIL)
    person, _ = accept(invite(ana))
    assert person.id != inside.person.id
    assert accounts.staff_of_person(inside.person) is None
