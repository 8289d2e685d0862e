"""The way to a provider and back, as the database keeps it: each of its parts is asked for by itself. SO-01, SO-07."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain import federation
from portal.domain.errors import Refused
from portal.domain.federation import Door
from portal.jobs import schedule
from tests.domain.racing import at_once, errors
from tests.factories import NOW, make_agency

DOOR = Door("one", None, "Palco ID", "https://login.example.com", "portal", "secret")


@pytest.fixture
def state(database):
    return federation.begin(DOOR, "platform", "browser", now=NOW)


def take(state, browser="browser", door=DOOR, house="platform", now=NOW):
    return federation.take(state, browser, door, house, now=now)


def test_it_is_good_once(state):
    assert take(state).purpose == "sign_in"
    with pytest.raises(Refused):
        take(state)


def test_of_two_at_once_one_comes_in(state):
    results = at_once(*[lambda: take(state)] * 2)
    assert len(errors(results)) == 1 and isinstance(errors(results)[0], Refused)


@pytest.mark.parametrize(
    "other",
    [
        {"state": "x"},
        {"browser": ""},
        {"browser": "another"},
        {"house": "elsewhere"},
        {"door": replace(DOOR, key="two")},
        {"door": replace(DOOR, issuer="https://login.example.com/")},
        {"door": replace(DOOR, client_id="other")},
        {"now": NOW + timedelta(minutes=10)},
    ],
)
def test_nothing_may_differ(state, other):
    with pytest.raises(Refused):
        take(**{"state": state} | other)
    assert take(state)


def test_nonce_and_verifier_are_of_this_visit_alone(state):
    made = {federation.nonce_of(state, "browser"), federation.verifier_of(state, "browser")}
    made |= {federation.nonce_of(state, "other"), federation.verifier_of("other", "browser")}
    assert len(made) == 4 and all(len(text) == 43 for text in made)


def test_what_is_over_is_forgotten(state):
    federation.begin(DOOR, "platform", "browser", now=NOW + timedelta(hours=2))
    assert federation.Errand.select().count() == 1


def test_the_job_forgets_them_too(app, state):
    schedule.tidy_sign_in(app.config["JOBS"], now=NOW + timedelta(minutes=30))
    assert federation.Errand.select().count() == 1
    schedule.tidy_sign_in(app.config["JOBS"], now=NOW + timedelta(hours=2))
    assert federation.Errand.select().count() == 0


def test_no_agency_has_a_provider_unless_it_set_one_up(database):
    agency = make_agency()
    assert (
        federation.door_of(agency, "staff") is federation.trial_door(agency) is federation.provider_of(agency) is None
    )
