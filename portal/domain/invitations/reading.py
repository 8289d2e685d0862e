"""Addresses as people paste them: one a line, or several with commas between, with names or without."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_LINE = 320

_ANGLED = re.compile(r"^(?P<name>[^<>]*)<(?P<email>[^<>]*)>\s*(?P<more>.*)$")
_BETWEEN = re.compile(r"[,;\t]")


@dataclass(frozen=True)
class Address:
    """One address with the name that stood beside it, neither of them judged yet; `text` as it was pasted."""

    text: str
    email: str
    name: str


def read_addresses(text: str) -> list[Address]:
    """What was pasted, in order; empty lines are left out."""
    found: list[Address] = []
    for line in text.replace("\x00", "").splitlines():
        found += [_address(part) for part in _parts(line.strip()) if part]
    return found


def _parts(line: str) -> list[str]:
    """A line holds several addresses where more than one of its parts has an @; else it is one with its name."""
    parts = [part.strip() for part in _BETWEEN.split(line)]
    return parts if sum("@" in part for part in parts) > 1 else [line.strip(",; \t")]


def _address(text: str) -> Address:
    """`Lia Souza <lia@a.example>`, `lia@a.example, Lia Souza`, `Lia Souza; lia@a.example`, `lia@a.example`."""
    if angled := _ANGLED.match(text):
        return Address(text[:LONGEST_LINE], angled["email"].strip(), _name(angled["name"]))
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    email = next((part for part in parts if "@" in part), text)
    names = [part for part in parts if part != email]
    return Address(text[:LONGEST_LINE], email[:LONGEST_LINE], _name(" ".join(names)))


def _name(text: str) -> str:
    return text.strip(" \t\"',;")
