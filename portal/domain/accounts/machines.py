"""Machines that ask: a credential proved and changed for a token (OAuth 2.0 client credentials)."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from peewee import JOIN, Expression, ModelSelect, Value

from portal.db import Prepared, fields_of, key_of, microseconds, moment_of, row_of, transaction
from portal.domain.accounts.catalogue import Role
from portal.domain.accounts.models import AccessToken, Credential, Person, StaffMembership
from portal.domain.accounts.tokens import digest, new_token
from portal.domain.audit import Actor
from portal.domain.tenants import Agency

TOKEN_LIFE = timedelta(hours=1)
MAKERS = (Role.OWNER, Role.ADMIN)
"""Who of an agency's staff may hold credentials."""
_USED_EVERY = timedelta(minutes=1)


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


def verify_credential(client_id: str, secret: str, *, now: datetime | None = None) -> Credential | None:
    """The living credential with that id and secret; without `now` the secret before the present one does not count."""
    living = (Credential.client_id == client_id) & Credential.revoked_at.is_null() & STANDING
    if now:
        living &= StaffMembership.ends_at.is_null() | (StaffMembership.ends_at > now)
    row = with_makers().where(living).first()
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


def _maker_here() -> Expression:
    """The maker's living membership of the credential's agency, in a role that may hold credentials."""
    return (
        (StaffMembership.person == Credential.made_by)
        & (StaffMembership.agency == Credential.agency)
        & StaffMembership.ended_at.is_null()
        & StaffMembership.role.in_([role.value for role in MAKERS])
    )


STANDING = Credential.made_by.is_null() | (Person.id.is_null(False) & Person.disabled_at.is_null())
"""The maker may still hold it; where `with_makers` was asked."""


def with_makers():  # type: ignore[no-untyped-def]  # a peewee query
    """All credentials, joined with the membership of whoever answers for them."""
    return (
        Credential.select(Credential, Agency)
        .join(Agency)
        .switch(Credential)
        .join(StaffMembership, JOIN.LEFT_OUTER, on=_maker_here())
        .join(Person, JOIN.LEFT_OUTER, on=(StaffMembership.person == Person.id))
    )


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
            (StaffMembership.ends_at.is_null() | (StaffMembership.ends_at > now))
            & (AccessToken.token_hash == token_hash)
            & (AccessToken.expires_at > now)
            & Credential.revoked_at.is_null()
            & STANDING
        )
    )


_holder = Prepared(_token_holder)
