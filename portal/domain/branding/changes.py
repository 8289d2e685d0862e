"""What is different between two brands, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.domain.branding.catalogue import PICTURES, ROLES
from portal.domain.branding.theme_file import ThemeFile
from portal.domain.branding.values import FIELDS, flat


@dataclass(frozen=True, slots=True)
class Changed:
    """One difference: a name of `FIELDS`, `picture.<role>` or `tokens` (set by hand), and what it was and becomes.

    Values are as a form shows them; of pictures the SHA-256; an empty text where there was or will be nothing.
    """

    field: str
    before: str
    after: str


def changes(
    before: ThemeFile, files_before: Mapping[str, str], after: ThemeFile, files_after: Mapping[str, str]
) -> Iterator[Changed]:
    """Every difference, in the order of the fields, pictures first."""
    for role in ROLES:
        old, new = _of_role(role, files_before), _of_role(role, files_after)
        if old != new:
            yield Changed(f"picture.{role}", next(iter(old.values()), ""), next(iter(new.values()), ""))
    said, says = flat(before), flat(after)
    for name in FIELDS:
        if said[name] != says[name]:
            yield Changed(name, said[name], says[name])
    if (before.light, before.dark) != (after.light, after.dark):
        yield Changed("tokens", _tokens(before), _tokens(after))


def _of_role(role: str, files: Mapping[str, str]) -> dict[str, str]:
    names = (f"{role}.{extension}" for extension in PICTURES[role])
    return {name: files[name] for name in names if name in files}


def _tokens(values: ThemeFile) -> str:
    return ", ".join(f"{token} {colour}" for table in (values.light, values.dark) for token, colour in table.items())
