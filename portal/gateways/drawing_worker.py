"""The process in which one drawing becomes pixels: started by `drawing.py`, alone with what it is handed.

It imports nothing of the portal, knows no settings and no secrets, and lives within the limits it is started with.
The drawing comes on stdin, the PNG leaves on stdout; every other end than 0 means that there is none.
"""

from __future__ import annotations

import resource
import sys


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
    import resvg_py  # noqa: PLC0415 (only where the limits hold)

    svg = sys.stdin.buffer.read().decode()
    try:
        png = resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True, font_files=fonts)
    except BaseException:  # noqa: BLE001 (Rust's own panic is no Exception)
        return 1
    sys.stdout.buffer.write(png)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:]))
