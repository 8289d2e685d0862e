"""The trail is sealed by the worker, and a command follows it."""

from __future__ import annotations

import pytest

from portal.domain import audit
from portal.jobs import schedule
from tests.factories import NOW, make_agency, make_client, make_staff
from tests.trail import unguarded


@pytest.fixture
def agency(database):
    agency = make_agency("aurora", "Aurora")
    make_client(agency)
    return agency


@pytest.fixture
def verify(app):
    return lambda *arguments: app.test_cli_runner().invoke(args=["portal", "audit-verify", *arguments])


def test_the_worker_seals_what_was_written(agency, context):
    schedule.seal_trail(context, now=NOW)
    assert audit.seal() == 0 and audit.verify(agency.id).entries > 3


def test_the_command_seals_and_says_that_all_is_in_order(agency, verify):
    done = verify()
    assert done.exit_code == 0 and "BAD" not in done.output
    assert "ok   aurora: " in done.output and "ok   (installation): " in done.output
    noted = done.output.partition("aurora: ")[2].partition("; ")[2].partition("\n")[0]
    make_staff(agency=agency)
    assert verify("--agency", "aurora", "--expect", noted).exit_code == 0
    assert verify("--agency", "aurora", "--expect", f"{noted[:-6]}000000").exit_code == 1


def test_the_command_names_the_first_entry_that_is_wrong(agency, verify):
    verify()
    third, fourth = (audit.AuditEntry.get(agency_id=agency.id, number=number) for number in (3, 4))
    with unguarded():
        for entry in (fourth, third):
            audit.AuditEntry.update(subject="Outro").where(audit.AuditEntry.id == entry.id).execute()
    done = verify("--agency", "aurora")
    assert done.exit_code == 1
    assert (
        f"BAD  aurora: entry 3 ({third.id}, {third.action}, 2026-05-01 12:00 UTC) is not what was sealed" in done.output
    )
    with unguarded():
        audit.AuditEntry.delete().where(audit.AuditEntry.id == third.id).execute()
    assert f"entry 3 is missing; {fourth.id} stands in its place" in verify().output
    assert verify().exit_code == 1


@pytest.mark.parametrize("wrong", ["--agency nobody", "--expect 3:ab", "--agency aurora --expect x"])
def test_a_wrong_question_is_refused(agency, verify, wrong):
    done = verify(*wrong.split())
    assert done.exit_code in (1, 2) and "Error" in done.output
