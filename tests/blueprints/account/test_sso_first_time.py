"""The first time that a provider vouches for an account: whoever had a key to it before has none. SO-08, SO-12."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from portal import clock
from portal.domain import accounts, federation, invitations, sign_in, staffing
from portal.domain.accounts import PLATFORM, Person, Role
from portal.domain.errors import NotFound
from portal.domain.federation import Use
from tests.blueprints.account.test_sso import (
    ANA,
    CARLA,
    _reachable,
    accept,
    again,
    agency,
    ana,
    at_platform,
    aurora,
    by_password,
    carla,
    come_back,
    enter,
    installation,
    leave,
    letters,
    refused,
    set_up,
    trail,
)
from tests.factories import PASSWORD, make_app, make_client, make_member, make_staff

__all__ = ["_reachable", "agency", "ana", "aurora", "carla", "installation", "set_up"]


def to_staff(browser, provider, claims):
    """There from the page where staff name their agency, and back."""
    return come_back(
        browser, leave(browser, start="account.sso.show", form="#sso-form", agency="aurora"), provider, **claims
    )


def add_keys(person):
    """A passkey, an authenticator and codes of whoever made the account."""
    values = {"credential_hash": person.id.hex, "credential": "x", "public_key": "x", "signs": 0, "host": "x"}
    sign_in.Passkey.create(person=person, name="x", created_at=clock.now(), **values)
    sign_in.Authenticator.create(person=person, secret="x", created_at=clock.now())
    sign_in.make_codes(person, now=clock.now())


def has_keys(person):
    found = Person.get_by_id(person.id)
    return bool(found.password_hash) or sign_in.has_factor(found) or sign_in.codes_left(found) > 0


def test_whoever_made_the_account_before_is_outside(aurora, carla, set_up, provider):
    set_up()
    evil = again(aurora)
    by_password(evil, CARLA["email"])
    tokens = []
    sign_in.send_reset(
        carla.person.house, CARLA["email"], link_to=lambda _, token: tokens.append(token) or "http://x/",
        may=lambda _: True, now=clock.now(),
    )  # fmt: skip
    add_keys(carla.person)
    assert enter(aurora, provider, **CARLA).status == 303
    assert evil.get("/office/cantina/menus/").status == 302
    assert not has_keys(carla.person)
    assert by_password(again(aurora), CARLA["email"]).status == 422
    with pytest.raises(NotFound):
        sign_in.reset_of(carla.person.house, tokens[0], now=clock.now())
    assert aurora.get("/office/cantina/menus/").status == 200
    (letter,) = letters("sso_connection")
    assert letter["values"]["cleared"] is True


def test_the_second_time_takes_nothing_away(aurora, carla, set_up, provider):
    set_up()
    enter(aurora, provider, **CARLA)
    accounts.set_password(carla.person, accounts.hash_password(PASSWORD))
    assert enter(again(aurora), provider, **CARLA).status == 303
    assert has_keys(carla.person) and aurora.get("/office/cantina/menus/").status == 200


def test_an_invitation_hands_no_account_on_that_somebody_else_made(aurora, carla, ana, set_up, provider):
    set_up()
    evil = again(aurora)
    by_password(evil, CARLA["email"])
    second = make_app(make_client(carla.app.agency, "Segunda"))
    invitations.invite(
        make_member(ana, second), CARLA["email"], ["menus"], language="pt-BR",
        origin="http://aurora.localhost:8000", now=clock.now(),
    )  # fmt: skip
    path = urlsplit(letters("invitation")[0]["values"]["link"]).path
    assert accept(aurora, path, provider, **CARLA).status == 303
    assert evil.get(f"/office/{second.slug}/menus/").status == 302
    assert by_password(again(aurora), CARLA["email"]).status == 422


# Staff: the account outlives the agency, so its own password decides


def test_staff_with_a_password_prove_it_the_first_time(app, settings, ana, set_up, provider):
    set_up(met=False)
    browser = at_platform(app, settings)
    page = to_staff(browser, provider, ANA)
    assert page.status == 422 and page.has("Na primeira vez, entre com ela")
    assert has_keys(ana.person) and trail("sso.refused")[0].details["reason"] == "unproved"
    (back,) = page.select("//main//a[contains(@href, 'next=')]/@href")
    page = browser.get(back).form("account.sign_in.submit").submit(email=ANA["email"], password=PASSWORD)
    assert page.location == "/sign-in/sso/aurora"
    address = page.follow().form("#sso-form").submit().headers["Refresh"][7:]
    assert come_back(browser, address, provider, **ANA).location == "/agency/"
    assert has_keys(ana.person) and letters("sso_connection")[0]["values"]["cleared"] is False
    assert to_staff(at_platform(app, settings), provider, ANA).location == "/agency/"


def test_a_proof_of_long_ago_or_of_somebody_else_is_none(app, settings, ana, set_up, provider, monkeypatch):
    set_up(met=False)
    make_staff(Role.ADMIN, ana.agency, email="bia@aurora.example")
    browser = at_platform(app, settings)
    by_password(browser, "bia@aurora.example")
    assert refused(to_staff(browser, provider, ANA))
    browser = at_platform(app, settings)
    by_password(browser, ANA["email"])
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=11))
    assert refused(to_staff(browser, provider, ANA)) and has_keys(ana.person)


def test_staff_whose_password_opens_nothing_begin_anew(app, settings, ana, set_up, provider):
    bia = make_staff(Role.ADMIN, ana.agency, email="bia@aurora.example").person
    set_up(staff=Use.ONLY)
    claims = {"sub": "bia-1", "email": bia.email, "email_verified": True}
    assert to_staff(at_platform(app, settings), provider, claims).location == "/agency/"
    assert not has_keys(bia)


@pytest.mark.usefixtures("installation")
def test_the_installations_provider_asks_for_the_password_too(app, settings, ana, provider):
    browser = at_platform(app, settings)
    page = enter(browser, provider, **ANA)
    assert page.status == 422
    (back,) = page.select("//main//a[contains(@href, 'next=')]/@href")
    page = browser.get(back).form("account.sign_in.submit").submit(email=ANA["email"], password=PASSWORD).follow()
    address = page.form("#sso-begin").submit().headers["Refresh"][7:]
    assert come_back(browser, address, provider, **ANA).location == "/agency/"


# What a session on the provider's word may do


def test_a_session_on_the_providers_word_proves_no_password(app, settings, ana, set_up, provider):
    set_up(met=False)
    browser = at_platform(app, settings)
    by_password(browser, ANA["email"])
    to_staff(browser, provider, ANA)
    vouched = at_platform(app, settings)
    assert to_staff(vouched, provider, ANA).status == 303
    vouched.get("account.security.index")
    page = vouched.post("account.authenticator.begin")
    assert page.status == 303 and page.location.startswith("/account/confirm")
    page = page.follow().form("account.fresh.prove").submit(proof=PASSWORD)
    assert page.status == 303
    assert vouched.post("account.authenticator.begin").location == "/account/authenticator"


def test_who_has_no_password_may_add_a_factor(aurora, carla, set_up, provider):
    set_up(met=False)
    enter(aurora, provider, **CARLA)
    aurora.get("account.security.index")
    assert aurora.post("account.authenticator.begin").location == "/account/authenticator"


@pytest.mark.parametrize("password", [True, False])
def test_whoever_leaves_the_staff_is_not_the_providers_any_more(app, settings, ana, set_up, provider, password):
    bia = make_staff(Role.ADMIN, ana.agency, email="bia@aurora.example")
    set_up(staff=Use.ONLY)
    to_staff(at_platform(app, settings), provider, {"sub": "bia-1", "email": bia.person.email, "email_verified": True})
    add_keys(bia.person)
    if password:
        accounts.set_password(bia.person, accounts.hash_password(PASSWORD))
    staffing.remove(bia.membership_id, by=ana, now=clock.now())
    assert federation.identities_of(bia.person) == []
    assert has_keys(bia.person) is password
    assert accounts.person_in(PLATFORM, "bia@aurora.example")
