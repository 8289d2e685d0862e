"""Whom an agency's provider has vouched for, and how the agency forgets it: a new account there is a new subject."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.db import transaction
from portal.domain import audit
from portal.domain.accounts import PLATFORM, Person, Role, Staff
from portal.domain.errors import Forbidden, NotFound
from portal.domain.federation.letters import tell
from portal.domain.federation.models import Identity
from portal.domain.federation.providers import provider_of
from portal.domain.rights import Permission, stand
from portal.domain.tenants import Agency


def connections_of(agency: Agency, *, search: str = "", most: int) -> list[Identity]:
    """Who is known at the agency's provider, persons loaded, the latest first; `search` looks at addresses."""
    query = Identity.select(Identity, Person).join(Person).where(Identity.provider == str(agency.id))
    if wanted := search.strip().lower():
        query = query.where(Person.email.contains(wanted))
    return list(query.order_by(Identity.used_at.desc(), Identity.id).limit(most))


def disconnect(identity_id: UUID, *, by: Staff, now: datetime) -> Person:
    """Forget who the person is at the provider, and tell him; the next time he is found by his address again.

    Raises NotFound for what is not known there, Forbidden for the staff's unless `by` is an owner.
    """
    with transaction():
        me = stand(by, Permission.PRICES)
        mine = (Identity.id == identity_id) & (Identity.provider == str(by.agency.id))
        row = Identity.select(Identity, Person).join(Person).where(mine).first()
        if row is None:
            raise NotFound
        if row.house == PLATFORM and me.role != Role.OWNER:
            raise Forbidden("sso_owner_only")
        provider = provider_of(by.agency)
        label = provider.label if provider else row.issuer
        person: Person = row.person
        if Identity.delete().where(Identity.id == row.id).execute():
            agency_id = by.agency.id
            audit.record(
                "sso.disconnected", by=by.actor, now=now, agency_id=agency_id, subject=person.email, provider=label
            )
            tell(person, label, connected=False, now=now)
    return person
