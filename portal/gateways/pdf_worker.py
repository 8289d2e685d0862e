"""The process in which documents become PDF: started by `pdf.py`, alone with what it is handed.

It imports nothing of the portal, knows no settings and no secrets, opens no address, and lives
within the limits it is started with. Frames on stdin and stdout are a length of 8 bytes and
that many bytes; a document is a JSON head followed by its files.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import resource
import struct
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

SCHEME = "asset:"


class Refused(FatalURLFetchingError):
    """The document asks for something that was not handed over with it."""


class OnlyGiven(URLFetcher):
    """A fetcher that opens nothing: it finds `asset:<name>` among the files given, or refuses."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._files = files

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002 (the signature is the library's)
        name = url.removeprefix(SCHEME)
        if not url.startswith(SCHEME) or name not in self._files:
            raise Refused(f"refers to {url[:200]!r}, which was not given")
        return URLFetcherResponse(url, body=self._files[name])


def main(memory_bytes: int, cpu_seconds: int) -> None:
    """Answer documents until stdin ends: `+` and the PDF, `r` and a refusal, `f` and a failure."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    source, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the answers
    fonts = FontConfiguration()
    gc.disable()  # a page makes a hundred thousand objects that live exactly as long as it does
    while (frame := _read_frame(source)) is not None:
        answer = _answer(frame, fonts)
        answers.write(struct.pack(">Q", len(answer)) + answer)
        answers.flush()
        gc.collect()


def _answer(frame: bytes, fonts: FontConfiguration) -> bytes:
    try:
        return b"+" + _print(*_unpack(frame), fonts)
    except Refused as error:
        return b"r" + str(error).encode()
    except MemoryError:
        return b"f" + b"out of memory"
    except Exception as error:  # noqa: BLE001 (a document that fails must not end the ones behind it)
        return b"f" + f"{type(error).__name__}: {error}"[:500].encode("utf-8", "replace")


def _print(html: str, files: Mapping[str, bytes], fonts: FontConfiguration) -> bytes:
    document = HTML(string=html, base_url=None, url_fetcher=OnlyGiven(files))
    data: bytes = document.write_pdf(font_config=fonts, finisher=_unsigned, pdf_tags=True, optimize_images=False)
    return data


def _unsigned(_document: Any, pdf: Any) -> None:
    """The paper names its sender, not the tool that printed it."""
    pdf.info.pop("Producer", None)
    pdf.info.pop("Creator", None)


def _unpack(frame: bytes) -> tuple[str, dict[str, bytes]]:
    (length,) = struct.unpack(">Q", frame[:8])
    head = json.loads(frame[8 : 8 + length])
    at, files = 8 + length, {}
    for name, size in head["files"]:
        files[name] = frame[at : at + size]
        at += size
    return head["html"], files


def _read_frame(source: BinaryIO) -> bytes | None:
    size = source.read(8)
    if len(size) < 8:
        return None
    return source.read(struct.unpack(">Q", size)[0])


if __name__ == "__main__":
    main(memory_bytes=int(sys.argv[1]), cpu_seconds=int(sys.argv[2]))
