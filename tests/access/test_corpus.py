"""Every text that somebody typed tries to be code; no page takes it for anything but text (IJ-10, IJ-14, HX-02)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from lxml import html

from portal import db
from tests.access.conftest import Stage
from tests.access.people import OFFICE, PLATFORM
from tests.access.world import WORDS
from tests.trail import unguarded

EVIL = (
    "zq{{7*7}}zq${7*7}zq#{7*7}zq<%= 7*7 %>zq\"'><zqx zqa=1 onload=zq() hx-get=/zq hx-trigger=load>"
    "</title></textarea></script><script>zq()</script>--><zqx> zqa=1 hx-get='/zq' \u2028 &lt;zqx&gt;"
)
"""One text for every place: element, either kind of quotes and none, title, field, script, comment, template."""

_NO_TEXT = {"slug", "email", "key", "url", "address_hash", "host", "topic", "action", "kind", "state", "path"}


def test_whatever_people_type_stays_text_on_every_page(stage):
    with unguarded():
        assert _spoil(db.database.connection()) > 60, "rows of all kinds hold it now"
    stage.snapshot.hold()
    shown = 0
    for name, host in (("A.owner", PLATFORM), ("A1.full", OFFICE), ("A1.own", OFFICE)):
        for path, text in _pages(stage, name, host):
            shown += "zq{{7*7}}zq" in text
            assert _taken(text) == [], f"{path} for {name}"
    assert shown > 60, "pages that show it"


def _taken(text: str) -> list[str]:
    """What of it became more than text."""
    tree = html.document_fromstring(text)
    found = [str(one) for one in tree.xpath("//zqx | //@zqa | //@*[name()='hx-get' and contains(., '/zq')]")]
    found += ["script" for one in tree.iter("script") if "zq()" in (one.text or "") and one.get("type") is None]
    found += ["comment" for one in tree.xpath("//comment()") if "zq" in (one.text or "")]
    return found + (["calculated"] if "zq49zq" in text else [])


def _pages(stage: Stage, name: str, host: str) -> Iterator[tuple[str, str]]:
    """Every page and fragment that this person gets, of what is his own."""
    who = stage.person(name)
    for route in stage.known():
        if route.method == "GET":
            path = route.fill(stage.world.values("A1", route.endpoint)) if route.parts else route.path
            answer = stage.asker.ask("GET", host, path, cookie=who.cookie_at(host), form={}, headers={})
            stage.snapshot.back()
            if answer.status == 200 and "text/html" in answer.headers.get("Content-Type", ""):
                yield path, answer.body.decode()


def _spoil(here: sqlite3.Connection) -> int:
    """Put it beside the word of each tenant, in every column that holds what people typed; how many rows."""
    rows = 0
    tables = here.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'").fetchall()
    for (table,) in tables:
        columns = [column[1] for column in here.execute(f'PRAGMA table_info("{table}")') if column[1] not in _NO_TEXT]
        for column in columns:
            for (value,) in here.execute(f'SELECT DISTINCT "{column}" FROM "{table}"').fetchall():
                spoiled = _beside(value) if isinstance(value, str) else value
                if spoiled != value:
                    changed = here.execute(
                        f'UPDATE "{table}" SET "{column}" = ? WHERE "{column}" = ?', (spoiled, value)
                    )
                    rows += changed.rowcount
    return rows


def _beside(value: str) -> str:
    evil = json.dumps(EVIL)[1:-1] if value[:1] in "[{" else EVIL
    for word in WORDS.values():
        if f"{word}@" not in value and f".{word}" not in value and f"/{word}" not in value:
            value = value.replace(word, f"{word} {evil}", 1)
    return value
