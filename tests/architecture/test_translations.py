"""Every sentence of the portal has its words in Brazilian Portuguese, with the same values; none is left over."""

from __future__ import annotations

import re
from functools import cache

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from tests.architecture.source import PORTAL, ROOT

KEYWORDS = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
TRANSLATIONS = PORTAL / "translations" / "pt_BR"


@cache
def sentences() -> dict[str, tuple[tuple[str, ...], str]]:
    """Each msgid of source and templates: its forms (one, or singular and plural) and where it stands."""
    found: dict[str, tuple[tuple[str, ...], str]] = {}
    for method, suffix in (("python", "py"), ("jinja2.ext:babel_extract", "html"), ("jinja2.ext:babel_extract", "txt")):
        for file in sorted(PORTAL.rglob(f"*.{suffix}")):
            if suffix != "py" and "templates" not in file.parts:
                continue
            for line, said, _, _ in extract_from_file(method, file, keywords=KEYWORDS, options={"silent": "false"}):
                forms = said if isinstance(said, tuple) else (said,)
                found.setdefault(forms[0], (forms, f"{file.relative_to(ROOT)}:{line}"))
    return found


@cache
def translations() -> dict[str, tuple[Message, str]]:
    found: dict[str, tuple[Message, str]] = {}
    for file in sorted(TRANSLATIONS.glob("*.po")):
        with file.open("rb") as handle:
            for message in read_po(handle, locale="pt_BR", abort_invalid=True):
                forms = message.id if isinstance(message.id, tuple) else (message.id,)
                if forms[0]:
                    found[forms[0]] = (message, f"{file.relative_to(ROOT)}:{message.lineno}")
    return found


def said_in(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, (list, tuple)) else (message.string or "",)


def test_every_sentence_is_translated():
    missing = []
    for msgid, (forms, place) in sentences().items():
        entry = translations().get(msgid)
        if entry is None or entry[0].fuzzy or not all(said_in(entry[0])):
            missing.append(f"{place} {msgid!r}")
        elif len(said_in(entry[0])) != len(forms):
            missing.append(f"{place} {msgid!r} has {len(said_in(entry[0]))} forms in {entry[1]}, {len(forms)} here")
    assert not missing, f"{len(missing)} sentences have no pt_BR words:\n" + "\n".join(missing)


def test_translations_keep_the_placeholders():
    changed = []
    for message, place in translations().values():
        forms = message.id if isinstance(message.id, tuple) else (message.id,)
        for index, said in enumerate(said_in(message)):
            wanted = set(PLACEHOLDER.findall(forms[min(index, len(forms) - 1)]))
            given = set(PLACEHOLDER.findall(said))
            # one thing alone may be said without its number
            if given != wanted and not (len(forms) > 1 and index == 0 and given == wanted - {"num", "n"}):
                changed.append(f"{place} {sorted(given)} instead of {sorted(wanted)}")
            if "%" in PLACEHOLDER.sub("", said).replace("%%", "") and wanted:
                changed.append(f"{place} a lone % breaks the sentence: write %%")
    assert not changed, "\n".join(changed)


def test_no_translation_is_left_over():
    unused = [f"{place} {msgid!r}" for msgid, (_, place) in translations().items() if msgid not in sentences()]
    assert not unused, f"{len(unused)} translations of sentences nobody says:\n" + "\n".join(unused)
