"""A document in PDF, read back: its words, properties, links, pictures and whatever is attached to it."""

from __future__ import annotations

import io
from typing import Any

from portal.scan.reading import Link, Piece, Reading

_MOST_PAGES = 20


def read_paper(data: bytes) -> Reading:
    """What a reader of the document, or of its properties, can see. One that can't be read holds nothing."""
    from pypdf import PdfReader  # noqa: PLC0415 (slow to load, and few processes of the portal ever read a document)

    found = Reading()
    try:
        paper = PdfReader(io.BytesIO(data))
        for name, value in (paper.metadata or {}).items():
            found.pieces.append(Piece(f"property {name.strip('/')}", str(value)))
        if xmp := paper.root_object.get("/Metadata"):
            found.pieces.append(Piece("property XMP", xmp.get_object().get_data().decode("utf-8", "replace")))
        for name, files in paper.attachments.items():
            found.pieces.append(Piece("attachment", " ".join([name, *(file.decode("latin-1") for file in files)])))
        for page in paper.pages[:_MOST_PAGES]:
            _read_page(page, found)
    except Exception as error:  # noqa: BLE001 (whatever a broken document makes of its reader)
        found.pieces.append(Piece("document", f"could not be read: {type(error).__name__}"))
    found.pieces.append(Piece("comment of the document", _comments(data)))
    return found


def _read_page(page: Any, found: Reading) -> None:
    found.pieces.append(Piece("document", page.extract_text(), payee=True))
    for annotation in page.get("/Annots") or []:
        action = annotation.get_object().get("/A") or {}
        if "/URI" in action:
            address = str(action["/URI"])
            found.links.append(Link("link of the document", address, asked=False))
            found.pieces.append(Piece("link of the document", address))
    for image in page.images:
        found.pictures.append(("picture of the document", image.data))


def _comments(data: bytes) -> str:
    """Lines outside of every object, where tools like to sign."""
    lines = data[:2000].splitlines() + data[-2000:].splitlines()
    return "\n".join(line.decode("latin-1") for line in lines if line.startswith(b"%"))
