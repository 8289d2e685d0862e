"""People and machines: who they are, how they prove it, and what ends it at once."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from portal.domain import accounts
from portal.domain.accounts import PLATFORM, Person, Role, StaffMembership, TooManyAttempts, passwords, throttle
from portal.domain.accounts.models import Attempts, HandOver, SignIn, StaffAssignment
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound
from portal.domain.sign_in import Visitor, by_password, change_password
from tests.domain.racing import at_once, errors
from tests.factories import (
    NOW,
    PASSWORD,
    TESTER,
    make_agency,
    make_app,
    make_client,
    make_contributor,
    make_member,
    make_staff,
)

pytestmark = pytest.mark.usefixtures("database")


def sign_in(person, password=PASSWORD, *, address="::1", now=NOW, email=None, house=None):
    visitor = Visitor(address=address)
    return by_password(house or person.house, email or person.email, password, visitor=visitor, now=now).session


def refused(act):
    with pytest.raises(Invalid) as refusal:
        act()
    return refusal.value.problems


def test_the_right_password_opens_a_session_at_that_house_alone():
    person = make_contributor().person
    token = sign_in(person, email=f"  {person.email.upper()} ")
    assert accounts.session_of(token, person.house, now=NOW).person == person
    assert accounts.session_of(token, PLATFORM, now=NOW) is None
    assert accounts.session_of(token + "x", person.house, now=NOW) is None
    assert token not in str(SignIn.get().__data__)


def test_whatever_is_wrong_the_answer_is_the_same():
    person, disabled = make_contributor().person, make_contributor().person
    Person.update(disabled_at=NOW).where(Person.id == disabled.id).execute()
    said = [
        refused(partial(sign_in, person, "wrong")),
        refused(partial(sign_in, disabled)),
        refused(partial(sign_in, person, email="nobody@client.example")),
        refused(partial(sign_in, person, email="a\x00b")),
        refused(partial(sign_in, person, "x" * 10_000)),
        refused(partial(sign_in, person, house=PLATFORM)),
    ]
    assert all(problems == {"password": ("sign_in_wrong", {})} for problems in said)


def test_a_password_is_compared_as_long_with_nobodys_as_with_somebodys():
    hasher = PasswordHasher()
    nobodys = passwords._of_nobody(hasher)
    assert extract_parameters(nobodys) == extract_parameters(hasher.hash(PASSWORD))
    with pytest.raises(VerifyMismatchError):
        hasher.verify(nobodys, PASSWORD)
    assert nobodys != passwords._of_nobody(hasher)
    assert not accounts.matches(None, PASSWORD)


def test_guessing_is_stopped_for_a_while_and_only_where_it_comes_from():
    person = make_contributor().person
    for _ in range(10):
        refused(partial(sign_in, person, "wrong"))
    with pytest.raises(TooManyAttempts) as refusal:
        sign_in(person)
    assert 0 < refusal.value.values["seconds"] <= 900
    assert sign_in(person, address="2001:db8::7"), "the owner elsewhere is not kept out"
    assert sign_in(person, now=NOW + timedelta(minutes=15, seconds=1))


def test_an_address_that_guesses_at_many_accounts_is_stopped():
    person = make_contributor().person
    for n in range(50):
        refused(partial(sign_in, person, "wrong", email=f"guess{n}@client.example"))
    with pytest.raises(TooManyAttempts):
        sign_in(person)


@pytest.mark.parametrize(
    ("first", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
    ],
)
def test_whoever_has_a_whole_network_of_ipv6_is_one_guesser(first, other, same):
    person = make_contributor().person
    for _ in range(10):
        refused(partial(sign_in, person, "wrong", address=first))
    if same:
        with pytest.raises(TooManyAttempts):
            sign_in(person, address=other)
    else:
        assert sign_in(person, address=other)


@pytest.mark.parametrize("password", ["4@8({[</369&!1|0$5+7%2" * 11, "1!|7$5aeiost" * 20])
def test_no_password_takes_long_to_judge(password):
    began = time.process_time()
    with suppress(Invalid):
        accounts.check_strength(password, known=["carla@cantina.example", "Carla"])
    assert time.process_time() - began < 2


@pytest.mark.parametrize("password", ["p@$$w0rd", "p4ssw0rd1", "pa$$w0rd!1", "12345678901234567890", "carla1234"])
def test_words_in_disguise_are_known(password):
    assert "password" in refused(partial(accounts.check_strength, password, known=["carla@cantina.example", "Carla"]))


def test_a_password_that_everybody_takes_is_refused():
    often = [word for word in FREQUENCY_LISTS["passwords"][:3000] if len(word) >= passwords.SHORTEST]
    assert len(often) > 300
    taken = [word for word in often if accounts.grade(word, known=[]) != 1]
    assert taken == []


@pytest.mark.parametrize("length", [8, 64, 128, 256])
def test_a_password_counts_to_its_last_sign(length):
    password = ("corda de violão 🎸 " * 20)[: length - 1] + "7"
    accounts.check_strength(password, known=[])
    hashed = accounts.hash_password(password)
    assert accounts.matches(hashed, password)
    assert not accounts.matches(hashed, password[:-1] + "8") and not accounts.matches(hashed, password[:-1])


@pytest.mark.parametrize("password", ["corda 7", "x" * 1_000_000, "corda de\x00 violão", "corda de violão" * 18])
def test_a_password_of_an_odd_length_is_refused_without_work(password, monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", None)
    monkeypatch.setattr(passwords, "zxcvbn", None)
    assert "password" in refused(partial(accounts.check_strength, password, known=[]))
    monkeypatch.setattr(throttle, "attempt", lambda *_given, **_named: 1)
    if len(password) > passwords.LONGEST:
        assert not accounts.proves(None, password, account="a", address="b", now=NOW)


def test_an_old_hash_is_made_anew_by_the_next_sign_in(monkeypatch):
    person = make_contributor().person
    before = person.password_hash
    dearer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", dearer)
    refused(partial(sign_in, person, "wrong"))
    assert Person.get_by_id(person.id).password_hash == before, "by the right password alone"
    assert sign_in(person)
    after = Person.get_by_id(person.id).password_hash
    assert after.startswith("$argon2id$") and not dearer.check_needs_rehash(after) and sign_in(person)
    assert extract_parameters(before) != extract_parameters(after)


def test_failures_at_once_are_all_counted():
    person = make_contributor().person
    results = at_once(*[partial(sign_in, person, "wrong")] * 12)
    assert {type(error) for error in errors(results)} <= {Invalid, TooManyAttempts}
    with pytest.raises(TooManyAttempts):
        sign_in(person)


def test_the_present_password_can_not_be_guessed_from_a_stolen_session():
    person = make_contributor().person
    session = accounts.session_of(sign_in(person), person.house, now=NOW)
    change = partial(change_password, session, new="quatro palavras sem parentesco", now=NOW)
    for _ in range(10):
        assert "current" in refused(partial(change, current="wrong"))
    with pytest.raises(TooManyAttempts):
        change(current=PASSWORD)


def test_another_password_ends_every_other_session():
    person = make_contributor().person
    here, there = sign_in(person), sign_in(person)
    session = accounts.session_of(here, person.house, now=NOW)
    change_password(session, current=PASSWORD, new="quatro palavras sem parentesco", now=NOW)
    assert accounts.session_of(here, person.house, now=NOW)
    assert accounts.session_of(there, person.house, now=NOW) is None
    refused(partial(sign_in, person))


@pytest.mark.parametrize("over", ["signed out", "everywhere", "too old", "disabled"])
def test_a_session_that_is_over_is_over_at_once(over):
    person = make_contributor().person
    token, now = sign_in(person), NOW
    match over:
        case "signed out":
            accounts.end_session(accounts.session_of(token, person.house, now=NOW), now=NOW)
        case "everywhere":
            accounts.end_all_sessions(person, now=NOW)
        case "too old":
            now = NOW + timedelta(hours=20)
        case "disabled":
            Person.update(disabled_at=NOW).where(Person.id == person.id).execute()
    assert accounts.session_of(token, person.house, now=now) is None


def test_one_address_is_one_person_a_house_and_another_elsewhere():
    here, there = make_contributor(email="helen@x.example").person, make_contributor(email="helen@x.example").person
    assert here.id != there.id
    with pytest.raises(Conflict):
        accounts.register(here.house, " HELEN@x.example", name="Helen", language="en", now=NOW)


def test_one_address_registered_at_once_makes_one_person():
    act = partial(accounts.register, PLATFORM, "a@b.example", name="A", language="en", now=NOW)
    results = at_once(*[act] * 5)
    assert [type(error) for error in errors(results)] == [Conflict] * 4


# From the dashboard into a back office


def hand_over(staff, app, now=NOW):
    return accounts.begin_hand_over(staff, app, now=now)


def take(token, agency, now=NOW):
    return accounts.take_hand_over(token, agency, now=now)


def test_a_hand_over_opens_the_one_app_once():
    app = make_app()
    ana = make_staff(Role.OWNER, app.agency)
    token = hand_over(ana, app)
    session, entered = take(token, app.agency)
    row = accounts.session_of(session, str(app.agency.id), now=NOW)
    assert (entered, row.entered_app, row.person) == (app, app, ana.person)
    with pytest.raises(NotFound):
        take(token, app.agency)
    assert token not in str(HandOver.get().__data__)


def test_a_hand_over_lives_half_a_minute():
    app = make_app()
    ana = make_staff(Role.OWNER, app.agency)
    tokens = [hand_over(ana, app) for _ in range(2)]
    with pytest.raises(NotFound):
        take(tokens[0], app.agency, NOW + timedelta(seconds=30))
    assert take(tokens[1], app.agency, NOW + timedelta(seconds=29))


def test_a_hand_over_used_at_once_opens_one_session():
    app = make_app()
    token = hand_over(make_staff(Role.OWNER, app.agency), app)
    results = at_once(*[partial(take, token, app.agency)] * 6)
    assert [type(error) for error in errors(results)] == [NotFound] * 5
    assert SignIn.select().count() == 1


@pytest.mark.parametrize("void", ["other host", "left", "disabled", "no longer assigned", "billing by now"])
def test_a_hand_over_of_somebody_who_may_not_any_more_is_void(void):
    app = make_app()
    bruno = make_staff(Role.MANAGER, clients=[app.client])
    token, agency = hand_over(bruno, app), app.agency
    match void:
        case "other host":
            agency = make_agency()
        case "left":
            StaffMembership.update(ended_at=NOW).execute()
        case "disabled":
            Person.update(disabled_at=NOW).execute()
        case "no longer assigned":
            StaffAssignment.delete().execute()
        case "billing by now":
            StaffMembership.update(role=Role.BILLING.value).execute()
    with pytest.raises(NotFound):
        take(token, agency)
    assert not SignIn.select().exists()


# What staff and colleagues see


def test_a_manager_sees_his_clients_and_others_do_not_exist_for_him():
    mine = make_client()
    sibling, foreign = make_client(mine.agency), make_client()
    bruno, ana = make_staff(Role.MANAGER, clients=[mine]), make_staff(Role.OWNER, mine.agency)
    assert accounts.clients_of_staff(bruno) == [mine]
    assert set(accounts.clients_of_staff(ana)) == {mine, sibling}
    for client in (sibling, foreign):
        with pytest.raises(NotFound):
            accounts.client_of(bruno, client.id)
    assert accounts.client_of(ana, sibling.id) == sibling
    with pytest.raises(NotFound):
        accounts.client_of(ana, foreign.id)


def test_colleagues_are_those_of_the_same_back_office():
    app = make_app()
    member, colleague = make_member(make_contributor(app)), make_contributor(app)
    sibling = make_contributor(make_app(make_client(app.agency)))
    gone = make_contributor(app)
    accounts.end_contributor(gone, by=TESTER, now=NOW)
    assert accounts.colleague_of(member, colleague.id) == colleague
    for other in (sibling, gone, make_contributor()):
        with pytest.raises(NotFound):
            accounts.colleague_of(member, other.id)


def test_the_owners_row_is_there_to_be_seen_not_touched():
    app = make_app()
    ana = make_staff(Role.OWNER, app.agency)
    for asker in (make_member(make_contributor(app)), make_member(ana, app)):
        with pytest.raises(Forbidden) as refusal:
            accounts.colleague_of(asker, ana.person.id)
        assert refusal.value.code == "owner_untouchable"


# Machines


def test_a_machine_shows_its_secret_once_and_gets_a_token_of_its_scopes():
    agency = make_agency()
    row, secret = accounts.create_credential(agency, scopes=["usage:write"], by=TESTER, now=NOW)
    assert secret not in str(row.__data__)
    assert accounts.verify_credential(row.client_id, secret) == row
    assert accounts.verify_credential(row.client_id, secret + "x") is None
    assert accounts.verify_credential("nobody", secret) is None
    token, life = accounts.issue_access_token(row, ["usage:write", "clients:read"], now=NOW)
    machine = accounts.machine_of_token(token, now=NOW)
    assert (machine.agency, machine.scopes, life) == (agency, {"usage:write"}, 3600)
    assert accounts.machine_of_token(token, now=NOW + timedelta(hours=1)) is None


def test_a_revoked_credential_ends_with_its_tokens_at_once():
    agency = make_agency()
    row, secret = accounts.create_credential(agency, scopes=["usage:write"], by=TESTER, now=NOW)
    token, _ = accounts.issue_access_token(row, ["usage:write"], now=NOW)
    with pytest.raises(NotFound):
        accounts.revoke_credential(make_agency(), row.id, by=TESTER, now=NOW)
    accounts.revoke_credential(agency, row.id, by=TESTER, now=NOW)
    assert accounts.machine_of_token(token, now=NOW) is None
    assert accounts.verify_credential(row.client_id, secret) is None


@pytest.mark.parametrize("scopes", [[], ["everything"], ["usage:write", "usage:*"]])
def test_a_machine_gets_known_scopes_only(scopes):
    with pytest.raises(Invalid):
        accounts.create_credential(make_agency(), scopes=scopes, by=TESTER, now=NOW)


def test_guesses_that_slow_nobody_down_any_more_are_swept_out(database):
    throttle.attempt("h|old@x.example", "192.0.2.1", now=NOW)
    throttle.attempt("h|new@x.example", "192.0.2.2", now=NOW + timedelta(minutes=59))
    kept = Attempts.select().count()
    assert accounts.forget_attempts(now=NOW + timedelta(minutes=59)) == 0
    assert accounts.forget_attempts(now=NOW + timedelta(minutes=61)) == kept // 2 == Attempts.select().count()
    assert "old@x.example" not in str([row.key for row in Attempts.select()])
    assert throttle.attempt("h|new@x.example", "192.0.2.2", now=NOW + timedelta(minutes=61)) == 2
