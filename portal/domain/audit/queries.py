from __future__ import annotations

from uuid import UUID

from portal.domain.audit.models import AuditEntry


def recent_of_agency(agency_id: UUID, limit: int = 50) -> list[AuditEntry]:
    """The agency's latest entries, newest first."""
    return _latest(AuditEntry.agency_id == agency_id, limit)


def recent_of_app(app_id: UUID, limit: int = 10) -> list[AuditEntry]:
    """What was done lately in one app's back office, newest first."""
    return _latest(AuditEntry.app_id == app_id, limit)


def _latest(condition: object, limit: int) -> list[AuditEntry]:
    return list(AuditEntry.select().where(condition).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit))
