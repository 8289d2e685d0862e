"""A picture as a value, whoever made it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from portal.domain.branding.catalogue import CONTENT_TYPES


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a brand by its role (logo, logo-on-dark, icon, favicon, login) or by the size it was made in.

    `is_passing`: it stands in for one that was not drawn in time, until that is tried again; nobody should keep it.
    """

    role: str
    extension: str
    content_type: str
    data: bytes = field(repr=False)
    sha256: str
    made_from_name: bool = False
    is_passing: bool = False

    @property
    def file_name(self) -> str:
        return f"{self.role}.{self.extension}"


def made(role: str, data: bytes) -> Picture:
    """A drawn stand-in for a picture that the folder does not have."""
    return Picture(role, "svg", CONTENT_TYPES["svg"], data, hashlib.sha256(data).hexdigest(), made_from_name=True)
