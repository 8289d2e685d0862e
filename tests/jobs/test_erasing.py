"""A person of a client erased at the command line: nothing of him is left, and the trail holds (LG-09)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest

from portal import db
from portal.domain import accounts, audit, invitations, mail, outbox, publishing, requests, rights, sign_in, support
from portal.domain.accounts import Contributor, Person
from portal.domain.audit import Actor, AuditEntry
from portal.domain.invitations.models import Invitation
from portal.domain.outbox import Message
from portal.domain.publishing.models import Publication
from portal.domain.rights import Offer
from portal.domain.rights.models import Right
from portal.domain.sign_in import MailedLink
from tests.factories import (
    NOW,
    TESTER,
    change_settings,
    make_agency,
    make_app,
    make_client,
    make_contributor,
    make_member,
    make_staff,
)

EMAIL, NAME = "canary-carla@cantina.example", "Canary Carla"
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def carla(database):
    """Somebody who did a little of everything."""
    app = make_app(make_client(make_agency("aurora", "Aurora"), "Cantina"))
    boss = make_member(make_staff(agency=app.agency), app)
    given = {"language": "pt-BR", "origin": "http://aurora.localhost:8000", "now": NOW}
    invitations.invite(boss, EMAIL, ["menus"], **given)
    invitations.begin_list(boss, f"{NAME} <{EMAIL}>\nb@x.example", [], language="en", ends_on=None, now=NOW)
    boxes = ["menus", "team", "services", "support"]
    carla = make_member(make_contributor(app, boxes, email=EMAIL, name=NAME))
    rights.lock(app.client, "services", Offer("Ask", 100, None), by=TESTER, now=NOW)
    invitations.invite(carla, "davi@cantina.example", ["menus"], **given)
    requests.ask(carla, "services", text=f"{NAME} asks", link="http://localhost/", now=NOW)
    publishing.add_category(app, "Entradas", by=carla.actor, now=NOW)
    accounts.start_session(carla.person, carla.person.house, address="192.0.2.77", browser=NAME, now=NOW)
    audit.seal()
    return carla


@pytest.fixture
def erase(app):
    return lambda *, email=EMAIL: app.test_cli_runner().invoke(
        args=["portal", "erase-person", "--agency", "aurora", email], input="y\n"
    )


def kept(*canaries):
    """In which tables one of the words stands, whatever its case."""
    found = set()
    for table in db.database.get_tables():
        for row in db.database.execute_sql(f'SELECT * FROM "{table}"').fetchall():
            if any(word.casefold() in str(row).casefold() for word in canaries):
                found.add(table)
    return found


def test_nothing_of_the_person_is_left_and_what_was_done_stays(carla, erase, work, mailserver):
    assert kept("canary") > {"person", "audit_entry", "invitation", "request", "invitation_line"}
    assert erase().exit_code == 1, "who still has a place is removed first"
    accounts.end_contributor(carla.contributor, by=TESTER, now=NOW)
    work()
    done = erase()
    assert done.exit_code == 0 and "Erased." in done.output, done.output
    work()
    assert kept("canary", "192.0.2.77") == set()
    assert AuditEntry.select().where(AuditEntry.actor_id == carla.person.id, AuditEntry.actor_name == "").count() > 2
    audit.seal()
    assert audit.verify(carla.agency.id).wrong == ""
    assert "Nobody at Aurora" in erase().output


def test_it_is_asked_about_first(carla, app):
    accounts.end_contributor(carla.contributor, by=TESTER, now=NOW)
    asked = app.test_cli_runner().invoke(args=["portal", "erase-person", "--agency", "aurora", EMAIL], input="n\n")
    assert asked.exit_code == 1 and kept("canary")


def words_of(agency):
    """What the trail of an agency says, of each entry."""
    audit.seal()
    entries = AuditEntry.select().where(AuditEntry.agency_id == agency.id).order_by(AuditEntry.number)
    return {entry.id: (entry.actor_name, entry.subject, entry.details) for entry in entries}


def gone(carla, email, erase):
    """Somebody's membership ends and he is erased; entries whose words are other ones after it."""
    person = accounts.person_in(str(carla.agency.id), email)
    for row in Contributor.select().where(Contributor.person == person):
        accounts.end_contributor(row, by=TESTER, now=LATER)
    before = words_of(carla.agency)
    assert "Erased." in erase(email=email).output
    after = words_of(carla.agency)
    assert audit.verify(carla.agency.id).wrong == ""
    return {key: (before[key], after[key]) for key in before if before[key] != after[key]}


@pytest.mark.parametrize("name", ["e", EMAIL, NAME, "menus", "team"])
def test_a_name_that_somebody_chose_empties_nobody_elses_entries(carla, erase, name):
    evil = make_contributor(carla.app, ["menus", "team"], email="evil@x.example", name=name)
    boss = make_member(make_staff(agency=carla.agency), carla.app)
    rights.set_box(carla.contributor, "team", granted=False, by=boss, now=NOW)
    rights.set_box(make_contributor(carla.app, []), "menus", granted=True, by=make_member(evil), now=NOW)
    lost = gone(carla, "evil@x.example", erase)
    assert lost and all("evil@x.example" in before or before[0] == name for before, _after in lost.values())
    assert all(before[2] == after[2] for before, after in lost.values()), "not even what he himself did"
    assert all(before[1] == after[1] for before, after in lost.values() if before[1] != "evil@x.example")


def test_of_details_only_the_word_goes_and_the_rest_is_kept_with_the_erasing(carla, erase):
    told = {"to": ["davi@cantina.example", EMAIL.upper()], "about": f"{EMAIL}.br", "boxes": ["menus"]}
    with db.transaction():
        audit.record("staff.assigned", by=TESTER, now=NOW, agency_id=carla.agency.id, subject="x", told=told)
    asked = AuditEntry.get(AuditEntry.action == "request.created")
    lost = gone(carla, EMAIL, erase)
    kept = AuditEntry.get(AuditEntry.action == "person.erased").details["kept"]
    entry = next(key for key, (before, _after) in lost.items() if "told" in before[2])
    assert kept[str(entry)]["told"] == {**told, "to": ["davi@cantina.example", ""]}
    assert kept[str(asked.id)] == {**asked.details, "asked_by": ""}
    assert len(kept) == 2, "and no other entry lost a detail"


def test_a_namesake_keeps_what_he_gave_and_published(carla, erase):
    twin = make_member(make_contributor(carla.app, ["menus", "team"], email="twin@x.example", name=NAME))
    theirs = []
    for who, at, name in ((carla, NOW, ""), (twin, LATER, NAME)):
        colleague = make_contributor(carla.app, [])
        rights.set_box(colleague, "menus", granted=True, by=who, now=at)
        newest = make_contributor(make_app(carla.client, f"Of {at}")).person
        added = accounts.add_contributor(carla.app, newest, by=who.actor, now=at)
        publishing.add_category(carla.app, f"Of {at}", by=who.actor, now=at)
        theirs.append((colleague, added, publishing.publish_menus(carla.app, by=who.actor, now=at), name))
    Person.update(name="Renamed").where(Person.id == carla.person.id).execute()
    gone(carla, EMAIL, erase)
    for colleague, added, published, name in theirs:
        assert {row.given_by for row in Right.select().where(Right.contributor == colleague)} == {name}
        assert Publication.get_by_id(published.id).published_by == name
        assert Contributor.get_by_id(added.id).invited_by == name


def test_boxes_that_came_with_his_invitation_lose_his_name(carla, erase):
    invited = Invitation.get(Invitation.inviter_id == carla.person.id)
    davi = make_contributor(carla.app, [], email=invited.email)
    by = Actor("contributor", NAME, carla.person.id)
    rights.give_boxes(davi, ["menus"], by=by, now=LATER)
    Invitation.update(accepted_at=LATER, contributor=davi).where(Invitation.id == invited.id).execute()
    gone(carla, EMAIL, erase)
    assert {row.given_by for row in Right.select().where(Right.contributor == davi)} == {""}


def test_letters_about_him_say_nothing_of_him_whether_they_wait_or_were_set_aside(carla, erase):
    operator = accounts.register(accounts.PLATFORM, "op@x.example", name="Op", language="en", agency=None, now=NOW)
    Person.update(is_operator=True).where(Person.id == operator.id).execute()
    change_settings(carla.client, direct_support=True)
    support.write(carla, f"{NAME} here", f"I am {NAME}", now=NOW)
    for row in list(Message.select().where(Message.topic == "mail.send"))[::2]:
        outbox.fail(row, "no", now=NOW, final=True)
    wanted = {"house": carla.person.house, "email": EMAIL}
    with db.transaction():
        outbox.put("sign_in.reset_wanted", key="reset:x", now=NOW, **wanted)
    gone(carla, EMAIL, erase)
    assert kept("canary") == set()
    left = {row.payload["letter"]: row.payload["values"] for row in Message.select() if "letter" in row.payload}
    assert left["invitation"]["inviter"] == left["request_created"]["person"] == "Cantina"
    assert "support_written" not in left


def test_another_agencys_letters_to_the_address_stay(carla, erase):
    long = f"canary-{'l' * 50}@{'d' * 60}.example"
    make_contributor(carla.app, [], email=long)
    other = make_agency("bravo", "Bravo")
    for agency in (carla.agency, other, None):
        for to in (EMAIL, long, f"x:{EMAIL}"):
            values = {"name": "", "language": "en", "agency_id": agency and agency.id, "now": NOW, "server": "s"}
            for key in ("waits", "sent"):
                with db.transaction():
                    mail.post("sender_test", to=to, key=f"{agency and agency.slug}{key}", **values)
    for row in Message.select().where(Message.key.contains("sent:")):
        outbox.finish(row, now=NOW)
    gone(carla, EMAIL, erase)
    gone(carla, long, erase)
    left = Counter(row.key.split(":")[2] for row in Message.select().where(Message.key.startswith("mail:sender_test")))
    assert left == {"bravowaits": 3, "bravosent": 3, "Nonewaits": 3, "Nonesent": 3, "aurorawaits": 1}


def test_letters_to_an_address_that_was_never_confirmed_are_gone_and_anothers_stay(carla, erase):
    wanted, twin = "canary-new@x.example", make_contributor(carla.app, [], email="twin@x.example").person
    for person in (carla.person, carla.person, twin):
        sign_in.send_address(
            person.house, person.email, wanted, link_to=lambda _, token: f"http://a/{token}", now=LATER
        )
    letters = list(Message.select().where(Message.key.endswith(wanted)).order_by(Message.id))
    outbox.finish(letters[0], now=LATER)
    gone(carla, EMAIL, erase)
    left = [row.id for row in Message.select() if wanted in row.key or wanted in str(row.payload)]
    assert len(letters) == 3 and left == [letters[2].id]
    assert {row.person_id for row in MailedLink.select()} == {twin.id}


FIRST, LAST = "canary-first@x.example", "canary-last@x.example"


@pytest.fixture
def moved(carla, work, mailserver):
    """Somebody invited from a pasted list, who then signed in with two other addresses."""
    boss, homes = make_member(make_staff(agency=carla.agency), carla.app), SimpleNamespace(home_of=lambda _: "http://a")
    pasted = f"Canary Yara <{FIRST}>\nb@x.example"
    batch = invitations.begin_list(boss, pasted, ["menus"], language="en", ends_on=None, now=NOW)
    invitations.confirm_list(batch, now=NOW)
    invitations.list_work(batch.id, homes=homes, life=timedelta(days=7), now=NOW)
    letter = next(row for row in Message.select() if row.payload.get("to") == FIRST)
    token = letter.payload["values"]["link"].rpartition("/")[2]
    yara, _ = invitations.accept(carla.agency, token, name="Canary Yara", password="xk29-Lantern-Quiet-77", now=NOW)
    move(yara, "canary-second@x.example")
    move(yara, LAST)
    work()
    return yara


def move(person, new):
    """The person signs in with another address."""
    tokens = []
    old = Person.get_by_id(person.id).email
    sign_in.send_address(person.house, old, new, link_to=lambda _, token: tokens.append(token) or "http://a", now=NOW)
    sign_in.confirm_address(person.house, tokens[0], now=NOW)


def test_nothing_is_left_of_addresses_that_were_changed_nor_in_what_is_kept_of_emptied_entries(carla, moved, erase):
    gone(carla, EMAIL, erase)
    assert kept(FIRST, "canary-second") > {"invitation", "invitation_list", "invitation_line", "audit_entry"}
    gone(carla, LAST, erase)
    assert kept("canary") == set()
    changes = list(audit.every(audit.Question(carla.agency.id, actions=["person.email_changed"]), most=9))
    assert [entry.details for entry in changes] == [{"old": "", "new": ""}] * 2


def test_an_earlier_address_that_is_somebody_elses_by_now_stays_his(carla, moved, erase):
    heir = make_contributor(carla.app, ["menus"], email=FIRST)
    rights.set_box(heir, "team", granted=True, by=make_member(make_staff(agency=carla.agency), carla.app), now=LATER)
    gone(carla, LAST, erase)
    assert AuditEntry.select().where((AuditEntry.subject == FIRST) & (AuditEntry.action == "right.granted")).exists()
    assert kept("canary-second", LAST, "Canary Yara") == set()
    assert not Invitation.select().where(Invitation.email == FIRST).exists(), "what he accepted was his own"
