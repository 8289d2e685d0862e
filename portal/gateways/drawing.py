"""Drawings as pixels, drawn by resvg in a process of its own: whatever it needs or trips over, ours stands.

Each drawing has its own process, which gets neither environment nor secrets, little memory and little time.
"""

from __future__ import annotations

import os
import signal
import subprocess  # nosec B404
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import BoundedSemaphore

from portal.domain.branding import DrawingLate, DrawingRefused

MEMORY_BYTES = 700 * 1024 * 1024
CPU_SECONDS = 3
PATIENCE = 2
"""So many times the seconds of work may pass: a busy machine works on other things, too."""

_WORKER = Path(__file__).with_name("drawing_worker.py")
_FONTS = sorted((Path(__file__).parents[1] / "domain" / "branding" / "fonts").glob("*.ttf"))
_ENVIRONMENT = ("LD_LIBRARY_PATH",)
_OUT_OF_TIME = (-signal.SIGKILL, -signal.SIGXCPU)
_at_once = BoundedSemaphore(2)


def draw(svg: bytes, width: int, seconds: int = CPU_SECONDS) -> bytes:
    """A drawing as PNG, so many pixels wide, within so many seconds of work.

    Raises DrawingRefused, and DrawingLate for what was not done in time.
    """
    found = find_spec("resvg_py")
    assert found and found.origin, "resvg_py is installed"
    limits = [str(MEMORY_BYTES), str(seconds), str(width)]
    with _at_once:
        try:
            done = subprocess.run(  # nosec B603
                [sys.executable, "-I", "-S", str(_WORKER), str(Path(found.origin).parents[1]), *limits, *_FONTS],
                input=svg,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                timeout=PATIENCE * seconds + 1,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise DrawingLate("brand_drawing_heavy") from None
    if done.returncode in _OUT_OF_TIME:
        raise DrawingLate("brand_drawing_heavy")
    if done.returncode:
        raise DrawingRefused("brand_drawing_heavy" if done.returncode < 0 else "brand_drawing_broken")
    return done.stdout
