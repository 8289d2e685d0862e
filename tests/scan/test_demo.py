"""What the people of both demo agencies meet: nothing of the vendor, of the other agency or of anybody else (S17)."""

from __future__ import annotations

import pytest

from portal.domain import accounts, rights, tenants
from portal.domain.accounts import Contributor
from portal.domain.audit import SYSTEM, AuditEntry
from portal.scan import Report, as_text
from tests.factories import change_settings
from tests.journal import Sqlite
from tests.scan.conftest import UNTIL, Scan

pytestmark = pytest.mark.timeout(600)  # a hundred pages as each kind of reader


def judged(report: Report) -> None:
    """The one judgement on every scan: nothing foreign, nothing broken, and no page that it could have missed."""
    assert report.is_clean, as_text(report)
    holes = [route for route, reason in report.unseen if not reason]
    assert not holes, "pages that nobody came to; say why in portal/scan/routes.py, or let a reader come there"
    assert not report.notes, as_text(report)
    assert report.counts["letters"] > 50 and report.counts["documents"] > 1 and report.counts["refusals"] > 30


def test_nobody_without_badged_sections_meets_anything_foreign_and_the_scan_leaves_one_line(
    scanned: Scan, store: Sqlite
):
    before, lines = contents(store), AuditEntry.select().count()

    report = scanned("northwind")

    judged(report)
    assert not report.badged and not report.badged_sections
    assert AuditEntry.select().count() == lines + 1
    assert contents(store) == before, "a scan writes nothing else: no session, no letter, no trace in a list"


def test_who_holds_badged_sections_meets_the_vendor_in_exactly_those(scanned: Scan):
    cantina = tenants.client_by_slug(agency_of("aurora"), "cantina-da-praca")
    change_settings(cantina, direct_support=True)
    rights.give_boxes(person("elisa@cantina.example"), ["support", "help"], by=SYSTEM, now=UNTIL)

    report = scanned("aurora")

    judged(report)
    assert report.badged_sections == ["help", "support"]
    assert {one.section for one in report.badged} == {"help", "support", "team"}, "and where their boxes are given"
    holders = {look.name.partition(" ")[0] for look in report.looks if look.badged}
    assert {who.partition(" ")[0] for one in report.badged for who in one.who} == holders
    assert not {"fabio@cantina.example", "davi@cantina.example"} & holders


def agency_of(slug: str) -> tenants.Agency:
    found = tenants.agency_by_slug(slug)
    assert found is not None
    return found


def person(email: str) -> Contributor:
    app = tenants.app_by_slug(agency_of("aurora"), "cantina-da-praca")
    return next(row for row in accounts.contributors_of_app(app) if row.person.email == email)


def contents(store: Sqlite) -> dict[str, list[object]]:
    """Every row of every table but the trail."""
    names = store._own.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
    tables = [name for (name,) in names if not name.startswith(("audit_entry", "sqlite", "client_search"))]
    return {name: store._own.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}
