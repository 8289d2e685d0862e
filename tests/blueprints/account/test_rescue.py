"""Device and recovery codes are gone, and nobody of the agency can help: the operator does, at the command line."""

from __future__ import annotations

import pytest

from portal import clock
from portal.domain import sign_in
from portal.domain.accounts import Person, Role, StaffMembership
from portal.domain.audit import AuditEntry
from portal.domain.outbox import Message
from portal.domain.sign_in import Demand
from portal.jobs.letters import outgoing_of
from tests.blueprints.account.test_factors import add_app, enter, has_form
from tests.browser import Browser
from tests.domain.test_sign_in import make_passkey
from tests.factories import make_agency, make_app, make_client, make_contributor, make_staff

EMAIL = "ana@aurora.example"


@pytest.fixture
def ana(database):
    """The one owner of an agency that asks a second factor of its staff; she lost all of hers."""
    ana = make_staff(Role.OWNER, make_agency("aurora", "Aurora"), email=EMAIL, name="Ana")
    sign_in.set_demand(ana.agency, Demand(staff=True), by=ana, now=clock.now())
    return ana


@pytest.fixture
def rescue(app):
    def run(*words, answer="y\n", at=("--agency", "aurora")):
        args = ["portal", "reset-second-factor", *at, *words]
        return app.test_cli_runner().invoke(args=args, input=answer)

    return run


def test_the_only_owner_comes_in_by_the_password_and_sets_up_a_new_factor(app, settings, ana, browse, rescue):
    live = browse(ana)
    add_app(live)
    make_passkey(ana.person)
    sign_in.make_codes(ana.person, now=clock.now())
    waiting = Browser(app, settings, settings.platform_host)
    step = enter(waiting, EMAIL).follow()
    assert has_form(step, "second-step") and step.has("Peça a quem opera este portal")
    done = rescue(" Ana@Aurora.example ")
    assert done.exit_code == 0, done.output
    shown = (
        "Ana <ana@aurora.example>, owner of Aurora (authenticator app: yes, passkeys: 1, unused recovery codes: 10)."
    )
    assert shown in done.output
    assert not sign_in.has_factor(ana.person) and sign_in.codes_left(ana.person) == 0
    assert live.get("agency.overview.index").location.startswith("/sign-in")
    assert step.form("#second-step").submit(code="000000").location.startswith("/sign-in"), "what was begun is over"
    anew = Browser(app, settings, settings.platform_host)
    page = enter(anew, EMAIL)
    assert page.status == 303
    assert anew.get(page.location).location == "/account/security"
    add_app(anew)
    assert anew.get(page.location).status == 200


def test_it_is_written_down_and_told_without_naming_who_did_it(app, ana, rescue):
    make_passkey(ana.person)
    assert rescue(EMAIL, "--yes", answer="").exit_code == 0
    (entry,) = AuditEntry.select().where(AuditEntry.action == "factors.taken")
    assert (entry.actor_kind, entry.actor_name) == ("operator", "Command line")
    assert (entry.agency_id, entry.subject) == (ana.agency.id, EMAIL)
    (letter,) = Message.select().where(Message.topic == "mail.send")
    sent = outgoing_of(letter, app.config["JOBS"])
    assert sent.to == EMAIL and "Eles foram removidos a pedido, para que" in sent.text
    assert "Command line" not in sent.text + sent.html


def test_a_person_of_a_client_and_an_operator_are_helped_the_same_way(ana, rescue):
    carla = make_contributor(make_app(make_client(ana.agency)), email="carla@cantina.example").person
    operator = make_staff(email="op@portal.example").person
    StaffMembership.delete().where(StaffMembership.person == operator).execute()
    Person.update(is_operator=True).where(Person.id == operator.id).execute()
    for n, person in enumerate((carla, operator)):
        make_passkey(person, f"key{n}")
    assert "add --client-side" in rescue(carla.email).output
    assert "of the clients of Aurora" in rescue(carla.email, "--client-side").output
    assert rescue(operator.email).exit_code == 1, "an operator is nobody's staff"
    assert "operator (authenticator app: no, passkeys: 1" in rescue(operator.email, at=("--operator",)).output
    assert not sign_in.has_factor(carla) and not sign_in.has_factor(operator)


def test_it_is_asked_about_first(ana, rescue):
    make_passkey(ana.person)
    assert rescue(EMAIL, answer="n\n").exit_code == 1
    assert sign_in.has_factor(ana.person)


@pytest.mark.parametrize(
    ("words", "at", "said"),
    [
        (["nobody@aurora.example"], ("--agency", "aurora"), "Nobody on the staff of Aurora has the address nobody@"),
        ([EMAIL], ("--agency", "northwind"), f"Nobody on the staff of Northwind has the address {EMAIL}."),
        ([EMAIL], ("--agency", "nowhere"), "There is no agency nowhere."),
        ([EMAIL, "--client-side"], ("--agency", "aurora"), "Leave out --client-side."),
        ([EMAIL], ("--operator",), f"No operator has the address {EMAIL}."),
        ([EMAIL], ("--agency", "aurora"), "There is nothing to take away: the password alone opens this account."),
        (["no address"], ("--agency", "aurora"), "email: "),
    ],
)
def test_who_is_not_there_or_has_nothing_to_lose_is_one_sentence(ana, rescue, words, at, said):
    make_agency("northwind", "Northwind")
    done = rescue(*words, at=at)
    assert done.exit_code == 1 and said in done.output.splitlines()[-1]
    assert not AuditEntry.select().where(AuditEntry.action == "factors.taken").exists()


def test_a_house_has_to_be_named(ana, rescue):
    for at in ((), ("--operator", "--agency", "aurora"), ("--operator", "--client-side")):
        assert rescue(EMAIL, at=at).exit_code == 2
