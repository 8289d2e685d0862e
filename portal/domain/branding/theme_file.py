"""`theme.toml`, read strictly: a wrong key or value is refused with the line it stands on."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.domain.branding.brand import SignInText
from portal.domain.branding.catalogue import (
    LANGUAGES,
    LAYOUTS,
    NAME_LENGTH,
    RADII,
    SETTINGS_FILE,
    TEXT_LENGTH,
    TOKENS,
    VENDOR_FOLDER,
)

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_TABLE = re.compile(r"\s*\[\s*([^\]]+?)\s*\]\s*(#.*)?$")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*[.=]""")
_LINE = re.compile(r"\(at line (\d+)")


class BrandError(Exception):
    """A theme folder that can't be used: which file, which line (None: the file as a whole), why."""

    def __init__(self, path: Path | str, line: int | None, reason: str) -> None:
        where = f"{path}, line {line}" if line else str(path)
        super().__init__(f"{where}: {reason}")
        self.path = str(path)
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """The keys a `theme.toml` sets; None where it leaves the choice to the default."""

    name: str | None = None
    primary: str | None = None
    accent: str | None = None
    radius: int | None = None
    layout: str | None = None
    contact: str | None = None
    sender_name: str | None = None
    sign_in: Mapping[str, SignInText] = field(default_factory=dict)
    region: Mapping[str, str] = field(default_factory=dict)
    light: Mapping[str, str] = field(default_factory=dict)
    dark: Mapping[str, str] = field(default_factory=dict)


def read_theme(folder: Path) -> ThemeFile:
    """The settings of one theme folder; a folder without `theme.toml` sets nothing.

    Raises BrandError naming file and line.
    """
    path = folder / SETTINGS_FILE
    if not path.is_file():
        return ThemeFile()
    return _Reader(f"{folder.parent.name}/{folder.name}/{SETTINGS_FILE}", _text_of(path), folder.name).read()


def line_of(text: str, *keys: str) -> int:
    """The line on which the value at `keys` is set, else that of its table, else 1."""
    table: tuple[str, ...] = ()
    best = (0, 1)
    for at, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            table = tuple(part.strip().strip("\"'") for part in header[1].split("."))
            here = table
        elif key := _KEY.match(line):
            here = (*table, key[1].strip("\"'"))
        else:
            continue
        if len(here) > best[0] and here == keys[: len(here)]:
            best = (len(here), at)
    return best[1]


def _text_of(path: Path) -> str:
    shown = f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BrandError(shown, line, "is not UTF-8 text") from None


class _Reader:
    """One file being read. Every refusal goes through `refuse`, which finds the line."""

    def __init__(self, shown: str, text: str, folder: str) -> None:
        self.shown, self.text, self.folder = shown, text, folder

    def read(self) -> ThemeFile:
        try:
            raw = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            found = _LINE.search(str(error))
            last = max(1, len(self.text.splitlines()))
            raise BrandError(self.shown, int(found[1]) if found else last, f"is not valid TOML: {error}") from None
        self.known(raw, self.fields())
        return ThemeFile(**{self.attribute(key): self.fields()[key](key, value) for key, value in raw.items()})

    def fields(self) -> dict[str, Callable[[str, Any], Any]]:
        fields: dict[str, Callable[[str, Any], Any]] = {
            "name": lambda key, value: self.line(value, NAME_LENGTH, key),
            "primary": lambda key, value: self.colour(value, key),
            "accent": lambda key, value: self.colour(value, key),
            "radius": self.radius,
            "layout": self.layout,
            "contact": self.contact,
            "sender_name": lambda key, value: self.line(value, NAME_LENGTH, key),
            "sign-in": self.sign_in,
            "light": self.colours,
            "dark": self.colours,
        }
        if self.folder == VENDOR_FOLDER:
            fields["region"] = self.region
        return fields

    def radius(self, key: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value not in RADII:
            self.refuse(f"is a whole number of pixels from {RADII[0]} to {RADII[-1]}", key)
        return int(value)

    def layout(self, key: str, value: Any) -> str:
        if value not in LAYOUTS:
            self.refuse(f"is one of {', '.join(LAYOUTS)}", key)
        return str(value)

    def contact(self, key: str, value: Any) -> str:
        address = self.line(value, 254, key)
        if not ADDRESS.fullmatch(address):
            self.refuse("is an e-mail address", key)
        return address

    def sign_in(self, key: str, value: Any) -> dict[str, SignInText]:
        texts = {}
        for language, said in self.table(value, dict.fromkeys(LANGUAGES), key).items():
            words = self.table(said, dict.fromkeys(("headline", "text", "footer")), key, language)
            texts[language] = SignInText(
                **{part: self.line(words[part], TEXT_LENGTH, key, language, part) for part in words}
            )
        return texts

    def region(self, key: str, value: Any) -> dict[str, str]:
        regions = self.table(value, dict.fromkeys(LANGUAGES), key)
        return {language: self.line(said, NAME_LENGTH, key, language) for language, said in regions.items()}

    def colours(self, key: str, value: Any) -> dict[str, str]:
        tokens = self.table(value, dict.fromkeys(TOKENS), key)
        return {token: self.colour(said, key, token) for token, said in tokens.items()}

    def colour(self, value: Any, *keys: str) -> str:
        if not isinstance(value, str) or not COLOUR.fullmatch(value):
            self.refuse('is a colour such as "#b23a18"', *keys)
        return str(value).lower()

    def line(self, value: Any, most: int, *keys: str) -> str:
        """One line of plain text: it may end up in a mail header, a page or a document."""
        if not isinstance(value, str) or not value.strip():
            self.refuse("is a text", *keys)
        if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in value):
            self.refuse("holds a line break or an invisible character", *keys)
        if len(value) > most:
            self.refuse(f"is longer than {most} characters", *keys)
        return str(value).strip()

    def table(self, value: Any, known: Mapping[str, Any], *keys: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.refuse("is a table", *keys)
        self.known(value, known, *keys)
        return dict(value)

    def known(self, found: Mapping[str, Any], known: Mapping[str, Any], *above: str) -> None:
        for key in found:
            if key not in known:
                reason = f"is not known here; known are {', '.join(known)}"
                self.refuse(reason, *above, key)

    def refuse(self, reason: str, *keys: str) -> None:
        raise BrandError(self.shown, line_of(self.text, *keys), f"{'.'.join(keys)} {reason}")

    @staticmethod
    def attribute(key: str) -> str:
        return key.replace("-", "_")
