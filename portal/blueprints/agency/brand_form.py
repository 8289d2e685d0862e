"""The forms of the brand page: what each part of it holds, as stored and as typed."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor
from typing import Any

from babel.numbers import format_decimal
from flask import flash, redirect
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import branding
from portal.domain.branding import Draft
from portal.domain.errors import Conflict
from portal.domain.tenants import Agency
from portal.languages import LANGUAGES, locale
from portal.web import errors
from portal.web.forms import FormState
from portal.web.messages import said_of

WORDS = ("headline", "text", "footer")
"""What the sign-in page says, in each language."""

PARTS: dict[str, tuple[str, ...]] = {
    "names": ("name", "sender_name", "contact"),
    "colours": ("primary", "accent", "radius"),
    "entrance": ("layout", *(f"{word}.{tag}" for tag in LANGUAGES for word in WORDS)),
}
"""The fields that are saved together."""


def stored(draft: Draft, part: str) -> FormState:
    """The part as the draft has it."""
    values = branding.flat(draft.values)
    return FormState({name: values[name] for name in PARTS[part]})


def typed(form: Mapping[str, str], part: str) -> FormState:
    return FormState.typed(form, *PARTS[part])


def sent(form: FormState, part: str) -> dict[str, str]:
    """What was typed, for the draft; the domain judges it."""
    return {name: form.text(name) for name in PARTS[part]}


def languages_of(agency: Agency) -> list[tuple[str, str]]:
    """The languages of the sign-in page, the agency's own first."""
    return sorted(LANGUAGES.items(), key=lambda item: item[0] != agency.language)


def ratio(contrast: float) -> str:
    """A contrast as people read it, `6.1:1`; never more than it is."""
    return f"{format_decimal(floor(contrast * 10) / 10, locale=locale(), format='0.#')}:1"


def by_hand(draft: Draft) -> str:
    """The colours that the folder sets beside those of the form, as in `light text #1b1924`."""
    tables = {"light": draft.values.light, "dark": draft.values.dark}
    return ", ".join(f"{name} {token} {colour}" for name, table in tables.items() for token, colour in table.items())


def expected_of(form: Any) -> int:
    """The version of the draft that a form was made for; htmx knows the newest that this page has seen."""
    said = form.get("version") or form.get("expected") or ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else -1


def back_with(error: Conflict, address: str) -> AnyResponse:
    """To the page as it is now, with what was not done and why."""
    errors.status_of(error)  # written down
    flash(said_of(error), "error")
    return redirect(address, 303)
