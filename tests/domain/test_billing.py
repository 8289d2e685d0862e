from __future__ import annotations

from portal.domain import billing
from tests.factories import AFTER_GRACE, TESTER, brand_of, make_example


def test_the_worked_example_comes_out_to_the_cent(database):
    cantina = make_example()
    client, agency = billing.close_month(cantina.agency, "2026-06", brand_of=brand_of, by=TESTER, now=AFTER_GRACE)
    assert (client.net, client.tax, client.total) == (183150, 9158, 192308)
    assert (agency.due, agency.remitted) == (0, 172508)
