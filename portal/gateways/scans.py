"""Where brand scans are kept: of each agency the last one, how far a running one is, as a file of the data folder."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from portal.config import Settings

FORM = 2
"""Reports kept in an earlier form said more than their readers may know: they are not shown any more."""


def keep(settings: Settings, agency_id: UUID, **content: Any) -> None:
    """Write down how it stands: `state` (asked, running, done, failed) and what goes with it. Whole or not at all."""
    file = _file(settings, agency_id)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump({"form": FORM, **content}, out, ensure_ascii=False)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read(settings: Settings, agency_id: UUID) -> dict[str, Any]:
    """What was kept last; empty where nobody ever asked."""
    try:
        kept = json.loads(_file(settings, agency_id).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return kept if isinstance(kept, dict) and kept.pop("form", 0) == FORM else {}


def _file(settings: Settings, agency_id: UUID) -> Path:
    return settings.data_dir / "scans" / f"{agency_id}.json"
