"""Places of those who wait for somebody else's server."""

from datetime import timedelta

import pytest

from portal.domain import accounts
from portal.domain.accounts import TooManyAttempts
from tests.domain.racing import at_once
from tests.factories import NOW, make_agency


def test_places_of_those_who_wait_are_counted_over_all_processes(database):
    agencies = [make_agency(f"a{n}", f"A{n}") for n in range(5)]
    taken = [accounts.take_place(agency, now=NOW) for agency in agencies[:4]]
    for agency in (agencies[4], agencies[0]):
        with pytest.raises(TooManyAttempts, match="places_taken") as refused:
            accounts.take_place(agency, now=NOW)
        assert refused.value.values == {"seconds": 5}
    accounts.leave_place(agencies[0], taken[0])
    again = accounts.take_place(agencies[0], now=NOW)
    with pytest.raises(TooManyAttempts):
        accounts.take_place(agencies[0], now=NOW)
    accounts.leave_place(agencies[0], again)
    assert accounts.take_place(agencies[4], now=NOW)
    assert accounts.take_place(agencies[1], now=NOW + timedelta(seconds=41)), "its process died with it"


def test_of_many_at_once_no_more_find_a_place_than_there_are(database):
    agencies = [make_agency(f"a{n}", f"A{n}") for n in range(6)]
    outcomes = at_once(*[lambda agency=agency: accounts.take_place(agency, now=NOW) for agency in agencies])
    assert sum(isinstance(outcome, TooManyAttempts) for outcome in outcomes) == 2
