"""Who goes to a service outside, as the claims of a launch token. Nothing in them names the platform."""

from __future__ import annotations

from typing import Any
from uuid import uuid5

from flask import url_for

from portal.domain.accounts import Member
from portal.domain.settings import Service
from portal.languages import language
from portal.web.brand import brand_of
from portal.web.hosts import address_on_agency_host


def claims_of(member: Member, service: Service) -> dict[str, Any]:
    """What the service is told: where from, for which client, in which language, what is allowed; no name."""
    client, brand = member.client, brand_of(member.agency)
    origin = address_on_agency_host(member.agency, path="")
    return {
        "iss": origin,
        "aud": service.address_for(member.agency.slug),
        **_subject(member),
        "agency": member.agency.slug,
        "client": {"id": str(client.id), "slug": client.slug, "name": client.name},
        "app": member.app.slug,
        "service": service.key,
        "roles": ["use"],
        "language": language(),
        "brand": {"name": brand.name, "colour": brand.primary},
        "return_to": origin + url_for("office.services.index"),
    }


def _subject(member: Member) -> dict[str, Any]:
    """`sub` is the same at each visit and means nothing elsewhere.

    Staff of the agency act for the client: `sub` is the client, `act` (RFC 8693) who does it.
    """
    person = str(uuid5(member.agency.id, str(member.person.id)))
    if not member.is_staff:
        return {"sub": person}
    return {"sub": str(uuid5(member.agency.id, str(member.client.id))), "act": {"sub": person}}
