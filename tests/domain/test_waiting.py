"""Two that act at once wait for each other's end, never for each other for ever: PostgreSQL would end one of them."""

from __future__ import annotations

import re
import time

import pytest

from portal.domain import accounts, federation, invitations, outbox, rights, staffing, support, tenants
from portal.domain.accounts import Role
from portal.domain.errors import Refused
from portal.domain.federation import Claims, Door, Use, Wish
from portal.domain.rights import SectionState
from tests.domain.racing import at_once, errors
from tests.factories import NOW, TESTER, make_agency, make_app, make_client, make_contributor, make_member, make_staff

WISH = Wish("Okta", "https://id.x.example", "portal", "s3cret", (), (), "groups", Use.OFFERED, Use.OFFERED)


@pytest.fixture
def ana(database):
    return make_staff(Role.OWNER, make_agency())


def close(client, by):
    with rights.holding(client, by):
        tenants.set_client_access(client, allowed=False, by=by, now=NOW)


def hide(client, by):
    rights.set_state(client, "menus", SectionState.HIDDEN, by=by, now=NOW)


def lingers(monkeypatch, module, name):
    """Whoever did this holds what he has locked a while longer."""
    does = getattr(module, name)

    def slowly(*given):
        does(*given)
        time.sleep(0.2)

    monkeypatch.setattr(module, name, slowly)


@pytest.mark.parametrize("act", [close, hide])
def test_a_question_to_the_operator_and_what_is_done_to_its_client(ana, monkeypatch, act):
    client = make_client(ana.agency)
    tenants.set_client_access(client, allowed=True, by=TESTER, now=NOW)
    rights.set_available(client, "support", available=True)
    app = make_app(client)
    carla = make_member(make_contributor(app, ["support"]), app)
    lingers(monkeypatch, support.actions, "_check_on")
    lingers(monkeypatch, rights.places, "stand_as")
    found = at_once(lambda: support.write(carla, "Ajuda", "Como publico?", now=NOW), lambda: act(client, ana.actor))
    assert all(isinstance(error, Refused) for error in errors(found)), found  # closed first, it takes no question


@pytest.mark.parametrize("of_staff", [True, False])
def test_who_comes_in_by_the_provider_and_who_changes_it(ana, monkeypatch, of_staff):
    row = federation.save(WISH, by=ana, seal=str, now=NOW)
    door = Door(str(row.id), ana.agency, "Okta", WISH.issuer, "portal", "sealed")
    if of_staff:
        staffing.invite(ana, "eva@x.example", staffing.Place("billing"), origin="https://x", now=NOW)
    else:
        app = make_app(make_client(ana.agency))
        invitations.invite(make_member(ana, app), "eva@x.example", ["menus"], origin="https://x", now=NOW)
    letter = outbox.Message.select().where(outbox.Message.topic.startswith("mail.")).order_by(outbox.Message.id.desc())
    token = accounts.digest(re.search(r"/(?:setup|join|staff)[^/]*/(\S+)", letter.get().payload["values"]["link"])[1])
    claims = Claims(door.issuer, "eva")
    lingers(monkeypatch, federation, "check_open")
    found = at_once(
        lambda: (
            staffing.accept_with_identity(token, door, claims, now=NOW)
            if of_staff
            else invitations.accept_with_identity(ana.agency, token, door, claims, now=NOW)
        ),
        lambda: federation.save(WISH, by=ana, seal=str, now=NOW),
    )
    assert not errors(found)
