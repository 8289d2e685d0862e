"""Set-up links: what they give, when they die, and what two hands at once can do with them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial

import pytest

from portal.domain import accounts, invitations, outbox, rights, sign_in
from portal.domain.accounts import Contributor, Person, Role
from portal.domain.audit.models import AuditEntry
from portal.domain.errors import Forbidden, Invalid, NotFound, Refused
from portal.domain.federation import Claims, Door, NotRecognised
from portal.domain.invitations import Invitation
from portal.domain.sign_in.models import Authenticator
from portal.domain.tenants import Agency
from tests.domain.racing import at_once, errors
from tests.factories import NOW, PASSWORD, make_agency, make_app, make_client, make_contributor, make_member, make_staff

ORIGIN = "https://aurora.example"
STRONG = "quatro palavras sem parentesco"
EMAIL = "davi@cantina.example"
DOOR = Door("one", None, "Palco ID", "https://login.example.com", "portal", "secret")


def owner_in(app=None):
    app = app or make_app()
    return make_member(make_staff(Role.OWNER, app.agency), app)


def invite(member, email=EMAIL, boxes=("menus",), now=NOW, **options):
    """The token of the link that went out."""
    invitations.invite(member, email, list(boxes), origin=ORIGIN, now=now, **options)
    return last_token()


def last_token():
    rows = outbox.Message.select().where(outbox.Message.topic == "mail.send").order_by(outbox.Message.id.desc())
    return re.fullmatch(rf"{ORIGIN}/setup/(\S+)", rows.first().payload["values"]["link"])[1]


def accept(member, token, now=NOW, name="Davi", password=STRONG):
    return invitations.accept(member.agency, token, name=name, password=password, now=now)


def by_identity(member, token, **claims):
    claims = Claims(DOOR.issuer, "subject", **claims)
    return invitations.accept_with_identity(member.agency, accounts.digest(token), DOOR, claims, now=NOW)


def is_dead(member, token, now=NOW):
    for use in (partial(invitations.preview, member.agency, token, now=now), partial(accept, member, token, now)):
        with pytest.raises(NotFound) as refusal:
            use()
        assert refusal.value.code == "link_dead"
    return True


def test_a_link_makes_an_account_a_membership_and_its_boxes(database):
    member = owner_in()
    token = invite(member, "  Davi@Cantina.Example ", ["menus:publish"], ends_on=date(2026, 12, 31))
    invitation, known = invitations.preview(member.agency, token, now=NOW)
    assert (invitation.email, known) == (EMAIL, None)
    person, contributor = accept(member, token)
    assert (person.email, person.house, person.name) == (EMAIL, str(member.agency.id), "Davi")
    assert contributor.ends_on == date(2026, 12, 31)
    assert rights.boxes_of(contributor) == {"menus", "menus:publish"}
    assert accounts.proves(person, STRONG, account="a", address="b", now=NOW)


def test_a_link_works_once(database):
    member = owner_in()
    token = invite(member)
    accept(member, token)
    assert is_dead(member, token)


def test_a_link_lives_as_long_as_it_was_given_and_no_moment_longer(database):
    member = owner_in()
    token = invite(member, life=timedelta(days=2))
    end = NOW + timedelta(days=2)
    assert is_dead(member, token, end)
    assert accept(member, token, end - timedelta(microseconds=1))


def test_a_newer_link_ends_the_older_one(database):
    member = owner_in()
    first = invite(member)
    second = invite(member, now=NOW + timedelta(minutes=1))
    invitation, _ = invitations.preview(member.agency, second, now=NOW)
    link = invitations.resend(invitation, by=member, origin=ORIGIN, now=NOW)
    assert is_dead(member, first)
    assert is_dead(member, second)
    assert link.endswith(last_token())
    assert accept(member, last_token())


def test_who_resends_what_was_resent_meanwhile_is_told_and_who_revokes_it_revokes_the_newest_link(database):
    member = owner_in()
    stale, _ = invitations.preview(member.agency, invite(member), now=NOW)
    invitations.resend(Invitation.get_by_id(stale.id), by=member, origin=ORIGIN, now=NOW)
    token = last_token()
    with pytest.raises(NotFound):
        invitations.resend(stale, by=member, origin=ORIGIN, now=NOW)
    assert invitations.preview(member.agency, token, now=NOW)
    invitations.revoke(stale, by=member, now=NOW)
    assert is_dead(member, token)


def test_a_revoked_link_is_dead(database):
    member = owner_in()
    token = invite(member)
    invitation, _ = invitations.preview(member.agency, token, now=NOW)
    for _ in range(2):
        invitations.revoke(invitation, by=member, now=NOW)
    assert is_dead(member, token)
    assert AuditEntry.select().where(AuditEntry.action == "invitation.revoked").count() == 1
    with pytest.raises(NotFound):
        invitations.resend(invitation, by=member, origin=ORIGIN, now=NOW)


def test_a_link_of_another_agency_cut_or_bent_is_dead(database):
    member = owner_in()
    token = invite(member)
    assert is_dead(owner_in(), token)
    for other in (token[:-1], token + "x", token.swapcase(), ""):
        assert is_dead(member, other)


def test_only_a_hash_of_the_token_is_kept_and_the_letter_forgets_it_when_sent(database):
    member = owner_in()
    token = invite(member)
    row = Invitation.get()
    assert token not in str(row.__data__)
    [message] = outbox.claim(NOW, topic="mail.send")
    outbox.finish(message, now=NOW)
    assert not [row for row in outbox.Message.select() if token in str(row.__data__)]


def test_somebody_without_a_link_has_nothing(database):
    member = owner_in()
    invite(member)
    assert not Person.select().where(Person.email == EMAIL).exists()
    assert not Contributor.select().exists()


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "email"),
        ({"boxes": ["everything"]}, "boxes"),
        ({"boxes": ["home"]}, "boxes"),
        ({"language": "tlh"}, "language"),
        ({"ends_on": date(2026, 6, 14)}, "ends_on"),
    ],
)
def test_what_cannot_be_taken_invites_nobody(database, options, field):
    with pytest.raises(Invalid) as refusal:
        invite(owner_in(), **options)
    assert set(refusal.value.problems) == {field}
    assert not Invitation.select().exists()


def test_the_last_day_is_judged_on_the_clock_of_the_agency(database):
    member = owner_in(make_app(make_client(make_agency(timezone="America/Sao_Paulo"))))
    evening = NOW.replace(day=16, hour=1)  # the 15th still in São Paulo
    assert invite(member, ends_on=date(2026, 6, 15), now=evening)


def test_who_is_a_member_already_is_not_invited_again(database):
    member = owner_in()
    make_contributor(member.app, email=EMAIL)
    with pytest.raises(Invalid) as refusal:
        invite(member)
    assert refusal.value.problems["email"][0] == "already_member"


def test_who_was_removed_can_be_invited_again_and_starts_with_the_new_boxes_alone(database):
    member = owner_in()
    ended = make_contributor(member.app, ["menus", "services"], email=EMAIL)
    invitations.remove(ended, by=member, now=NOW)
    token = invite(member, boxes=["menus"])
    _, again = accept(member, token, password=PASSWORD)
    assert again.id != ended.id
    assert rights.boxes_of(again) == {"menus"}


# Above oneself


def test_nobody_gives_by_invitation_what_he_does_not_hold(database):
    member = make_member(boxes=["team", "menus"])
    for boxes in (["services"], ["menus", "menus:publish"], ["menus", "services"]):
        with pytest.raises(Forbidden):
            invite(member, boxes=boxes)
    assert not Invitation.select().exists()
    assert invite(member, boxes=["menus", "team"])


def test_nobody_touches_an_invitation_that_gives_more_than_he_holds(database):
    app = make_app()
    token = invite(owner_in(app), boxes=["services"])
    member = make_member(make_contributor(app, ["team", "menus"]))
    invitation, _ = invitations.preview(member.agency, token, now=NOW)
    for act in (
        partial(invite, member, boxes=["menus"]),
        partial(invitations.resend, invitation, by=member, origin=ORIGIN, now=NOW),
        partial(invitations.revoke, invitation, by=member, now=NOW),
    ):
        with pytest.raises(Forbidden):
            act()
    assert accept(member, token)


def test_sections_that_are_not_offered_are_not_given_to_anybody(database):
    member = owner_in()
    rights.set_available(member.client, "statements", available=False)
    with pytest.raises(Invalid):
        invite(member, boxes=["statements"])


def test_the_invitations_of_somebody_who_is_removed_are_void(database):
    app = make_app()
    carla = make_contributor(app, ["team", "menus"])
    mine = invite(make_member(carla))
    boss = owner_in(app)
    other = invite(boss, "fabio@cantina.example")
    invitations.remove(carla, by=boss, now=NOW)
    assert is_dead(boss, mine)
    assert accept(boss, other)


def test_an_invitation_gives_no_more_than_its_sender_still_holds(database):
    app = make_app()
    carla, boss = make_contributor(app, ["team", "menus", "menus:publish"]), owner_in(app)
    token = invite(make_member(carla), boxes=["menus:publish"])
    rights.set_box(carla, "menus:publish", granted=False, by=boss, now=NOW)
    assert rights.boxes_of(accept(boss, token)[1]) == {"menus"}


@pytest.mark.parametrize(
    "lost",
    [
        lambda carla, boss: rights.set_box(carla, "team", granted=False, by=boss, now=NOW),
        lambda carla, boss: Contributor.update(ends_on=date(2020, 1, 1)).where(Contributor.id == carla.id).execute(),
        lambda carla, boss: Contributor.update(ended_at=NOW).where(Contributor.id == carla.id).execute(),
        lambda carla, boss: Person.update(disabled_at=NOW).where(Person.id == carla.person_id).execute(),
    ],
    ids=["demoted", "last day over", "ended", "disabled"],
)
def test_the_link_of_somebody_who_may_not_invite_any_more_is_dead(database, lost):
    app = make_app()
    carla, boss = make_contributor(app, ["team", "menus"]), owner_in(app)
    token = invite(make_member(carla))
    lost(carla, boss)
    assert is_dead(boss, token)


def test_the_link_that_made_the_account_decides_whether_its_address_was_proved(database):
    member = owner_in()
    sibling = owner_in(make_app(make_client(member.agency)))
    mailed, _ = accept(member, invite(member))
    by_hand, _ = accept(member, copy(member, "hand@x.example"))
    later = NOW + timedelta(days=1)
    invite(sibling, now=later)
    link = invitations.copy_link(
        Invitation.get(Invitation.email == EMAIL, Invitation.app == sibling.app), by=sibling, origin=ORIGIN, now=later
    )
    accept(sibling, link.rpartition("/")[2], later, password=STRONG)
    assert not invitations.prove_address(mailed), "he proved it by the first link; the second was copied"
    assert [invitations.prove_address(by_hand) for _ in range(2)] == [True, False]


def revoked():
    """Whose invitations the trail says were taken back."""
    rows = AuditEntry.select().where(AuditEntry.action == "invitation.revoked").order_by(AuditEntry.id)
    return [row.subject for row in rows]


def test_taking_back_is_written_down_once(database):
    boss = owner_in()
    invite(boss)
    [row] = invitations.open_invitations(boss)
    for _ in range(2):
        invitations.revoke(row, by=boss, now=NOW)
        assert revoked() == [EMAIL]


def test_who_leaves_one_back_office_keeps_what_he_sent_from_another(database):
    app = make_app()
    sibling = make_app(app.client, "Balcão")
    carla = make_contributor(app, ["team", "menus"])
    same = make_contributor(sibling, ["team", "menus"], email=carla.person.email)
    here, there = invite(make_member(carla), "a@x.example"), invite(make_member(same), "b@x.example")
    boss = owner_in(app)
    invitations.remove(carla, by=boss, now=NOW)
    assert is_dead(boss, here) and revoked() == ["a@x.example"]
    assert invitations.preview(boss.agency, there, now=NOW)


def test_with_the_place_on_the_staff_goes_what_was_sent_from_it_and_nothing_else(database):
    agency = make_agency()
    cantina, clinica = (make_app(make_client(agency)) for _ in range(2))
    max_, ana = (make_staff(Role.OWNER, agency) for _ in range(2))
    elsewhere = make_app()
    for staff, app, email in [
        (max_, cantina, "gone@x.example"),
        (max_, clinica, "kept@x.example"),
        (ana, cantina, "of-another@x.example"),
        (max_, cantina, "used@x.example"),
    ]:
        token = invite(make_member(staff, app), email)
    accept(make_member(max_, cantina), token)
    invite(owner_in(elsewhere), "elsewhere@x.example")
    Invitation.update(inviter_id=max_.person.id).where(Invitation.app == elsewhere).execute()
    by = make_member(ana, cantina).actor
    invitations.revoke_sent_by(agency, max_.person.id, keep={clinica.client_id}, by=by, now=NOW)
    assert revoked() == ["gone@x.example"]
    left = Invitation.select().where(Invitation.revoked_at.is_null()).order_by(Invitation.email)
    assert [row.email.partition("@")[0] for row in left] == ["elsewhere", "kept", "of-another", "used"]


def test_an_invitation_waits_in_its_own_back_office_until_it_is_used_or_taken_back(database):
    boss = owner_in()
    sibling = owner_in(make_app(make_client(boss.agency)))
    _waits, used, _back = (invite(boss, f"{name}@x.example") for name in ("waits", "used", "back"))
    invite(sibling, "sibling@x.example")
    rows = {row.email: row for row in Invitation.select()}
    accept(boss, used)
    invitations.revoke(rows["back@x.example"], by=boss, now=NOW)
    assert [row.email for row in invitations.open_invitations(boss)] == ["waits@x.example"]
    assert invitations.invitation_of(boss, rows["waits@x.example"].id)
    for email in ("used@x.example", "back@x.example", "sibling@x.example"):
        with pytest.raises(NotFound):
            invitations.invitation_of(boss, rows[email].id)


def test_whom_a_client_waits_for_is_found_over_all_its_back_offices(database):
    app = make_app()
    boss, other = owner_in(app), owner_in(make_app(app.client, "Balcão"))
    used = invite(boss, "used@x.example")
    for member, name in (
        (boss, "b"),
        (other, "a"),
        (boss, "back"),
        (owner_in(make_app(make_client(app.agency))), "far"),
    ):
        invite(member, f"{name}@x.example")
    accept(boss, used)
    invitations.revoke(Invitation.get(Invitation.email == "back@x.example"), by=boss, now=NOW)
    found = invitations.invited_to(app.client, most=5)
    assert [row.email for row in found] == ["a@x.example", "b@x.example"]
    assert [row.email for row in invitations.invited_to(app.client, most=1)] == ["a@x.example"]


def test_who_joined_within_three_days_is_told_to_whoever_invited_him(database):
    boss = owner_in()
    colleague = make_member(make_staff(Role.OWNER, boss.agency), boss.app)
    sibling = owner_in(make_app(make_client(boss.agency)))
    days = {"today": 0, "old": 3, "young": 3, "left": 0}
    for name, ago in days.items():
        moment = NOW - timedelta(days=ago, microseconds=-1 if name == "young" else 0)
        accept(boss, invite(boss, f"{name}@x.example", now=moment), now=moment)
    accept(boss, invite(colleague, "of-another@x.example"))
    accept(boss, invite(sibling, "sibling@x.example"))
    Invitation.update(inviter_id=boss.person.id).where(Invitation.app == sibling.app).execute()
    [left] = [row for row in Contributor.select() if row.person.email == "left@x.example"]
    Contributor.update(ended_at=NOW).where(Contributor.id == left.id).execute()
    found = [row.person.email for row in invitations.joined_lately(boss, now=NOW)]
    assert found == ["today@x.example", "young@x.example"]


def test_a_box_that_is_no_more_is_given_to_nobody(database):
    boss = owner_in()
    token = invite(boss)
    Invitation.update(boxes=["menus", "gone"]).execute()
    assert rights.boxes_of(accept(boss, token)[1]) == {"menus"}


def test_a_last_day_may_be_today_on_the_clock_of_the_agency(database):
    boss = owner_in()
    carla = make_contributor(boss.app)
    invitations.set_end(carla, NOW.date(), by=boss, now=NOW)
    with pytest.raises(Invalid):
        invitations.set_end(carla, NOW.date() - timedelta(days=1), by=boss, now=NOW)
    assert Contributor.get_by_id(carla.id).ends_on == NOW.date()


def test_a_copy_says_how_many_boxes_it_leaves_out(database):
    boss = owner_in()
    carla = make_contributor(boss.app, ["menus", "menus:publish", "services"])
    lia = make_member(app=boss.app, boxes=["team", "menus"])
    assert (invitations.copied(carla, lia), invitations.left_out(carla, lia)) == (["menus"], 2)
    assert invitations.left_out(carla, boss) == 0


def test_a_link_of_a_suspended_agency_is_dead_until_it_works_again(database):
    member = owner_in()
    token = invite(member)
    for moment in (NOW, None):
        Agency.update(suspended_at=moment).execute()
        member.agency.suspended_at = moment
        assert is_dead(member, token) if moment else accept(member, token)


def test_with_the_last_back_office_a_person_is_signed_out(database):
    member = owner_in()
    other = owner_in(make_app(make_client(member.agency)))
    first = make_contributor(member.app)
    second = accounts.add_contributor(other.app, first.person, by=other.actor, now=NOW)
    accounts.start_session(first.person, first.person.house, now=NOW)
    invitations.remove(first, by=member, now=NOW)
    assert accounts.sessions_of(first.person, now=NOW)
    invitations.remove(second, by=other, now=NOW)
    assert not accounts.sessions_of(first.person, now=NOW)


# Accounts that are there already


def test_somebody_with_an_account_here_proves_it_and_nothing_of_it_changes(database):
    app = make_app()
    member = owner_in(app)
    known = make_contributor(make_app(make_client(app.agency)), email=EMAIL, name="Davi Lima").person
    token = invite(member)
    with pytest.raises(Invalid):
        accept(member, token, password=STRONG)
    person, contributor = accept(member, token, name="Another", password=PASSWORD)
    assert person == known
    assert (person.name, Person.get_by_id(known.id).password_hash) == ("Davi Lima", known.password_hash)
    assert contributor.app == app


def passwordless(app, email=EMAIL):
    """Somebody whom a provider vouches for: he has an account, and no password."""
    person = make_contributor(app, email=email).person
    Person.update(password_hash=None).where(Person.id == person.id).execute()
    return person


def copy(member, email=EMAIL, boxes=("menus",)):
    """The token of a link that was shown to whoever invites."""
    row = invitations.invite(member, email, list(boxes), origin=ORIGIN, now=NOW)
    return invitations.copy_link(row, by=member, origin=ORIGIN, now=NOW).rpartition("/")[2]


def test_a_copied_link_gives_an_account_without_a_password_none(database):
    member = owner_in()
    victim = passwordless(make_app(make_client(member.agency)))
    with pytest.raises(Invalid) as refusal:
        accept(member, copy(member))
    assert refusal.value.problems == {"password": ("setup_refused", {})}
    assert Person.get_by_id(victim.id).password_hash is None
    mailed = invitations.resend(Invitation.get(), by=member, origin=ORIGIN, now=NOW).rpartition("/")[2]
    assert accept(member, mailed)[0] == victim, "who reads his mail may choose one"


@pytest.mark.parametrize(("name", "password"), [("", STRONG), ("Davi", "short"), ("", "")])
def test_a_copied_link_answers_alike_with_and_without_an_account(database, name, password):
    member = owner_in()
    make_contributor(make_app(make_client(member.agency)), email=EMAIL)
    answers = []
    for email in (EMAIL, "new@cantina.example"):
        with pytest.raises(Invalid) as refusal:
            accept(member, copy(member, email), name=name, password=password)
        answers.append(refusal.value.problems)
    assert answers[0] == answers[1]
    row = Invitation.get(Invitation.email == EMAIL)
    link = invitations.copy_link(row, by=member, origin=ORIGIN, now=NOW)
    assert accept(member, link.rpartition("/")[2], name="", password=PASSWORD), "his own one lets him in"


@pytest.mark.parametrize("by_hand", [True, False])
def test_what_was_set_up_behind_a_copied_link_goes_when_the_owner_of_the_address_comes(database, by_hand):
    member = owner_in()
    person, _ = accept(member, copy(member) if by_hand else invite(member))
    links = []
    for _reset in range(2):
        Authenticator.insert(person=person, secret="x", created_at=NOW).on_conflict_ignore().execute()
        sign_in.send_reset(
            person.house, EMAIL, link_to=lambda _p, token: links.append(token) or "x", may=lambda _p: True, now=NOW
        )
        sign_in.reset(
            person.house, links[-1], new=STRONG, may=lambda _p: True, unproved=invitations.prove_address, now=NOW
        )
        assert sign_in.has_factor(person) != by_hand
        by_hand = False  # from now on the address is proved


def test_a_password_that_came_meanwhile_is_not_replaced(database, monkeypatch):
    member = owner_in()
    victim = passwordless(make_app(make_client(member.agency)))
    token = invite(member)

    def chosen_meanwhile(*_judged, **_known):
        Person.update(password_hash=accounts.hash_password(PASSWORD)).where(Person.id == victim.id).execute()

    monkeypatch.setattr(invitations.accepting, "check_strength", chosen_meanwhile)
    with pytest.raises(Invalid):
        accept(member, token)
    assert accounts.matches(Person.get_by_id(victim.id).password_hash, PASSWORD)


def test_the_password_behind_a_link_cannot_be_guessed_without_end(database):
    app = make_app()
    make_contributor(make_app(make_client(app.agency)), email=EMAIL)
    member = owner_in(app)
    token = invite(member)
    for _ in range(10):
        with pytest.raises(Invalid):
            accept(member, token, password="wrong")
    with pytest.raises(accounts.TooManyAttempts):
        accept(member, token, password=PASSWORD)


def test_an_account_at_another_agency_stays_unknown(database):
    elsewhere = make_contributor(email=EMAIL).person
    member = owner_in()
    token = invite(member)
    assert invitations.preview(member.agency, token, now=NOW)[1] is None
    person, _ = accept(member, token)
    assert person.id != elsewhere.id
    assert Person.get_by_id(elsewhere.id).password_hash == elsewhere.password_hash


@pytest.mark.parametrize(
    "password", ["short", "password", "12345678", "davi@cantina.example", "x" * 257, "a\x00bcdefgh jk"]
)
def test_a_weak_password_opens_nothing_and_uses_nothing_up(database, password):
    member = owner_in()
    token = invite(member)
    with pytest.raises(Invalid):
        accept(member, token, password=password)
    assert accept(member, token)


@pytest.mark.parametrize("name", ["", "   ", "a\x00b", "x" * 121, "Log in at https://evil.example", "WWW.evil.example"])
def test_without_a_name_nobody_joins(database, name):
    member = owner_in()
    token = invite(member)
    with pytest.raises(Invalid):
        accept(member, token, name=name)
    assert accept(member, token)


# Pace


def test_who_was_taken_out_while_he_asked_invites_and_changes_nobody(database):
    owner = owner_in()
    carla = make_contributor(owner.app, boxes=["team", "menus"])
    davi = make_contributor(owner.app, boxes=["menus"])
    asked = make_member(carla)  # let in a moment before
    waiting = invitations.invite(asked, "eva@cantina.example", ["menus"], origin=ORIGIN, now=NOW)
    invitations.remove(carla, by=owner, now=NOW)
    for act in (
        partial(invite, asked),
        partial(invitations.resend, waiting, by=asked, origin=ORIGIN, now=NOW),
        partial(invitations.copy_link, waiting, by=asked, origin=ORIGIN, now=NOW),
        partial(invitations.begin_list, asked, "a@a.example", ["menus"], language="en", ends_on=None, now=NOW),
        partial(invitations.set_boxes, davi, ["menus"], by=asked, now=NOW),
        partial(invitations.set_contact, davi, language="en", notices=False, by=asked, now=NOW),
        partial(invitations.remove, davi, by=asked, now=NOW),
        partial(invitations.set_end, davi, date(2026, 12, 31), by=asked, now=NOW),
        partial(rights.set_box, davi, "menus", granted=False, by=asked, now=NOW),
    ):
        with pytest.raises(Forbidden):
            act()
    assert invitations.open_invitations(owner) == []
    assert rights.boxes_of(davi) == {"menus"}


def test_what_was_withdrawn_while_he_asked_he_can_not_give(database, monkeypatch):
    owner = owner_in()
    carla = make_contributor(owner.app, boxes=["team", "menus"])
    asked, pace = make_member(carla), invitations.actions.rights.stay

    def withdrawn_meanwhile(member):
        rights.set_box(carla, "menus", granted=False, by=owner, now=NOW)
        pace(member)

    monkeypatch.setattr(invitations.actions.rights, "stay", withdrawn_meanwhile)
    with pytest.raises(Forbidden):
        invite(asked)
    assert invitations.open_invitations(owner) == []


def test_an_address_gets_three_mails_an_hour_and_no_more_whoever_sends_them(database):
    member = owner_in()
    sibling = owner_in(make_app(make_client(member.agency)))
    invite(member)
    invite(sibling)
    invitation, _ = invitations.preview(member.agency, last_token(), now=NOW)
    invitations.resend(invitation, by=sibling, origin=ORIGIN, now=NOW)
    for act in (
        partial(invite, member),
        partial(invitations.resend, Invitation.get_by_id(invitation.id), by=sibling, origin=ORIGIN, now=NOW),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "too_many_mails"
    assert invite(owner_in()), "another agency does not notice"
    assert invite(member, now=NOW + timedelta(hours=1, seconds=1))


def test_resending_counts_every_time(database):
    member = owner_in()
    row = invitations.invite(member, EMAIL, ["menus"], origin=ORIGIN, now=NOW)
    for _ in range(2):
        invitations.resend(Invitation.get_by_id(row.id), by=member, origin=ORIGIN, now=NOW)
    with pytest.raises(Refused):
        invitations.resend(Invitation.get_by_id(row.id), by=member, origin=ORIGIN, now=NOW)


def test_a_mail_of_an_hour_ago_counts_no_more_whatever_went_after_it(database):
    member = owner_in()
    row = invitations.invite(member, EMAIL, ["menus"], origin=ORIGIN, now=NOW)
    for minutes in (0, 0, 60, 60, 60):
        moment = NOW + timedelta(minutes=minutes)
        invitations.resend(Invitation.get_by_id(row.id), by=member, origin=ORIGIN, now=moment)
    with pytest.raises(Refused):
        invitations.resend(Invitation.get_by_id(row.id), by=member, origin=ORIGIN, now=moment)


def test_many_people_can_be_invited_in_a_row(database):
    member = owner_in()
    for n in range(30):
        invite(member, f"person{n}@cantina.example")
    assert len(invitations.open_invitations(member)) == 30


def test_an_invitation_that_ran_out_is_noted_once(database):
    member = owner_in()
    invite(member)
    later = NOW + timedelta(days=7)
    assert [invitations.note_expired(now=moment) for moment in (NOW, later, later)] == [0, 1, 0]


def test_only_what_waited_runs_out_and_is_noted_once_by_many_at_once(database):
    member, later = owner_in(), NOW + timedelta(days=7)
    accept(member, invite(member))
    taken_back, *waiting = (
        invitations.invite(member, f"{name}@cantina.example", ["menus"], origin=ORIGIN, now=NOW) for name in "abc"
    )
    invitations.revoke(taken_back, by=member, now=NOW)
    assert sum(at_once(*[partial(invitations.note_expired, now=later)] * 4)) == 2
    noted = Invitation.select().where(Invitation.expired_at.is_null(False))
    assert {row.id for row in noted} == {row.id for row in waiting}


def test_a_new_invitation_takes_back_the_one_that_waits_and_no_other(database):
    member, later = owner_in(), NOW + timedelta(hours=2)
    _, contributor = accept(member, invite(member))
    invitations.remove(contributor, by=member, now=NOW)
    withdrawn = invitations.invite(member, EMAIL, ["menus"], origin=ORIGIN, now=NOW)
    for _ in range(2):
        invitations.revoke(withdrawn, by=member, now=NOW)
    assert AuditEntry.select().where(AuditEntry.action == "invitation.revoked").count() == 1
    invite(member, now=later)
    rows = list(Invitation.select().order_by(Invitation.created_at, Invitation.accepted_at.is_null()))
    assert [row.revoked_at for row in rows] == [None, NOW, None]
    assert rows[-1].language == member.client.language, "nothing else was asked for"


def test_a_link_that_runs_out_before_it_is_used_up_is_dead(database):
    member = owner_in()
    invitation, _ = invitations.preview(member.agency, invite(member), now=NOW)
    with pytest.raises(NotFound):
        invitations.accepting.use_up(invitation, invitation.expires_at)


def test_a_disabled_account_gets_no_password_by_a_link(database):
    member = owner_in()
    victim = passwordless(make_app(make_client(member.agency)))
    Person.update(disabled_at=NOW).where(Person.id == victim.id).execute()
    with pytest.raises(Invalid) as refusal:
        accept(member, invite(member))
    assert refusal.value.problems == {"password": ("password_wrong", {})}
    assert Person.get_by_id(victim.id).password_hash is None


def test_a_copied_link_is_slowed_down_where_there_is_no_account_too(database):
    member = owner_in()
    token = copy(member)
    for _ in range(10):
        with pytest.raises(Invalid):
            accept(member, token, password="short")
    with pytest.raises(accounts.TooManyAttempts):
        accept(member, token)


def test_who_became_a_member_meanwhile_gets_the_boxes_of_the_link_along(database):
    member = owner_in()
    token = invite(member)
    contributor = make_contributor(member.app, ["services"], email=EMAIL)
    assert accept(member, token, password=PASSWORD)[1] == contributor
    assert rights.boxes_of(contributor) == {"menus", "services"}


def test_everything_that_is_offered_may_be_given_at_once(database):
    member = owner_in()
    boxes = [box.key for section in rights.offered_sections(member.client) for box in section.boxes]
    invite(member, boxes=boxes)
    assert Invitation.get().boxes == boxes


def test_whom_a_provider_vouches_for_uses_his_own_link_alone(database):
    member = owner_in()
    sibling, third = (owner_in(make_app(make_client(member.agency))) for _ in range(2))
    token = invite(member)
    with pytest.raises(Refused) as other:
        by_identity(member, token, email="eva@cantina.example", named_email="eva@cantina.example")
    assert other.value.code == "sso_other_address"
    davi = by_identity(member, token, email=EMAIL, named_email=EMAIL, name="Davi")
    assert (davi.email, davi.password_hash) == (EMAIL, None)
    assert by_identity(sibling, invite(sibling)) == davi, "known there, he need not name an address"
    with pytest.raises(NotRecognised) as refusal:
        by_identity(member, invite(member, "eva@cantina.example"))
    assert refusal.value.reason == "other_person"
    Person.update(disabled_at=NOW).where(Person.id == davi.id).execute()
    with pytest.raises(NotRecognised) as refusal:
        by_identity(third, invite(third), email=EMAIL)
    assert refusal.value.reason == "disabled"


# At the same moment


def test_a_link_used_by_many_at_once_makes_one_person_and_one_membership(database):
    member = owner_in()
    token = invite(member)
    results = at_once(*[partial(accept, member, token)] * 8)
    assert len(errors(results)) == 7
    assert {type(error) for error in errors(results)} <= {NotFound, Invalid}
    assert Person.select().where(Person.email == EMAIL).count() == 1
    assert Contributor.select().where(Contributor.app == member.app).count() == 1


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_thousand_hands_make_one_person_of_each_link_and_no_link_is_both_revoked_and_used(database):
    """IN-13 and IN-14 at their full size."""
    member = owner_in()
    for n in range(50):
        token = invite(member, f"many{n}@cantina.example")
        assert len(errors(at_once(*[partial(accept, member, token)] * 20))) == 19
        assert Person.select().where(Person.email == f"many{n}@cantina.example").count() == 1
    assert Contributor.select().where(Contributor.app == member.app).count() == 50
    for n in range(100):
        race_accept_and_revoke(member, f"race{n}@cantina.example")


def test_two_links_of_one_person_used_at_once_make_one_account(database):
    app = make_app()
    sibling = make_app(make_client(app.agency))
    tokens = [invite(owner_in(app)), invite(owner_in(sibling))]
    results = at_once(*(partial(accept, owner_in(app), token) for token in tokens))
    assert not errors(results)
    assert Person.select().where(Person.email == EMAIL).count() == 1
    assert {row.app_id for row in Contributor.select()} == {app.id, sibling.id}


def test_a_link_is_never_both_revoked_and_used(database):
    member = owner_in()
    for n in range(8):
        race_accept_and_revoke(member, f"person{n}@cantina.example")


def race_accept_and_revoke(member, email):
    token = invite(member, email)
    invitation, _ = invitations.preview(member.agency, token, now=NOW)
    at_once(partial(accept, member, token), partial(invitations.revoke, invitation, by=member, now=NOW))
    row = Invitation.get_by_id(invitation.id)
    assert (row.accepted_at is None) != (row.revoked_at is None)
    assert (row.accepted_at is not None) == Person.select().where(Person.email == email).exists()
