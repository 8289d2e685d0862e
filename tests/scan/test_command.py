"""`bin/portal scan-brand`: what it prints, and how it ends."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from flask import Flask

from portal import scan
from portal.domain import tenants
from portal.gateways import scans
from portal.scan import Finding, Look, Report
from tests.factories import make_agency

LEAK = Finding("name", "ribalta", "vendor", "title", "office.home.index", "made by ribalta", ("signed out",))


@pytest.fixture
def found(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """`found(report)`: what the scan of this test comes to."""
    make_agency("aurora", "Aurora", prefix="AUR")

    def give(*leaks: Finding) -> None:
        looks = [Look("signed out", (), (), 1, 40)]
        report = Report(
            "aurora", "aurora.localhost", "2026-06-08T18:00:00+00:00", 1.0, looks, {"pages": 3}, list(leaks)
        )

        def fake(_app, agency, *, by, told, naming):
            assert naming, "the operator may know whose it is"
            told(0, 1, "signed out")
            return report

        monkeypatch.setattr(scan, "scan", fake)

    return give


def run(app: Flask, *arguments: str):
    return app.test_cli_runner().invoke(args=["portal", "scan-brand", *arguments])


def test_a_clean_brand_ends_with_0_and_one_with_a_leak_with_1(app, found):
    found()
    clean = run(app, "aurora")
    assert clean.exit_code == 0 and "Nothing foreign was found." in clean.stdout
    found(LEAK)
    leaking = run(app, "aurora")
    assert leaking.exit_code == 1 and "'ribalta' (vendor) in title of office.home.index" in leaking.stdout


def test_it_says_how_far_it_is_beside_the_report(app, found):
    found()
    assert "[1/1] signed out" in run(app, "aurora").stderr
    assert not run(app, "aurora", "--quiet").stderr


def test_the_report_comes_as_json_and_reads_back_equal(app, found):
    found(LEAK)
    told = json.loads(run(app, "aurora", "--json", "--quiet").stdout)
    assert told["clean"] is False and told["leaks"][0]["what"] == "ribalta"
    assert Report.from_dict(told).leaks == [LEAK]


def test_an_agency_that_is_not_there_is_said_so(app, found):
    found()
    told = run(app, "nobody")
    assert told.exit_code == 1 and "There is no agency nobody." in told.stderr


def test_the_verdict_stands_in_the_first_line_too(app, found):
    found(LEAK)
    assert run(app, "aurora").stdout.splitlines()[0] == "aurora at aurora.localhost: 1 foreign things were found."


def test_what_was_found_is_kept_for_the_agencys_page_without_the_names_of_others(app, found):
    named = replace(LEAK, leak="picture", what="picture of agency Boreal", whose="agency Boreal")
    found(LEAK, named)
    assert "agency Boreal" in run(app, "aurora").stdout
    kept = scans.read(app.config["SETTINGS"], tenants.agency_by_slug("aurora").id)
    assert kept["state"] == "done" and kept["by"] == "Command line"
    assert Report.from_dict(kept["report"]).leaks == [
        LEAK,
        replace(named, what="picture of another agency", whose="another agency"),
    ]


def test_a_note_about_a_word_tells_an_agency_only_that_there_is_one():
    start = "not looked for, as people of this agency bear the name as well: "
    report = Report("aurora", "x", "y", notes=[f"{start}Boreal (agency Boreal)", f"{start}Ribalta (vendor)", "else"])
    assert scan.unnamed(report).notes == ["else", f"{start}Ribalta (vendor)", f"{start}a name of another agency"]
