"""The process in which one drawing becomes pixels: started by `drawing.py`, alone with what it is handed.

It imports nothing of the portal, knows no settings and no secrets, and lives within the limits it is started with.
The drawing comes on stdin, the PNG leaves on stdout; every other end than 0 means that there is none.
"""

from __future__ import annotations

import resource
import sys

FONT = "Inter"
"""The family of the only files there are. Words in any other are written in it, or nobody would see them."""


def main(libraries: str, memory_bytes: int, cpu_seconds: int, width: int, fonts: list[str]) -> int:
    """0 and a PNG so many pixels wide; 1 for what is no drawing. Too much memory or time ends the process."""
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    for name, most in limits.items():
        resource.setrlimit(name, (most, most))
    sys.path.append(libraries)
    svg = sys.stdin.buffer.read().decode()
    try:
        png = _drawn(svg, width, fonts)
    except BaseException:  # noqa: BLE001 (Rust's own panic is no Exception)
        return 1
    sys.stdout.buffer.write(png)
    return 0


def _drawn(svg: str, width: int, fonts: list[str]) -> bytes:
    import resvg_py  # noqa: PLC0415 (only where the limits hold)

    return resvg_py.svg_to_bytes(
        svg_string=svg,
        width=width,
        skip_system_fonts=True,
        font_files=fonts,
        font_family=FONT,
        serif_family=FONT,
        sans_serif_family=FONT,
        monospace_family=FONT,
        cursive_family=FONT,
        fantasy_family=FONT,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:]))
