"""Who asks: the objects that views receive and from which every look-up starts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from portal.domain.accounts.catalogue import Role
from portal.domain.accounts.models import Contributor, Person, SignIn
from portal.domain.audit import Actor
from portal.domain.tenants import Agency, App, Client


@dataclass(frozen=True)
class Staff:
    """Somebody of an agency's staff, at the dashboard."""

    person: Person
    agency: Agency
    role: Role
    membership_id: UUID
    session: SignIn | None = None

    @property
    def actor(self) -> Actor:
        return Actor("staff", self.person.shown_name, self.person.id)


@dataclass(frozen=True)
class Member:
    """Somebody inside one app's back office: a contributor, or staff of the agency (`contributor` is None)."""

    person: Person
    agency: Agency
    app: App
    contributor: Contributor | None
    role: Role | None = None
    session: SignIn | None = None
    viewer: Member | None = None
    """Who looks through this person's eyes, to see what he sees."""

    @property
    def client(self) -> Client:
        return self.app.client

    @property
    def is_staff(self) -> bool:
        return self.contributor is None

    @property
    def actor(self) -> Actor:
        if self.viewer:
            return self.viewer.actor
        if self.contributor:
            return Actor("contributor", self.person.shown_name, self.person.id)
        return Actor("staff", self.person.shown_name, self.person.id, behalf=self.client.name)
