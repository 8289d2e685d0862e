"""Machines: credentials, and the tokens they are changed for (OAuth 2.0 client credentials).

A credential never has more than its maker: when the person of the staff who answers for it is no owner or
administrator of the agency any more, it stops, at once and with its tokens, until somebody who is one takes it over.
"""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from peewee import JOIN, Expression, ModelSelect, Value

from portal.db import Prepared, fields_of, key_of, microseconds, moment_of, row_of, transaction
from portal.domain import audit
from portal.domain.accounts.catalogue import SCOPES, Role
from portal.domain.accounts.models import AccessToken, Credential, Person, StaffMembership
from portal.domain.accounts.tokens import digest, new_token
from portal.domain.audit import Actor
from portal.domain.errors import Invalid, NotFound
from portal.domain.tenants import Agency

TOKEN_LIFE = timedelta(hours=1)
_USED_EVERY = timedelta(minutes=1)
OVERLAPS = (0, 1, 24, 168)
"""Hours for which the old secret may stay good after a rotation; 0: it and its tokens end at once."""
_LONGEST_LABEL = 80


@dataclass(frozen=True)
class Machine:
    """A machine that asks: its agency and what its token allows."""

    credential_id: UUID
    agency: Agency
    scopes: frozenset[str]
    label: str

    @property
    def actor(self) -> Actor:
        return Actor("machine", self.label, self.credential_id)


def create_credential(
    agency: Agency, *, scopes: list[str], label: str = "", by: Actor, now: datetime
) -> tuple[Credential, str]:
    """A new credential and its secret, which is never to be seen again.

    Raises Invalid for unknown scopes and a label that is too long.
    """
    if len(label) > _LONGEST_LABEL:
        raise Invalid({"label": ("too_long", {"most": _LONGEST_LABEL})})
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Invalid({"scope": ("bad_scope", {"known": ", ".join(SCOPES)})})
    secret = new_token()
    with transaction():
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
    standing = {row.id for row in _with_makers().where((Credential.agency == agency) & _STANDING)}
    for row in found:
        row.stopped = row.id not in standing
    return found


def credential_of(agency: Agency, credential_id: UUID) -> Credential:
    """One living credential. Raises NotFound for foreign, revoked and unknown ones alike."""
    mine = (Credential.id == credential_id) & (Credential.agency == agency) & Credential.revoked_at.is_null()
    row = Credential.get_or_none(mine)
    if row is None:
        raise NotFound
    row.stopped = not _with_makers().where((Credential.id == row.id) & _STANDING).exists()
    return row


def rotate_credential(agency: Agency, credential_id: UUID, *, overlap: int, by: Actor, now: datetime) -> str:
    """A new secret, to be shown once. The old one stays good for `overlap` hours; 0 ends it and its tokens at once.

    Whoever rotates it answers for it from now on. Raises NotFound, and Invalid for an overlap that is not offered.
    """
    if overlap not in OVERLAPS:
        raise Invalid({"overlap": ("bad_choice", {})})
    secret = new_token()
    with transaction():
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
        row = credential_of(agency, credential_id)
        if row.made_by == _answers(by):
            return
        Credential.update(made_by=_answers(by)).where(Credential.id == row.id).execute()
        _record("credential.taken_over", row, by, now)


def revoke_credential(agency: Agency, credential_id: UUID, *, by: Actor, now: datetime) -> None:
    """End a credential and its tokens at once. Raises NotFound for a foreign one."""
    with transaction():
        row = Credential.get_or_none((Credential.id == credential_id) & (Credential.agency == agency))
        if row is None:
            raise NotFound
        living = (Credential.id == row.id) & Credential.revoked_at.is_null()
        ended = Credential.update(revoked_at=now, old_secret_hash=None, old_until=None).where(living).execute()
        AccessToken.delete().where(AccessToken.credential == row).execute()
        if ended:
            _record("credential.revoked", row, by, now)


def verify_credential(client_id: str, secret: str, *, now: datetime | None = None) -> Credential | None:
    """The living credential with that id and secret; without `now` the secret before the present one does not count."""
    row = (
        _with_makers().where((Credential.client_id == client_id) & Credential.revoked_at.is_null() & _STANDING).first()
    )
    known, given = row.secret_hash if row else digest("nobody"), digest(secret)
    old = row.old_secret_hash if row and now and row.old_until and row.old_until > now else known
    good = hmac.compare_digest(known, given) | hmac.compare_digest(old, given)
    return row if good and row else None


def issue_access_token(credential: Credential, scopes: list[str], *, now: datetime) -> tuple[str, int]:
    """A bearer token for some of the credential's scopes, and its life in seconds."""
    token = new_token()
    with transaction():
        AccessToken.delete().where((AccessToken.credential == credential) & (AccessToken.expires_at <= now)).execute()
        AccessToken.create(
            token_hash=digest(token),
            credential=credential,
            scopes=[scope for scope in scopes if scope in credential.scopes],
            expires_at=now + TOKEN_LIFE,
        )
    return token, int(TOKEN_LIFE.total_seconds())


def machine_of_token(token: str, *, now: datetime) -> Machine | None:
    """Who holds this bearer token, or None."""
    found = _holder(digest(token), microseconds(now))
    if not found:
        return None
    scopes, key, label, client_id, used_at, *agency = found[0]
    credential_id = UUID(key_of(key))
    if used_at is None or now - moment_of(used_at) > _USED_EVERY:
        Credential.update(last_used_at=now).where(Credential.id == credential_id).execute()
    return Machine(credential_id, row_of(Agency, agency), frozenset(json.loads(scopes)), label or client_id)


def _answers(by: Actor) -> UUID | None:
    """Who answers for what `by` makes: a person of the staff; nobody for the command line."""
    return by.id if by.kind == "staff" else None


def _maker_here() -> Expression:
    """The maker's living membership of the credential's agency, in a role that may hold credentials."""
    return (
        (StaffMembership.person == Credential.made_by)
        & (StaffMembership.agency == Credential.agency)
        & StaffMembership.ended_at.is_null()
        & StaffMembership.role.in_([Role.OWNER.value, Role.ADMIN.value])
    )


_STANDING = Credential.made_by.is_null() | (Person.id.is_null(False) & Person.disabled_at.is_null())


def _with_makers():  # type: ignore[no-untyped-def]  # a peewee query
    return (
        Credential.select(Credential, Agency)
        .join(Agency)
        .switch(Credential)
        .join(StaffMembership, JOIN.LEFT_OUTER, on=_maker_here())
        .join(Person, JOIN.LEFT_OUTER, on=(StaffMembership.person == Person.id))
    )


def _record(action: str, row: Credential, by: Actor, now: datetime, **details: Any) -> None:
    audit.record(action, by=by, now=now, agency_id=row.agency_id, subject=row.label or row.client_id, **details)


def _token_holder(token_hash: Value, now: Value) -> ModelSelect[AccessToken]:
    return (
        AccessToken.select(
            AccessToken.scopes,
            Credential.id,
            Credential.label,
            Credential.client_id,
            Credential.last_used_at,
            *fields_of(Agency),
        )
        .join(Credential)
        .join(Agency)
        .switch(Credential)
        .join(StaffMembership, JOIN.LEFT_OUTER, on=_maker_here())
        .join(Person, JOIN.LEFT_OUTER, on=(StaffMembership.person == Person.id))
        .where(
            (AccessToken.token_hash == token_hash)
            & (AccessToken.expires_at > now)
            & Credential.revoked_at.is_null()
            & _STANDING
        )
    )


_holder = Prepared(_token_holder)
