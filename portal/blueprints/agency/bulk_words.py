"""A change of many clients in words: each setting, and what it is set to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.blueprints.agency.field_words import in_order, label_of, said_of
from portal.formatting import listed, money, percent
from portal.languages import gettext as _

Way = Mapping[str, Any]


def lines_of(wanted: Mapping[str, Way], *, back: bool) -> Iterator[tuple[str, str]]:
    """By the name of each setting what is wanted of it (see `bulk_values`); `back`: that it is taken back."""
    for name in in_order(wanted):
        yield label_of(name), _("as before") if back else _way_in_words(name, wanted[name])


def _way_in_words(name: str, way: Way) -> str:
    if "set" in way:
        return said_of(name, way["set"], "")
    if "percent" in way:
        size = percent(abs(way["percent"]))
        return (
            _("raised by %(percent)s", percent=size)
            if way["percent"] > 0
            else _("lowered by %(percent)s", percent=size)
        )
    amounts = [money(minor, currency) for currency, minor in way.get("amounts", {}).items()]
    own = [said_of(name, None, "")] if "list" in way else []
    return listed(amounts + own)
