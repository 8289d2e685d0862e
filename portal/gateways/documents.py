"""Where issued documents are kept: files under the data folder, each whole or not there at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from portal.config import Settings
from portal.domain.billing import Statement


def name_of(statement: Statement) -> str:
    """The file's name below the documents folder; made of the agency's id and the number, never of people's words."""
    return f"{statement.agency_id}/{statement.number}.pdf"


def keep(settings: Settings, name: str, content: bytes) -> str:
    """Write a document and return its SHA-256. After a power cut it is there whole or not at all."""
    target = _folder(settings) / name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return hashlib.sha256(content).hexdigest()


def read(settings: Settings, statement: Statement) -> bytes | None:
    """The statement's PDF; None while it is not there, or is not what was kept."""
    if not statement.pdf_name:
        return None
    try:
        content = (_folder(settings) / statement.pdf_name).read_bytes()
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == statement.pdf_sha256 else None


def _folder(settings: Settings) -> Path:
    return settings.data_dir / "documents"
