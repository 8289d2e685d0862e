"""A picture as a value, whoever made it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a brand by its role (logo, logo-on-dark, icon, favicon, login) or by the size it was made in."""

    role: str
    extension: str
    content_type: str
    data: bytes = field(repr=False)
    sha256: str
    made_from_name: bool = False

    @property
    def file_name(self) -> str:
        return f"{self.role}.{self.extension}"
