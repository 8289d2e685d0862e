"""A file of clients as it comes: bytes to lines of cells, whatever program wrote it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from portal.domain.errors import Refused
from portal.domain.settings.services import metered_services
from portal.domain.tenants import sort_name

MOST_BYTES = 1_048_576
MOST_LINES = 5_000
MOST_COLUMNS = 200
LONGEST_CELL = 500
DELIMITERS = (",", ";", "\t")
FORMULA = re.compile(r"^'(?='*[=+\-@\t\r＝＋－＠])")
"""An apostrophe that keeps a spreadsheet from taking a cell for a formula; it is no part of the value."""


@dataclass(frozen=True)
class Reading:
    """What was read: cells by column for each line of the file, and how it was written."""

    lines: dict[int, dict[str, str]]
    delimiter: str
    encoding: str
    ignored: list[str]


def columns() -> list[str]:
    """The columns of a file of clients, in their order."""
    plain = "name slug email currency language began_on package payment_option licence_price".split()
    return [*plain, *(f"limit_{service.key}" for service in metered_services())]


def read_clients(data: bytes) -> Reading:
    """Raises Refused for a file that is too large, empty, or no table of clients."""
    if len(data) > MOST_BYTES:
        raise Refused("file_too_large")
    text, encoding = _decoded(data)
    delimiter = max(DELIMITERS, key=lambda mark: _known(text, mark))
    rows = _rows(text, delimiter)
    if rows and len(rows[0][1]) > MOST_COLUMNS:
        raise Refused("too_many_columns", most=MOST_COLUMNS)
    header = [_column(cell) for cell in rows[0][1]] if rows else []
    if "name" not in header:
        raise Refused("no_name_column")
    if len(rows) - 1 > MOST_LINES:
        raise Refused("too_many_lines", most=MOST_LINES)
    if len(rows) == 1:
        raise Refused("no_lines")
    wanted = [name if name in columns() and header.index(name) == place else None for place, name in enumerate(header)]
    lines = {number: _cells(wanted, cells) for number, cells in rows[1:]}
    ignored = [cell.strip() for cell, name in zip(rows[0][1], wanted, strict=True) if name is None and cell.strip()]
    return Reading(lines, delimiter, encoding, ignored)


def _decoded(data: bytes) -> tuple[str, str]:
    """UTF-8 with or without its mark, else as Windows writes western languages."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text, encoding.removesuffix("-sig")
    raise Refused("file_unreadable")


def _rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Lines that hold something, with their number in the file."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found, number = [], 0
    try:
        for cells in reader:
            number += 1
            if any(cell.strip() for cell in cells):
                found.append((number, cells))
    except csv.Error:
        raise Refused("line_unreadable", line=number + 1) from None
    return found


def _known(text: str, delimiter: str) -> int:
    """How many columns of ours the first line has with this delimiter."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    cells = first.replace('"', "").split(delimiter)[:MOST_COLUMNS]
    return len({_column(cell) for cell in cells} & set(columns()))


def _column(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", sort_name(cell.strip()))


def _cells(wanted: list[str | None], cells: list[str]) -> dict[str, str]:
    found = {
        name: FORMULA.sub("", cell.strip())[: LONGEST_CELL + 1]
        for name, cell in zip(wanted, cells, strict=False)
        if name
    }
    if any(cell.strip() for cell in cells[len(wanted) :]):
        found[""] = "too_many_cells"
    return found
