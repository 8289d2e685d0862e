"""Finding clients by a part of their name, slug, e-mail or address: the text that is kept, and the question to it."""

from __future__ import annotations

from typing import Any

from portal.db import is_postgres, key_of, rows_of
from portal.domain.tenants.models import Agency, Client, ClientText
from portal.domain.tenants.slugs import sort_name

MOST_CANDIDATES = 200
"""A search that fits more clients shows none beyond: whoever looks for one types more letters."""
SHORTEST = 3
"""Letters from which on the text is searched; fewer are the beginning of the name."""

# Each agency has a range of ids, so that its search never walks through another one's clients.
_FIRST = "SELECT min(id) FROM client_text WHERE agency_id = ?"
_LAST = "SELECT max(id) FROM client_text WHERE agency_id = ?"
_FREE = f"SELECT coalesce(({_LAST}) + 1, ((SELECT coalesce(max(id), 0) >> 32 FROM client_text) + 1) << 32)"

_INDEXED = (
    "SELECT t.client_id AS id, t.text AS text FROM client_text_index f JOIN client_text t ON t.id = f.rowid"
    f" WHERE f.client_text_index MATCH ? AND f.rowid BETWEEN ({_FIRST}) AND ({_LAST}) LIMIT {MOST_CANDIDATES + 1}"
)
_ALIKE = (
    "SELECT t.client_id AS id, t.text AS text FROM client_text t"
    f" WHERE t.agency_id = ?::uuid AND t.text LIKE ? LIMIT {MOST_CANDIDATES + 1}"
)


def keep_text(client: Client) -> None:
    """Write down what the client is searched by. Call it in the transaction that adds or changes the client."""
    text = text_of(client.name, client.slug, client.email, client.address)
    if ClientText.update(text=text).where(ClientText.client == client).execute():
        return
    row: dict[str, Any] = {"client": client, "agency": client.agency_id, "text": text}
    if not is_postgres():  # the one writer; PostgreSQL looks the agency up by itself and takes any next number
        row["id"] = rows_of(_FREE, key_of(client.agency_id))[0][0]
    ClientText.insert(**row).execute()


def text_of(name: str, slug: str, email: str, address: str) -> str:
    """A line each, without accents and case, in the order of the names."""
    return "\n".join(sort_name(part) for part in (name, slug, email, address))


def candidates(agency: Agency, folded: str) -> tuple[str, list[Any]]:
    """SQL that yields `id` and `text` of the clients in whose text this stands, at most one above the most; values.

    Whatever the text holds is looked for as it stands: no sign means anything.
    """
    key = key_of(agency.id)
    if is_postgres():
        return _ALIKE, [key, f"%{liked(folded)}%"]
    quoted = folded.replace('"', '""')
    return _INDEXED, [f'"{quoted}"', key, key]


def search_is_indexed() -> bool:
    """Whether the database has the index; on PostgreSQL the role that migrates may lack the right to `pg_trgm`."""
    if not is_postgres():
        return True
    return bool(rows_of("SELECT 1 FROM pg_indexes WHERE indexname = 'client_text_trigrams'"))


def liked(text: str) -> str:
    """A text as LIKE takes it literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
