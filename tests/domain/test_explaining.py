"""What is said about why a section is open is what decides: over every box, state and circumstance."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from portal.domain import invitations, rights, tenants
from portal.domain.accounts import Contributor, Member, Person, Role
from portal.domain.invitations import Closed, Why
from portal.domain.rights import Offer, SectionState
from tests.factories import NOW, TESTER, make_app, make_contributor, make_member, make_staff


@pytest.fixture
def ana(database):
    app = make_app()
    return make_member(make_staff(Role.OWNER, app.agency, name="Ana Prado"), app)


def explained(member, row):
    found = invitations.explain(member, row, now=NOW)
    return found, {reason.section.key: reason for reason in found.reasons}


@pytest.mark.parametrize("ticked", [True, False])
def test_what_is_said_is_what_is_decided(ana, ticked):
    row = make_contributor(ana.app, list(rights.BOXES) if ticked else [])
    states = (SectionState.OFFERED, SectionState.HIDDEN, SectionState.LOCKED)
    for state, available in product(states, (True, False)):
        rights.set_available(ana.client, "menus", available=available)
        if state == SectionState.LOCKED:
            rights.lock(ana.client, "menus", Offer("Ask us"), by=TESTER, now=NOW)
        else:
            rights.set_state(ana.client, "menus", state, by=TESTER, now=NOW)
        found, reasons = explained(ana, row)
        member = Member(row.person, ana.agency, ana.app, row)
        for key, reason in reasons.items():
            open_now = rights.admitted(member, now=NOW) and rights.may(member, key)
            assert (reason.opens and not found.closed) == open_now, (key, state, available)
        expected = (
            Why.UNAVAILABLE
            if not available
            else Why.HIDDEN
            if state == SectionState.HIDDEN
            else Why.NOT_TICKED
            if not ticked
            else Why.LOCKED
            if state == SectionState.LOCKED
            else Why.TICKED
        )
        assert reasons["menus"].why == expected and reasons["home"].why == Why.ALWAYS


def test_whatever_keeps_somebody_out_is_named(ana):
    row = make_contributor(ana.app, ["menus"])
    assert explained(ana, row)[0].closed == []
    tenants.set_client_access(ana.client, allowed=False, by=TESTER, now=NOW)
    Contributor.update(ends_on=date(2026, 6, 14)).where(Contributor.id == row.id).execute()
    Person.update(disabled_at=NOW).where(Person.id == row.person_id).execute()
    row = Contributor.get_by_id(row.id)
    row.app = ana.app
    ana.client.access = False
    ana.client.suspended_at = ana.app.suspended_at = ana.agency.suspended_at = NOW
    found, _ = explained(ana, row)
    assert found.closed == list(Closed)
    assert not rights.admitted(Member(row.person, ana.agency, ana.app, row), now=NOW)


@pytest.mark.parametrize(("days", "closed"), [(-1, [Closed.ENDED]), (0, []), (1, [])])
def test_an_access_ends_after_its_last_day(ana, days, closed):
    row = make_contributor(ana.app, ["menus"], ends_on=NOW.date() + timedelta(days=days))
    assert explained(ana, row)[0].closed == closed


def test_who_was_taken_out_is_said_to_have_ended(ana):
    row = make_contributor(ana.app, ["menus"])
    Contributor.update(ended_at=NOW).where(Contributor.id == row.id).execute()
    row.ended_at = NOW
    assert explained(ana, row)[0].closed == [Closed.ENDED]


def test_who_gave_what_and_when_is_known(ana):
    row = make_contributor(ana.app, [])
    rights.set_box(row, "menus:publish", granted=True, by=ana, now=NOW)
    _, reasons = explained(ana, row)
    assert [(given.box, given.by, given.at) for given in reasons["menus"].held] == [
        ("menus", "Ana Prado", NOW),
        ("menus:publish", "Ana Prado", NOW),
    ]


def test_a_contributor_is_told_of_the_sections_that_he_has_himself(ana):
    row = make_contributor(ana.app, ["menus", "services"])
    boss = make_member(make_contributor(ana.app, ["team", "menus"]))
    assert set(explained(boss, row)[1]) == {"home", "menus", "team"}
