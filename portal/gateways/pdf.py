"""Documents as PDF, printed by WeasyPrint in a process of its own.

A document may show only the files handed over with it, as `asset:<name>`; nothing is read from
disk or network. The process gets neither environment nor secrets, limited memory and time; several
documents share one, because starting it costs more than a page.
"""

from __future__ import annotations

import json
import os
import selectors
import struct
import subprocess  # nosec B404
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import TracebackType

MEMORY_BYTES = 1536 * 1024 * 1024
SECONDS_A_DOCUMENT = 60.0
DOCUMENTS_A_PROCESS = 200
CPU_SECONDS = 1800
INPUT_BYTES = 32 * 1024 * 1024

_WORKER = Path(__file__).with_name("pdf_worker.py")
_FONTS = Path(__file__).parents[1] / "static" / "vendor" / "inter"
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "XDG_CACHE_HOME")


class RenderFailed(Exception):
    """The document could not be printed now: out of time or memory, or the process died. Worth a retry."""


class RenderRefused(Exception):
    """The document asks for what it was not given, or is too large. Trying again changes nothing."""


def render(html: str, files: Mapping[str, bytes] | None = None) -> bytes:
    """One document as PDF. Raises RenderFailed or RenderRefused."""
    (result,) = render_many([(html, files or {})])
    if isinstance(result, Exception):
        raise result
    return result


def render_many(
    documents: Iterable[tuple[str, Mapping[str, bytes]]],
    *,
    seconds: float = SECONDS_A_DOCUMENT,
    memory: int = MEMORY_BYTES,
) -> list[bytes | RenderFailed | RenderRefused]:
    """Several documents, each with its files, in the order given; one that fails spoils no other."""
    results: list[bytes | RenderFailed | RenderRefused] = []
    with Press(seconds, memory) as press:
        for html, files in documents:
            try:
                results.append(press.printed(html, files))
            except (RenderFailed, RenderRefused) as error:
                results.append(error)
    return results


class Press:
    """The process that prints: started with the first document, again after it died, and afresh now and then."""

    def __init__(self, seconds: float = SECONDS_A_DOCUMENT, memory: int = MEMORY_BYTES) -> None:
        self._seconds, self._memory = seconds, memory
        self._process: subprocess.Popen[bytes] | None = None
        self._printed = 0

    def __enter__(self) -> Press:
        self._folder = tempfile.TemporaryDirectory(prefix="documents-")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()
        self._folder.cleanup()

    def printed(self, html: str, files: Mapping[str, bytes]) -> bytes:
        """One document as PDF. Raises RenderFailed or RenderRefused; the next one can be printed all the same."""
        frame = _packed(html, fonts() | dict(files))
        self._printed += 1
        if self._printed % DOCUMENTS_A_PROCESS == 0:
            self._stop()
        deadline = time.monotonic() + self._seconds
        process = self._running()
        try:
            _write(process, frame, deadline)
            answer = _read(process, deadline)
        except (OSError, EOFError, TimeoutError) as error:
            self._stop()
            reason = "took too long" if isinstance(error, TimeoutError) else "ended the process that prints"
            raise RenderFailed(f"the document {reason}") from None
        kind, body = answer[:1], answer[1:]
        if kind == b"+":
            return body
        if kind == b"r":
            raise RenderRefused(f"the document {body.decode()}")
        self._stop()
        raise RenderFailed(f"the document could not be printed: {body.decode('utf-8', 'replace')}")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(  # nosec B603
                [sys.executable, "-I", str(_WORKER), str(self._memory), str(CPU_SECONDS)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
                | {"TMPDIR": self._folder.name},
                cwd=self._folder.name,
            )
            os.set_blocking(self._process.stdin.fileno(), False)  # type: ignore[union-attr]
            os.set_blocking(self._process.stdout.fileno(), False)  # type: ignore[union-attr]
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process.stdin.close()  # type: ignore[union-attr]
            self._process.stdout.close()  # type: ignore[union-attr]
            self._process = None


@cache
def fonts() -> dict[str, bytes]:
    """The faces every document may use, as `asset:<file name>`. Raises RenderRefused when one is missing."""
    found = {path.name: path.read_bytes() for path in sorted(_FONTS.glob("inter-*-normal.woff2"))}
    for weight in (400, 500, 600):
        if f"inter-latin-{weight}-normal.woff2" not in found:
            raise RenderRefused(f"the font inter-latin-{weight}-normal.woff2 is missing below {_FONTS.name}")
    return found


def _packed(html: str, files: Mapping[str, bytes]) -> bytes:
    head = json.dumps({"html": html, "files": [(name, len(data)) for name, data in files.items()]}).encode()
    frame = struct.pack(">Q", len(head)) + head + b"".join(files.values())
    if len(frame) > INPUT_BYTES:
        raise RenderRefused(f"the document is larger than {INPUT_BYTES // 1024 // 1024} MB")
    return struct.pack(">Q", len(frame)) + frame


def _write(process: subprocess.Popen[bytes], data: bytes, deadline: float) -> None:
    stream = process.stdin.fileno()  # type: ignore[union-attr]
    left = memoryview(data)
    with selectors.DefaultSelector() as ready:
        ready.register(stream, selectors.EVENT_WRITE)
        while left:
            _wait(ready, deadline)
            left = left[os.write(stream, left[:65536]) :]


def _read(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    stream = process.stdout.fileno()  # type: ignore[union-attr]
    got, wanted = bytearray(), 8
    with selectors.DefaultSelector() as ready:
        ready.register(stream, selectors.EVENT_READ)
        while len(got) < wanted:
            _wait(ready, deadline)
            part = os.read(stream, 1 << 20)
            if not part:
                raise EOFError
            got += part
            if wanted == 8 and len(got) >= 8:
                wanted = 8 + struct.unpack(">Q", got[:8])[0]
    return bytes(got[8:wanted])


def _wait(ready: selectors.BaseSelector, deadline: float) -> None:
    if (left := deadline - time.monotonic()) <= 0 or not ready.select(left):
        raise TimeoutError
