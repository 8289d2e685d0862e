"""Machines: credentials, and the tokens they are changed for (OAuth 2.0 client credentials)."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal.db import transaction
from portal.domain import audit
from portal.domain.accounts.catalogue import SCOPES
from portal.domain.accounts.models import AccessToken, Credential
from portal.domain.accounts.tokens import digest, new_token
from portal.domain.audit import Actor
from portal.domain.errors import Invalid, NotFound
from portal.domain.tenants import Agency

TOKEN_LIFE = timedelta(hours=1)
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


def create_credential(
    agency: Agency, *, scopes: list[str], label: str = "", by: Actor, now: datetime
) -> tuple[Credential, str]:
    """A new credential and its secret, which is never to be seen again. Raises Invalid for unknown scopes."""
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
        )
        audit.record(
            "credential.created", by=by, now=now, agency_id=agency.id, subject=row.client_id, scopes=row.scopes
        )
    return row, secret


def credentials_of(agency: Agency) -> list[Credential]:
    return list(Credential.select().where(Credential.agency == agency).order_by(Credential.created_at.desc()))


def revoke_credential(agency: Agency, credential_id: UUID, *, by: Actor, now: datetime) -> None:
    """End a credential and its tokens at once. Raises NotFound for a foreign one."""
    with transaction():
        row = Credential.get_or_none((Credential.id == credential_id) & (Credential.agency == agency))
        if row is None:
            raise NotFound
        Credential.update(revoked_at=now).where((Credential.id == row.id) & Credential.revoked_at.is_null()).execute()
        AccessToken.delete().where(AccessToken.credential == row).execute()
        audit.record("credential.revoked", by=by, now=now, agency_id=agency.id, subject=row.client_id)


def verify_credential(client_id: str, secret: str) -> Credential | None:
    """The living credential with that id and secret."""
    row = (
        Credential.select(Credential, Agency)
        .join(Agency)
        .where((Credential.client_id == client_id) & Credential.revoked_at.is_null())
        .first()
    )
    known = row.secret_hash if row else digest("nobody")
    return row if hmac.compare_digest(known, digest(secret)) and row else None


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
    row = (
        AccessToken.select(AccessToken, Credential, Agency)
        .join(Credential)
        .join(Agency)
        .where(
            (AccessToken.token_hash == digest(token)) & (AccessToken.expires_at > now) & Credential.revoked_at.is_null()
        )
        .first()
    )
    if row is None:
        return None
    credential = row.credential
    if credential.last_used_at is None or now - credential.last_used_at > _USED_EVERY:
        Credential.update(last_used_at=now).where(Credential.id == credential.id).execute()
    return Machine(credential.id, credential.agency, frozenset(row.scopes), credential.label or credential.client_id)
