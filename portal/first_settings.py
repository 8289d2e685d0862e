"""What a fresh data folder begins with: settings of its own, and its own copy of the themes."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import tempfile
from pathlib import Path

from portal.config import THEMES

_SHIPPED = Path(__file__).parents[1] / THEMES


def write_first_settings() -> bool:
    """Write `$PORTAL_DATA_DIR/portal.env` with a secret key and a demo password; False when there is one already.

    What the environment says is left to the environment. The themes come first: with the settings there, a start is
    no first one.
    """
    data_dir = Path(os.environ.get("PORTAL_DATA_DIR") or "var")
    file = data_dir / "portal.env"
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists() and not os.environ.get("PORTAL_THEMES_DIR"):
        _copy_themes(data_dir / THEMES)
    password = "-".join(secrets.token_hex(3) for _ in range(3))
    values = {"SECRET_KEY": secrets.token_urlsafe(48), "DEMO_PASSWORD": password}
    lines = [f"PORTAL_{name}={value}" for name, value in values.items() if not os.environ.get(f"PORTAL_{name}")]
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w") as out:
        out.write("# Settings of this installation; docs/operating.md names them all.\n")
        out.writelines(f"{line}\n" for line in lines)
    return True


def _copy_themes(place: Path) -> None:
    """The shipped themes at that place, whole or not at all: the brand page writes there, and not into the source."""
    if place.exists():
        return
    fresh = Path(tempfile.mkdtemp(prefix=f".{THEMES}.", dir=place.parent))
    try:
        shutil.copytree(_SHIPPED, fresh / THEMES, ignore=shutil.ignore_patterns(".*", "README.md"))
        (fresh / THEMES).rename(place)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):  # another start was there first
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
