"""Letters about the staff of an agency. They come from the dashboard, so they carry the installation's own brand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.domain import mail
from portal.domain.accounts import Person, Role, StaffMembership
from portal.domain.staffing.models import StaffInvitation
from portal.domain.tenants import Agency


def invite_by_mail(row: StaffInvitation, agency: Agency, link: str, *, now: datetime) -> None:
    """The link to somebody who is to join the staff; the same words whether he has an account or not."""
    mail.post(
        "staff_invitation",
        to=row.email,
        name="",
        language=row.language,
        agency_id=None,
        key=row.token_hash[:32],
        now=now,
        inviter=row.inviter_name,
        agency_name=agency.name,
        role=row.role,
        link=link,
        expires_at=row.expires_at.isoformat(),
        zone=agency.timezone,
    )


def tell(kind: str, person: Person, about: StaffMembership, *, key: str, now: datetime, **values: Any) -> None:
    """One piece of news to one person: joined, accepted, role_changed, removed, left, ends_soon or ended.

    `about`: whose place at the agency it is; `you` says in the letter whether that is the reader's own.
    """
    mail.post_to(
        "staff_news",
        person,
        key=f"{kind}:{key}",
        now=now,
        kind=kind,
        you=person.id == about.person_id,
        agency_name=about.agency.name,
        subject_name=about.person.shown_name,
        subject_email=about.person.email,
        role=Role(about.role).value,
        path="/agency/",
        **values,
    )
