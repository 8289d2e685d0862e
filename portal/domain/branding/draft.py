"""A draft as it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.domain.branding.catalogue import ROLES
from portal.domain.branding.changes import Changed
from portal.domain.branding.live import file_names
from portal.domain.branding.theme_file import ThemeFile


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be published. Where nothing was changed it is what the folder holds now.

    `files` are the pictures by file name, as SHA-256. `fault`: why the folder can't be read; `is_behind`: the folder
    was edited after the draft began, and publishing replaces that. `changed_by`: "" for whose name was erased.
    """

    agency_id: UUID
    values: ThemeFile
    files: Mapping[str, str]
    version: int
    changed_at: datetime | None
    changed_by: str
    changes: tuple[Changed, ...] = ()
    fault: str | None = None
    is_behind: bool = False

    @property
    def is_changed(self) -> bool:
        return bool(self.changes) or self.fault is not None

    @property
    def pictures(self) -> dict[str, str]:
        """Role to SHA-256, for roles that have a picture of their own."""
        found = {role: next((name for name in file_names(role) if name in self.files), None) for role in ROLES}
        return {role: self.files[name] for role, name in found.items() if name}
