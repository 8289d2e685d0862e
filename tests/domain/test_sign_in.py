"""Guessing, links, factors and sessions: what the rules of sign-in hold against."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial

import pyotp
import pytest

from portal.domain import accounts, sign_in, staffing
from portal.domain.accounts import PLATFORM, Person, SignIn, TooManyAttempts
from portal.domain.audit import SYSTEM, AuditEntry
from portal.domain.errors import DomainError, Invalid, NotFound, Refused
from portal.domain.outbox import Message
from portal.domain.sign_in import Entered, HalfIn, Site, Visitor
from portal.domain.sign_in.answers import transports_of
from portal.domain.sign_in.models import Authenticator, Begun, MailedLink, Passkey, RecoveryCode
from tests.domain.racing import at_once, errors
from tests.factories import NOW, PASSWORD, make_agency, make_contributor, make_staff

pytestmark = pytest.mark.usefixtures("database")

NEW = "quatro palavras sem parentesco"


def knock(person, password=PASSWORD, *, address="::1", known="", now=NOW):
    visitor = Visitor(address=address, browser="Test", known=known)
    return sign_in.by_password(person.house, person.email, password, visitor=visitor, now=now)


def refused(act):
    with pytest.raises(DomainError) as refusal:
        act()
    return type(refusal.value)


def news():
    letters = [row.payload for row in Message.select().order_by(Message.id) if "letter" in row.payload]
    return [letter["values"]["what"] for letter in letters if letter["letter"] == "sign_in_news"]


def reset_token(person, now=NOW):
    links = []
    sign_in.send_reset(
        person.house, person.email, link_to=lambda _p, token: links.append(token) or "http://x", may=_all, now=now
    )
    return links[0] if links else None


def with_app(person):
    """The secret of an app that the person has."""
    secret = pyotp.random_base32()
    Authenticator.create(person=person, secret=secret, created_at=NOW)
    return secret


def app_begun(person, token):
    """What a session began, with the code that finishes it."""
    session = accounts.session_of(token, person.house, now=NOW)
    row = sign_in.begun_authenticator(session, sign_in.begin_authenticator(session, seal=str, now=NOW), now=NOW)
    return session, row, pyotp.TOTP(row.secret).at(NOW)


def make_passkey(person, name="a2V5"):
    """A key that the person has; what it can sign is not asked."""
    return Passkey.create(
        person=person,
        credential_hash=accounts.digest(name),
        credential=name,
        public_key="a2V5",
        signs=0,
        host="aurora.localhost",
        name="Key",
        created_at=NOW,
    )


def _all(_person):
    return True


def test_an_account_under_attack_gives_strangers_one_try_and_known_browsers_all_of_theirs():
    person = make_contributor().person
    known = knock(person, address="198.51.100.1").known
    for n in range(30):
        assert refused(partial(knock, person, "wrong", address=f"192.0.2.{n}")) is Invalid
    assert Message.select().where(Message.topic == "sign_in.attacked").count() == 1
    assert refused(partial(knock, person, "wrong", address="203.0.113.7")) is Invalid
    assert refused(partial(knock, person, address="203.0.113.7")) is TooManyAttempts
    assert isinstance(knock(person, address="203.0.113.8"), Entered), "the owner at a new place has his one try"
    for _ in range(3):
        refused(partial(knock, person, "wrong", address="203.0.113.7", known=known))
    assert isinstance(knock(person, address="203.0.113.7", known=known), Entered)
    assert isinstance(knock(person, address="192.0.2.1", now=NOW + timedelta(minutes=16)), Entered)


def test_whose_account_is_attacked_is_told_and_strangers_accounts_are_nobodys():
    person = make_contributor().person
    sign_in.attacked(f"{person.house}|{person.email}", now=NOW)
    sign_in.attacked(f"{person.house}|nobody@client.example", now=NOW)
    assert news() == ["attacked"]


def test_a_new_browser_is_told_but_not_the_first_nor_a_known_one():
    person = make_contributor().person
    known = knock(person).known
    knock(person, known=known)
    assert news() == []
    knock(person)
    assert news() == ["new_browser"]


def test_a_browser_is_known_by_a_token_of_ours_and_a_stranger_again_after_a_reset_and_a_rescue():
    person = make_contributor().person
    assert knock(person, known="brought").known != "brought"
    known = knock(person).known
    sign_in.reset(person.house, reset_token(person), new=PASSWORD, may=_all, now=NOW)
    again = knock(person, known=known).known
    assert again != known
    sign_in.take_factors(person, by=SYSTEM, now=NOW)
    assert knock(person, known=again).known != again


def test_a_reset_link_is_kept_as_a_hash_and_used_once_by_many_at_once():
    person = make_contributor().person
    token = reset_token(person)
    assert token not in str(MailedLink.get().__data__)
    change = partial(sign_in.reset, person.house, token, new=NEW, may=_all, now=NOW)
    results = at_once(*[change] * 5)
    assert len(errors(results)) == 4 and {type(error) for error in errors(results)} == {NotFound}
    assert isinstance(knock(person, NEW), Entered)


def test_nobody_comes_in_by_a_password_that_was_renewed_meanwhile():
    person = make_contributor().person
    renew = lambda found: bool(sign_in.reset(found.house, reset_token(found), new=NEW, may=_all, now=NOW))  # noqa: E731
    late = partial(sign_in.by_password, person.house, person.email, PASSWORD, visitor=Visitor(), admits=renew, now=NOW)
    assert refused(late) is Invalid
    with_app(person)
    half = knock(person, NEW)
    assert sign_in.half_in(half.token, person.house, now=NOW)
    sign_in.end_everywhere(person, now=NOW)
    assert sign_in.half_in(half.token, person.house, now=NOW) is None
    half = knock(person, NEW)
    Person.update(password_hash="another").where(Person.id == person.id).execute()
    assert sign_in.half_in(half.token, person.house, now=NOW) is None


@pytest.mark.parametrize("because", ["password", "address", "disabled", "provider", "another house"])
def test_a_reset_link_is_dead_after(because):
    person = make_contributor().person
    token, house, may = reset_token(person), person.house, _all
    match because:
        case "password":
            session = accounts.session_of(knock(person).session, house, now=NOW)
            sign_in.change_password(session, current=PASSWORD, new=NEW, now=NOW)
        case "address":
            links = []
            keep = lambda _p, link: links.append(link) or "http://x"  # noqa: E731
            sign_in.send_address(house, person.email, "nova@client.example", link_to=keep, now=NOW)
            sign_in.confirm_address(house, links[0], now=NOW)
        case "disabled":
            Person.update(disabled_at=NOW).where(Person.id == person.id).execute()
        case "provider":
            may = lambda _person: False  # noqa: E731
        case _:
            house = str(make_agency().id)
    assert refused(partial(sign_in.reset, house, token, new=NEW, may=may, now=NOW)) is NotFound


def test_at_most_three_links_an_hour_go_to_one_person_and_none_to_the_disabled():
    person = make_contributor().person
    assert [reset_token(person) is not None for _ in range(4)] == [True, True, True, False]
    other = make_staff().person
    Person.update(disabled_at=NOW).where(Person.id == other.id).execute()
    assert reset_token(other) is None


def test_a_code_of_the_app_opens_once_even_for_many_at_once():
    person = make_contributor().person
    session = accounts.session_of(knock(person).session, person.house, now=NOW)
    row = sign_in.begun_authenticator(session, sign_in.begin_authenticator(session, seal=str, now=NOW), now=NOW)
    _address, secret = sign_in.address_for_app(row, issuer="Aurora", unseal=str)
    sign_in.add_authenticator(session, row, pyotp.TOTP(secret).at(NOW), unseal=str, now=NOW)
    soon = NOW + timedelta(minutes=1)
    halves = [knock(person, now=soon) for _ in range(4)]
    assert all(isinstance(half, HalfIn) for half in halves)
    rows = [sign_in.half_in(half.token, person.house, now=soon) for half in halves]
    code = pyotp.TOTP(secret).at(soon)
    finish = partial(sign_in.finish_by_code, code=code, unseal=str, visitor=Visitor(), now=soon)
    results = at_once(*[partial(finish, row) for row in rows])
    assert len(errors(results)) == 3
    assert sign_in.half_in(halves[0].token, PLATFORM, now=soon) is None
    assert sign_in.half_in(halves[0].token, person.house, now=soon + timedelta(minutes=11)) is None


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_opens_in_its_own_half_minute_and_those_beside_it(steps, opens):
    person = make_contributor().person
    code = pyotp.TOTP(with_app(person)).at(NOW + timedelta(seconds=30 * steps))
    if opens:
        assert isinstance(guess(person, code), Entered)
    assert refused(partial(guess, person, code)) is Invalid, "once at most"


def test_of_two_who_want_the_same_address_the_second_keeps_his_own():
    one = make_contributor()
    other = make_contributor(one.app).person
    links = []
    keep = lambda _p, link: links.append(link) or "http://x"  # noqa: E731
    for person in (one.person, other):
        sign_in.send_address(person.house, person.email, "nova@client.example", link_to=keep, now=NOW)
    sign_in.confirm_address(other.house, links[1], now=NOW)
    with pytest.raises(DomainError):
        sign_in.confirm_address(one.person.house, links[0], now=NOW)
    assert Person.get_by_id(one.person.id).email == one.person.email
    assert accounts.person_in(other.house, "nova@client.example") == other
    assert Person.select().where(Person.house == other.house).count() == 2


def test_only_the_session_that_set_a_factor_up_is_released():
    person = make_contributor().person
    session, owing, other = [accounts.start_session(person, person.house, owes_factor=n < 2, now=NOW) for n in range(3)]
    sign_in.add_authenticator(*app_begun(person, session), unseal=str, now=NOW)
    living = [accounts.session_of(token, person.house, now=NOW) for token in (session, owing, other)]
    assert living[0].owes_factor_since is None and living[1] is None and living[2]


def test_several_apps_at_once_are_one_and_the_codes_go_with_the_last_factor():
    person = make_contributor().person
    session = accounts.start_session(person, person.house, now=NOW)
    acts = [partial(sign_in.add_authenticator, *app_begun(person, session), unseal=str, now=NOW) for _ in range(4)]
    assert {type(error) for error in errors(at_once(*acts))} <= {NotFound}
    make_passkey(person)
    sign_in.make_codes(person, now=NOW)
    sign_in.remove_authenticator(person, now=NOW)
    assert sign_in.codes_left(person) == 10
    sign_in.remove_passkey(person, sign_in.passkeys_of(person)[0].id, now=NOW)
    assert sign_in.codes_left(person) == 0


def guess(person, code="000000", *, known="", address="::1", now=NOW):
    half = knock(person, address="203.0.113.99", now=now)
    row = sign_in.half_in(half.token, person.house, now=now)
    return sign_in.finish_by_code(row, code, unseal=str, visitor=Visitor(address=address, known=known), now=now)


def test_codes_are_guessed_in_vain_from_many_addresses_and_the_person_hears_of_it():
    person = make_contributor().person
    known = knock(person).known
    secret = with_app(person)
    for n in range(20):
        assert refused(partial(guess, person, address=f"192.0.2.{n}")) is Invalid
    right = partial(guess, person, pyotp.TOTP(secret).at(NOW), address="203.0.113.7")
    assert refused(right) is TooManyAttempts
    assert isinstance(right(known=known), Entered)
    assert news().count("factor_guessed") == 1


def test_guesses_at_once_are_no_more_than_guesses_in_a_row():
    person = make_contributor().person
    with_app(person)
    wrong = [partial(knock, person, "wrong", address="192.0.2.1")] * 16
    assert sum(type(error) is Invalid for error in errors(at_once(*wrong))) == 10
    row = sign_in.half_in(knock(person).token, person.house, now=NOW)
    finish = partial(sign_in.finish_by_code, row, "000000", unseal=str, visitor=Visitor(address="192.0.2.2"), now=NOW)
    assert sum(type(error) is Invalid for error in errors(at_once(*[finish] * 8))) == 5


def test_a_network_of_networks_counts_as_one():
    for n in range(200):
        assert not accounts.proves(None, "x", account=f"a{n}", address=f"2001:db8:1:{n:x}::1", now=NOW)
    with pytest.raises(TooManyAttempts):
        accounts.proves(None, "x", account="b", address="2001:db8:1:ffff::1", now=NOW)


def test_who_runs_the_installation_takes_no_place_on_a_staff():
    owner, operator = make_staff(), accounts.add_operator("op@platform.example", password=PASSWORD, now=NOW)
    row = staffing.invite(owner, operator.email, staffing.Place("billing"), origin="http://p", now=NOW)
    link = staffing.resend(row, by=owner, origin="", mail=False, now=NOW).rsplit("/", 1)[1]
    assert refused(partial(staffing.accept, link, name="Op", password=PASSWORD, now=NOW)) is Refused


def test_recovery_codes_are_kept_as_hashes_and_are_nobody_elses():
    one, other = make_contributor().person, make_contributor().person
    codes = sign_in.make_codes(one, now=NOW)
    assert not [code for code in codes if any(code in str(row.__data__) for row in RecoveryCode.select())]
    assert sign_in.are_codes_of(one, codes)
    assert not sign_in.are_codes_of(other, codes)


STRANGE = (
    "[" * 20_000,
    '{"id": "\\ud800"}',
    '{"id": {}}',
    '"id"',
    '{"id": "x", "response": []}',
    '{"id": 1}',
    "\ud800",
)


def test_what_anybody_may_ask_for_does_not_grow_without_end():
    for n in range(31):
        sign_in.want_reset(PLATFORM, f"x{n}@nowhere.example", address="192.0.2.1", now=NOW)
    assert Message.select().where(Message.topic == "sign_in.reset_wanted").count() == 30
    site = Site("aurora.localhost", "http://aurora.localhost:8000", "Aurora")
    for _ in range(201):
        assert all(sign_in.ask_passkey(PLATFORM, site, address="192.0.2.1", now=NOW))
    assert Begun.select().count() == 200


def test_a_passkey_that_nobody_has_opens_nothing():
    person = make_contributor().person
    site = Site("aurora.localhost", "http://aurora.localhost:8000", "Aurora")
    for answer in ("", "{}", "[]", '{"id": "x"}', "x" * 50_000, *STRANGE):
        token, _question = sign_in.ask_passkey(person.house, site, now=NOW)
        act = partial(sign_in.by_passkey, token, answer, person.house, site, visitor=Visitor(), now=NOW)
        assert refused(act) is Invalid
        assert refused(act) is Invalid, "a question is answered once"


def test_whatever_a_device_says_of_itself_is_read_with_care():
    key = make_passkey(make_contributor().person)
    site = Site("aurora.localhost", "http://aurora.localhost:8000", "Aurora")
    for said in ({"rawId": "x"}, {"response": "x"}, {"response": {"clientDataJSON": [[]]}}, {}):
        answer = json.dumps({"id": key.credential, **said})
        token, _question = sign_in.ask_passkey(key.person.house, site, now=NOW)
        act = partial(sign_in.by_passkey, token, answer, key.person.house, site, visitor=Visitor(), now=NOW)
        assert refused(act) is Invalid
    for said in ("usb", {"usb": 1}, [{"usb": 1}, 7, None]):
        assert transports_of({"response": {"transports": said}}) == []
    assert transports_of({"response": {"transports": ["usb"] * 20}}) == ["usb"] * 8


def test_whoever_ends_a_session_is_written_down():
    """SE-14: one of his own, all of his own, and those of somebody that he looks after."""
    owner, person = make_staff(), make_staff().person
    one = accounts.session_of(knock(person).session, person.house, now=NOW)
    knock(person)
    sign_in.end_one(person, one.id, now=NOW)
    sign_in.end_everywhere(person, now=NOW)
    sign_in.end_everywhere(person, by=owner.actor, now=NOW)
    ended = ("session.ended", "sessions.ended")
    rows = AuditEntry.select().where(AuditEntry.action.in_(ended)).order_by(AuditEntry.id)
    assert [(row.action, row.actor_id, row.subject) for row in rows] == [
        ("session.ended", person.id, person.email),
        ("sessions.ended", person.id, person.email),
        ("sessions.ended", owner.person.id, person.email),
    ]
    assert not SignIn.select().where((SignIn.person == person) & SignIn.ended_at.is_null()).exists()


def test_a_session_that_rests_too_long_is_over():
    person = make_contributor().person
    token = knock(person).session
    assert accounts.session_of(token, person.house, seen=False, now=NOW + timedelta(hours=7, minutes=59))
    assert accounts.session_of(token, person.house, seen=False, now=NOW + timedelta(hours=8, minutes=1)) is None
    Person.update(is_operator=True).where(Person.id == person.id).execute()
    token = knock(person).session
    assert accounts.session_of(token, person.house, now=NOW + timedelta(minutes=29))
    assert accounts.session_of(token, person.house, now=NOW + timedelta(minutes=60)) is None
