"""Credentials of machines: made, rotated, taken over, revoked.

A credential never has more than its maker: when the person of the staff who answers for it is no owner or
administrator of the agency any more, it stops, at once and with its tokens, until somebody who is one takes it over.
Everything here raises Forbidden for staff who are no such person any more when it is done.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from portal.db import transaction
from portal.domain import audit, texts
from portal.domain.accounts.catalogue import SCOPES
from portal.domain.accounts.machines import MAKERS, STANDING, with_makers
from portal.domain.accounts.models import AccessToken, Credential
from portal.domain.accounts.standing import stand_as
from portal.domain.accounts.tokens import digest, new_token
from portal.domain.audit import Actor
from portal.domain.errors import Invalid, NotFound
from portal.domain.tenants import Agency

OVERLAPS = (0, 1, 24, 168)
"""Hours for which the old secret may stay good after a rotation; 0: it and its tokens end at once."""
_LONGEST_LABEL = 80


def create_credential(
    agency: Agency, *, scopes: list[str], label: str = "", by: Actor, now: datetime
) -> tuple[Credential, str]:
    """A new credential and its secret, which is never to be seen again.

    Raises Invalid for unknown scopes and a label that is no name.
    """
    label = texts.tidy(label)
    if label and (problem := texts.name_problem(label, most=_LONGEST_LABEL)):
        raise Invalid({"label": problem})
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Invalid({"scope": ("bad_scope", {"known": ", ".join(SCOPES)})})
    secret = new_token()
    with transaction():
        stand_as(agency, by, MAKERS)
        row = Credential.create(
            agency=agency,
            client_id=f"{agency.slug}-{secrets.token_hex(6)}",
            secret_hash=digest(secret),
            label=label,
            scopes=sorted(set(scopes)),
            created_by=by.name,
            created_at=now,
            made_by=_answers(by),
        )
        _record("credential.created", row, by, now, scopes=row.scopes)
    return row, secret


def credentials_of(agency: Agency) -> list[Credential]:
    """Every credential of the agency, the newest first; `stopped` says whether its maker may no longer hold it."""
    found = list(Credential.select().where(Credential.agency == agency).order_by(Credential.created_at.desc()))
    standing = {row.id for row in with_makers().where((Credential.agency == agency) & STANDING)}
    for row in found:
        row.stopped = row.id not in standing
    return found


def credential_of(agency: Agency, credential_id: UUID) -> Credential:
    """One living credential. Raises NotFound for foreign, revoked and unknown ones alike."""
    mine = (Credential.id == credential_id) & (Credential.agency == agency) & Credential.revoked_at.is_null()
    row = Credential.get_or_none(mine)
    if row is None:
        raise NotFound
    row.stopped = not with_makers().where((Credential.id == row.id) & STANDING).exists()
    return row


def rotate_credential(agency: Agency, credential_id: UUID, *, overlap: int, by: Actor, now: datetime) -> str:
    """A new secret, to be shown once. The old one stays good for `overlap` hours; 0 ends it and its tokens at once.

    Whoever rotates it answers for it from now on. Raises NotFound, and Invalid for an overlap that is not offered.
    """
    if overlap not in OVERLAPS:
        raise Invalid({"overlap": ("bad_choice", {})})
    secret = new_token()
    with transaction():
        stand_as(agency, by, MAKERS)
        row = credential_of(agency, credential_id)
        keeps = overlap > 0 and not row.stopped  # the secret of somebody who left ends with him
        Credential.update(
            secret_hash=digest(secret),
            old_secret_hash=row.secret_hash if keeps else None,
            old_until=now + timedelta(hours=overlap) if keeps else None,
            made_by=_answers(by),
        ).where(Credential.id == row.id).execute()
        if not keeps:
            AccessToken.delete().where(AccessToken.credential == row).execute()
        _record("credential.rotated", row, by, now, hours=overlap if keeps else 0)
    return secret


def take_over_credential(agency: Agency, credential_id: UUID, *, by: Actor, now: datetime) -> None:
    """Answer for a credential from now on: one that stopped with its maker goes on. Raises NotFound."""
    with transaction():
        stand_as(agency, by, MAKERS)
        row = credential_of(agency, credential_id)
        if row.made_by == _answers(by):
            return
        Credential.update(made_by=_answers(by)).where(Credential.id == row.id).execute()
        _record("credential.taken_over", row, by, now)


def revoke_credential(agency: Agency, credential_id: UUID, *, by: Actor, now: datetime) -> None:
    """End a credential and its tokens at once. Raises NotFound for a foreign one."""
    with transaction():
        stand_as(agency, by, MAKERS)
        row = Credential.get_or_none((Credential.id == credential_id) & (Credential.agency == agency))
        if row is None:
            raise NotFound
        living = (Credential.id == row.id) & Credential.revoked_at.is_null()
        ended = Credential.update(revoked_at=now, old_secret_hash=None, old_until=None).where(living).execute()
        AccessToken.delete().where(AccessToken.credential == row).execute()
        if ended:
            _record("credential.revoked", row, by, now)


def _answers(by: Actor) -> UUID | None:
    """Who answers for what `by` makes: a person of the staff; nobody for the command line."""
    return by.id if by.kind == "staff" else None


def _record(action: str, row: Credential, by: Actor, now: datetime, **details: Any) -> None:
    audit.record(action, by=by, now=now, agency_id=row.agency_id, subject=row.label or row.client_id, **details)
