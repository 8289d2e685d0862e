"""Files for spreadsheets: as the reader's writes them, and no cell of them is ever a formula."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

from babel.numbers import get_decimal_symbol
from werkzeug.wrappers import Response

from portal.languages import locale

_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"-?[\d.,]+", re.ASCII)


def decimal_mark() -> str:
    """The reader's."""
    return str(get_decimal_symbol(locale()))


def csv_file(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """A file that opens in the reader's spreadsheet.

    Every cell is quoted: a program that splits lines at another mark would find a formula behind it.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if decimal_mark() == "," else ",", quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_inert(cell) for cell in row])
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(name)}"'
    return response


def file_name(name: str) -> str:
    """A name that every system takes and that stays within its header: plain letters, digits, dots and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem, dot, ending = re.sub(r"[^A-Za-z0-9._]+", "-", plain).strip("-.").rpartition(".")
    return (stem[:80].rstrip("-.") + dot + ending[:10]) or "file"


def _inert(cell: str) -> str:
    """Text that a spreadsheet shows and does not run; a negative number stays a number."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
