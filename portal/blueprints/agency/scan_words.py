"""What a brand scan found, in words: what it is, where it stands, and how it goes away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from portal.domain.rights import SECTIONS
from portal.languages import N_, Text, gettext

LONGEST = timedelta(minutes=15)
"""A scan that has said nothing for so long is over."""

LEAKS: dict[str, tuple[Text, Text]] = {
    "name": (
        N_("Names that are not yours"),
        N_("Look for the name in the texts of your brand and in what was written for the client; what the portal "
           "itself says is for whoever runs it to correct."),
    ),
    "host": (
        N_("Addresses of somebody else"),
        N_("Replace the link in your texts by one of your own, or use a domain of your own."),
    ),
    "picture": (N_("Pictures of somebody else"), N_("Upload your own picture in its place.")),
    "asset": (N_("Addresses of somebody else's pictures"), N_("Upload your own picture in its place.")),
    "tool": (
        N_("Names of tools"),
        N_("Tell whoever runs the portal: an answer says what it was made with."),
    ),
    "source": (
        N_("Ways to the sources"),
        N_("Tell whoever runs the portal: a file leads to its sources."),
    ),
}  # fmt: skip
"""Of each kind of leak its title, and what to do."""

_PLACES: dict[str, Text] = {
    "text": N_("text"),
    "title": N_("title"),
    "comment": N_("hidden comment"),
    "class name": N_("name in the source"),
    "picture": N_("picture"),
    "file name": N_("file name"),
    "redirect": N_("redirect"),
    "document": N_("text of the document"),
    "picture of the document": N_("picture of the document"),
    "link of the document": N_("link of the document"),
    "attachment": N_("attachment"),
    "style sheet": N_("style sheet"),
    "script": N_("script"),
    "manifest": N_("install manifest"),
    "feed": N_("feed"),
    "calendar": N_("calendar"),
    "drawing": N_("picture"),
}
_FIRST: dict[str, Text] = {
    "header": N_("header %(name)s"),
    "attribute": N_("attribute %(name)s"),
    "meta": N_("meta %(name)s"),
    "property": N_("property %(name)s"),
}

_READERS: dict[str, Text] = {
    "signed out": N_("Visitors who are not signed in"),
    "letters and documents": N_("e-mails and documents"),
}

COUNTED: dict[str, Text] = {
    "pages": N_("Pages"),
    "fragments": N_("Parts of pages"),
    "refusals": N_("Error pages"),
    "redirects": N_("Redirects"),
    "assets": N_("Style sheets, scripts, pictures"),
    "files": N_("Files"),
    "letters": N_("E-mails"),
    "documents": N_("Documents"),
}
"""What was looked at, in the order of the page."""


def is_under_way(kept: dict[str, Any], now: datetime) -> bool:
    """Whether a scan was asked for or is running, and not stuck."""
    return kept.get("state") in ("asked", "running") and now - datetime.fromisoformat(kept["at"]) < LONGEST


def grouped(leaks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The findings by their kind, in the order of LEAKS."""
    groups = []
    for kind, (title, advice) in LEAKS.items():
        found = [one for one in leaks if one["leak"] == kind]
        if found:
            groups.append({"title": title, "advice": advice, "found": found})
    return groups


def place(name: str) -> str:
    """Where something stands, in the reader's language."""
    if name in _PLACES:
        return gettext(_PLACES[name])
    first, _, rest = name.partition(" ")
    return gettext(_FIRST[first], name=rest) if first in _FIRST else name


def reader(name: str) -> str:
    """Who met it; of a scan under way also what it looks at."""
    return str(_READERS.get(name, name))


def section(key: str) -> str:
    """The label of a section of the back office."""
    return next((gettext(one.label) for one in SECTIONS if one.key == key), key)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
