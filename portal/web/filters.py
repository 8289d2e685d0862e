"""What templates can say beyond plain values."""

from __future__ import annotations

import re

from flask import Flask
from markupsafe import Markup, escape

from portal import audit_words, formatting
from portal.domain.rights import Box
from portal.languages import gettext, ngettext

_HYPHENATED = re.compile(r"\w+(?:-\w+)+")
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9]+")


def init_filters(app: Flask) -> None:
    env = app.jinja_env
    env.filters.update(formatting.FILTERS)
    env.filters["dom_id"] = dom_id
    env.filters["unbroken"] = unbroken
    env.filters["named"] = audit_words.named
    env.globals.update(_=gettext, ngettext=ngettext, dom_id=dom_id)
    env.trim_blocks = env.lstrip_blocks = True


def dom_id(*parts: object) -> str:
    """The id of one element on a page, as in `dom_id("switch", colleague.id, box)`."""
    return "-".join(_NOT_IN_ID.sub("-", _word(part)).strip("-") for part in parts)


def unbroken(text: object) -> Markup:
    """Text whose words with a hyphen stay on one line: `e-mail` is one word."""
    return Markup(_HYPHENATED.sub(r'<span class="nowrap">\g<0></span>', str(escape(str(text)))))  # nosec B704


def _word(part: object) -> str:
    return part.key if isinstance(part, Box) else str(getattr(part, "id", part))
