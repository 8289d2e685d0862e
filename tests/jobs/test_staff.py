"""What the worker does for an agency's staff: letters in the installation's own brand, and last days that come."""

from __future__ import annotations

import re
from datetime import date, timedelta

from portal.domain import accounts, staffing
from portal.domain.accounts import Role, StaffMembership
from portal.domain.staffing import Place, StaffInvitation
from portal.jobs import Context, schedule
from tests.factories import NOW, make_agency, make_staff
from tests.jobs.conftest import Work
from tests.mailserver import MailServer


def test_an_invitation_to_the_staff_arrives_with_what_the_role_opens(work: Work, mailserver: MailServer):
    ana = make_staff(Role.OWNER, make_agency("aurora", "Aurora"), name="Ana Prado")
    staffing.invite(ana, "lia@aurora.example", Place("admin"), origin="http://localhost:8000", now=NOW)
    work()
    (letter,) = mailserver.to("lia@aurora.example")
    assert letter.subject == "Ana Prado convidou você para o painel da Aurora"
    assert "entra no back office de todos os aplicativos" in letter.text
    assert re.search(r"http://localhost:8000/setup/[\w-]{43}", letter.text)


def test_a_last_day_is_told_before_and_kept(work: Work, context: Context, mailserver: MailServer):
    ana = make_staff(Role.OWNER, make_agency("aurora", "Aurora"), email="ana@aurora.example")
    bia = make_staff(Role.BILLING, ana.agency, email="bia@aurora.example", name="Bia")
    staffing.set_end(bia.membership_id, date(2026, 6, 16), by=ana, now=NOW)
    staffing.invite(ana, "lia@aurora.example", Place("billing"), origin="", now=NOW)
    for days in (0, 0, 2, 2, 8):
        schedule.end_places(context, now=NOW + timedelta(days=days))
        schedule.note_expired_invitations(context, now=NOW + timedelta(days=days))
        work(NOW + timedelta(days=days))
    told = [letter.subject for letter in mailserver.to("bia@aurora.example")]
    assert told == ["Seu acesso à Aurora termina em 16 de junho de 2026", "Seu acesso à Aurora terminou"]
    assert len(mailserver.to("ana@aurora.example")) == len(told)
    assert StaffMembership.get_by_id(bia.membership_id).ended_at
    assert accounts.staff_of_person(bia.person) is None
    assert StaffInvitation.get().expired_at
