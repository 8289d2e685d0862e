from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from portal.domain import billing, invitations, outbox
from portal.domain.accounts import Role
from portal.domain.billing import Audience
from portal.domain.invitations import Invitation
from portal.gateways import documents
from portal.jobs import Context, schedule
from tests.factories import (
    AFTER_GRACE,
    NOW,
    START,
    change_settings,
    make_agency,
    make_app,
    make_client,
    make_contributor,
    make_example,
    make_member,
    make_staff,
    record_usage,
)
from tests.jobs.conftest import Work
from tests.mailserver import MailServer
from tests.worlds import built


@pytest.fixture
def cantina(database):
    return make_example()


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was printed for `closed`."""
    return tmp_path_factory.mktemp("papers") / "documents"


@pytest.fixture
def closed(database, context: Context, work: Work, papers: Path):
    """The worked example with its months closed and printed, which takes long: once for all who only look at it."""
    documents_folder = context.settings.data_dir / "documents"

    def june():
        client = make_example()
        schedule.close_months(context, now=AFTER_GRACE)
        work(AFTER_GRACE)
        shutil.copytree(documents_folder, papers)
        return client

    client = built(database, june)
    shutil.copytree(papers, documents_folder, dirs_exist_ok=True)
    return client


def june_of(client):
    return next(s for s in billing.statements_of_client(client) if s.period == "2026-06")


def test_a_month_is_closed_on_its_own_when_its_grace_has_ended(cantina, context: Context):
    grace_ends = datetime(2026, 7, 4, 3, tzinfo=UTC)
    schedule.close_months(context, now=grace_ends - timedelta(seconds=1))
    assert [s.period for s in billing.statements_of_client(cantina)] == ["2026-05"]

    schedule.close_months(context, now=grace_ends)
    schedule.close_months(context, now=grace_ends)
    assert [s.period for s in billing.statements_of_client(cantina)] == ["2026-06", "2026-05"]


def test_an_agency_whose_month_can_not_be_closed_keeps_no_other_waiting(database, context: Context):
    first, second = make_client(make_agency("aaa")), make_client(make_agency("zzz"))
    change_settings(first, litmus_test={"limit": 0, "price": 10**12 - 1}, now=START)
    record_usage(first, "litmus_test", 10**12)

    schedule.close_months(context, now=AFTER_GRACE)
    assert [s.period for s in billing.statements_of_client(second)] == ["2026-06", "2026-05"]
    assert [s.period for s in billing.statements_of_client(first)] == ["2026-05"]


def test_the_pdf_shows_the_worked_example_to_the_cent(closed, context: Context):
    statement = june_of(closed)
    content = documents.read(context.settings, statement)
    assert content is not None
    assert hashlib.sha256(content).hexdigest() == statement.pdf_sha256
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).replace("\u00a0", " ")
    for figure in ("199,00", "98,00", "27,00", "7,50", "1.500,00", "1.831,50", "91,58", "R$ 1.923,08"):
        assert figure in text
    for word in ("Licença", "Teste de Litmus", "Serviço de design", "ISS 5 %", "Palco Pagamentos Ltda.", "Aurora"):
        assert word in text
    assert "Ribalta" not in text


def test_a_pdf_is_printed_once_and_stays(closed, context: Context, work: Work):
    before = june_of(closed)
    outbox.put("statement.render", key="again", now=AFTER_GRACE, statement=str(before.id))
    work(AFTER_GRACE + timedelta(minutes=1))

    after = june_of(closed)
    assert (after.pdf_sha256, after.rendered_at) == (before.pdf_sha256, before.rendered_at)


def test_the_letter_waits_for_the_pdf_and_goes_to_those_who_hold_statements(
    cantina, context: Context, work: Work, mailserver: MailServer
):
    app = make_app(cantina)
    make_contributor(app, ["statements"], email="carla@cantina.example")
    make_contributor(app, ["menus"], email="fabio@cantina.example")
    make_staff(Role.OWNER, cantina.agency, email="ana@aurora.example")
    schedule.close_months(context, now=AFTER_GRACE)
    assert mailserver.letters == []
    work(AFTER_GRACE)

    june = june_of(cantina)
    letters = mailserver.to("carla@cantina.example")
    assert any(f"http://aurora.localhost:8000/office/{app.slug}/statements/{june.id}/" in one.text for one in letters)
    assert mailserver.to("fabio@cantina.example") == []
    own = [one for one in mailserver.to("ana@aurora.example") if "/agency/statements/" in one.text]
    assert len(own) == 2, "one for each month's own statement of the agency"


def test_under_the_agencys_card_the_client_hears_nothing(
    database, context: Context, work: Work, mailserver: MailServer
):
    client = make_client(payment_option="agency_card")
    make_contributor(make_app(client), ["statements"], email="carla@cantina.example")
    schedule.close_months(context, now=AFTER_GRACE)
    work(AFTER_GRACE)

    assert june_of(client).state == "agency_invoiced"
    assert mailserver.to("carla@cantina.example") == []


def test_a_file_that_was_changed_is_not_handed_out(closed, context: Context):
    statement = june_of(closed)
    file = context.settings.data_dir / "documents" / statement.pdf_name
    file.write_bytes(file.read_bytes() + b" ")

    assert documents.read(context.settings, statement) is None


def test_the_agency_statement_of_the_example_is_printed_too(closed, context: Context):
    own = next(s for s in billing.statements_of_agency(closed.agency, Audience.AGENCY) if s.period == "2026-06")
    content = documents.read(context.settings, own)
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).replace("\u00a0", " ")
    assert "R$ 1.725,08" in text


def test_an_invitation_that_ran_out_is_noted_once(database, context: Context):
    app = make_app()
    row = invitations.invite(
        make_member(make_staff(Role.OWNER, app.agency), app),
        "lia@cantina.example",
        ["menus"],
        origin="http://x.localhost",
        now=NOW,
    )
    schedule.note_expired_invitations(context, now=NOW + timedelta(days=6))
    assert Invitation.get_by_id(row.id).expired_at is None

    late = NOW + timedelta(days=7)
    schedule.note_expired_invitations(context, now=late)
    schedule.note_expired_invitations(context, now=late + timedelta(days=1))
    assert Invitation.get_by_id(row.id).expired_at == late
