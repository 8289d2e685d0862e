"""Words in the reader's language: one mechanism for pages, letters, documents and API messages.

A msgid is the English sentence. `N_` marks one in a catalogue and yields a `Text`, which speaks
the language in force wherever it is shown. The catalogues are the plain `.po` files under
`translations/<locale>/`, read together at start: nothing to compile, nothing to forget.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup, escape

LANGUAGES = {"pt-BR": "Português (Brasil)", "en": "English"}
DEFAULT = "pt-BR"

_FOLDER = Path(__file__).with_name("translations")
_LOCALES = {"pt-BR": Locale("pt", "BR"), "en": Locale("en", "GB")}
_in_force: ContextVar[str] = ContextVar("language", default=DEFAULT)


class Text(str):
    """A msgid that translates itself when it is shown."""

    __slots__ = ()

    def __str__(self) -> str:
        return gettext(self)

    def __html__(self) -> Markup:
        return escape(gettext(self))

    def __format__(self, spec: str) -> str:
        return format(gettext(self), spec)


def N_(msgid: str) -> Text:  # noqa: N802 (the name gettext tools look for)
    """Mark a sentence for translation where it is written, to be said later."""
    return Text(msgid)


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Everything said inside is said in `language` (unknown or None: the default)."""
    token = _in_force.set(language if language in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _in_force.reset(token)


def speak(language: str | None) -> None:
    """Set the language for the rest of this context (one request)."""
    _in_force.set(language if language in LANGUAGES else DEFAULT)


def language() -> str:
    """The language in force, as a BCP 47 tag."""
    return _in_force.get()


def locale() -> Locale:
    return _LOCALES[language()]


def gettext(msgid: str, **values: Any) -> str:
    """The sentence in the language in force, its `%(name)s` filled in."""
    raw = str.__str__(msgid)
    entry = _catalogue(language()).get(raw)
    said = entry if isinstance(entry, str) and entry else raw
    return said % values if values else said


def ngettext(singular: str, plural: str, n: int, **values: Any) -> str:
    """The sentence in the form that `n` asks for; `%(num)s` is `n` written out."""
    forms = _catalogue(language()).get(str.__str__(singular))
    if isinstance(forms, tuple):
        said = forms[_plural_form(n)]
    else:
        said = str.__str__(singular) if n == 1 else str.__str__(plural)
    return said % {"num": _written(n, language()), **values}


@lru_cache(maxsize=5_000)
def _written(n: int, tag: str) -> str:
    return format_decimal(n, locale=_LOCALES[tag])


def _plural_form(n: int) -> int:
    """Portuguese of Brazil says 0 and 1 in the singular; English only 1."""
    return int(n > 1) if language() == "pt-BR" else int(n != 1)


def sentences() -> Iterator[str]:
    """Everything that is ever said, in every language, with its places left open."""
    for tag in LANGUAGES:
        for msgid, said in _catalogue(tag).items():
            yield from (msgid, *((said,) if isinstance(said, str) else said))


@cache
def _catalogue(tag: str) -> dict[str, str | tuple[str, ...]]:
    words: dict[str, str | tuple[str, ...]] = {}
    origin: dict[str, str] = {}
    for file in sorted((_FOLDER / tag.replace("-", "_")).glob("*.po")):
        with file.open("rb") as handle:
            for message in read_po(handle, locale=tag.replace("-", "_"), abort_invalid=True):
                msgid = message.id if isinstance(message.id, str) else message.id[0]
                if not msgid or message.fuzzy:
                    continue
                if words.setdefault(msgid, _value(message.string)) != _value(message.string):
                    raise ValueError(f"{file.name} and {origin[msgid]} translate {msgid!r} differently")
                origin.setdefault(msgid, file.name)
    return words


def _value(string: Any) -> str | tuple[str, ...]:
    return tuple(string) if isinstance(string, (list, tuple)) else string


_ = gettext
