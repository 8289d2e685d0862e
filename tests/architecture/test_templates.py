"""What may not stand in a template, and where a template belongs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.source import PORTAL, ROOT

TEMPLATES = PORTAL / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
# Letters and documents are not pages: mail clients read style attributes, and the PDF has no policy to keep.
SCREENS = [file for file in PAGES if file.relative_to(TEMPLATES).parts[0] not in ("mail", "pdf")]

# What is wrong, in words; where it is looked for: in the whole text, in its tags, in the names of their attributes.
FORBIDDEN = {
    "|safe: mark trusted HTML where it is made": ("text", re.compile(r"\|\s*safe\b")),
    "autoescape switched off": ("text", re.compile(r"\bautoescape\s+false")),
    "a style element: use a style sheet": ("tags", re.compile(r"<style\b")),
    "a style attribute: use a class": ("names", re.compile(r"<[^>]*\sstyle\s*=")),
    "an inline handler: use an event in a script file": ("names", re.compile(r"<[^>]*\son[a-z]+\s*=")),
    "hx-on: it needs eval": ("names", re.compile(r"\bhx-on")),
    "a value of code: it needs eval": ("tags", re.compile(r"\bhx-(vals|headers)\s*=\s*[\"']js:")),
    "a script without src": ("tags", re.compile(r"<script(?![^>]*\bsrc=)")),
    "an address of code": ("text", re.compile(r"javascript:", re.IGNORECASE)),
    'a look on a timer that does not say so, and would keep a session alive: add hx-headers=\'{"X-Polled": "yes"}\'': (
        "tags",
        re.compile(r"<(?=[^>]*\bhx-trigger=\"[^\"]*\bevery\b)(?![^>]*X-Polled)[^>]*"),
    ),
    'what follows an event and exchanges itself loses the next one while it asks: add hx-sync="this:replace"': (
        "tags",
        re.compile(r"<(?=[^>]*\bfrom:body\b)(?=[^>]*\bhx-swap=\"outerHTML)(?![^>]*\bhx-sync=\"this:replace\")[^>]*"),
    ),
    "an attribute without quotes": ("names", re.compile(r"<[a-zA-Z][^>]*\s[a-zA-Z-]+=(?:\{\{|[^\s\"'>=])")),
    "another host: the portal serves everything": ("tags", re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//")),
}
_BLOCKS = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)
_VALUES = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_QUOTED = re.compile(r"""=\s*("[^"<>]*"|'[^'<>]*')""")


def faults(text: str) -> list[str]:
    """What is wrong in a template. Jinja and quoted values go first, so that no sign in them is taken for HTML."""
    tags = _VALUES.sub("{{x}}", _BLOCKS.sub(" ", text))
    names = _QUOTED.sub('=""', tags)
    found = []
    for words, (where, pattern) in FORBIDDEN.items():
        seen = {"text": text, "tags": tags, "names": names}[where]
        found += [f"{words}: {' '.join(match.group().split())[:80]}" for match in pattern.finditer(seen)]
    return found


@pytest.mark.parametrize("file", SCREENS, ids=lambda file: str(file.relative_to(TEMPLATES)))
def test_a_template_holds_nothing_forbidden(file: Path):
    found = faults(file.read_text())
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "{{ words|safe }}",
        '<meta content="a, b=c"><p class=plain>',
        "{% autoescape false %}",
        "<style>p {}</style>",
        '<p class="a" style="color: red">',
        '<p\n  onclick="x()">',
        '<p hx-on:click="x()">',
        "<div hx-vals='js:{a: 1}'>",
        '<div hx-get="/x" hx-trigger="every 2s">',
        '<div{% if a > b %} hx-get="{{ x }}" hx-trigger="load, every 2s"{% endif %}>',
        '<p hx-get="/x" hx-trigger="changed from:body" hx-swap="outerHTML">',
        "<script>x()</script>",
        '<a href="javascript:x()">',
        "<p id={{ id }}>",
        "<p class=plain>",
        '<img src="https://example.net/a.png">',
    ],
)
def test_every_forbidden_thing_is_seen(text):
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    [
        '<p class="a {{ "b" if x > 1 else "c" }}" {% if y >= 2 %}hidden{% endif %}>a = b</p>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<script src="{{ asset("office.js") }}" defer></script>',
        """<div{% if a > b %} hx-get="{{ x }}" hx-trigger="every 2s" hx-headers='{"X-Polled": "yes"}'{% endif %}>""",
        '<option value="{{ v }}"{{ " selected" if v == chosen }}>',
        '<form method="post" action="{{ url_for(".save", client=client.slug) }}">{{ csrf_field() }}</form>',
    ],
)
def test_good_templates_pass(text):
    assert not faults(text)


def test_every_fragment_says_first_what_it_needs():
    silent = [
        str(file.relative_to(ROOT))
        for file in SCREENS
        if file.name.startswith("_") and not re.match(r"\{#.*?#\}", file.read_text(), re.DOTALL)
    ]
    assert not silent, "the first line is a comment, {# What it is. Needs: … #}: " + ", ".join(silent)


def test_every_page_and_fragment_lies_beside_the_view_that_shows_it():
    """`agency/clients/index.html` belongs to `blueprints/agency/clients.py`, which names or has that view."""
    blueprints, lost = PORTAL / "blueprints", []
    audiences = {folder.name for folder in blueprints.iterdir() if folder.is_dir()} if blueprints.is_dir() else set()
    for file in SCREENS:
        audience, *rest = file.relative_to(TEMPLATES).with_suffix("").parts
        if audience not in audiences:
            continue
        module = blueprints.joinpath(audience, *rest[:-1]).with_suffix(".py") if rest[:-1] else None
        if module is None or not module.is_file():
            lost.append(f"{file.relative_to(ROOT)}: no module {module and module.relative_to(ROOT)}")
    assert not lost, "\n".join(lost)


def test_every_template_is_used():
    named = "\n".join(file.read_text() for file in [*PORTAL.rglob("*.py"), *TEMPLATES.rglob("*.*")])
    unused = [
        str(file.relative_to(ROOT))
        for file in SCREENS
        if file.parent.name != "layouts"  # chosen by the host
        and str(file.relative_to(TEMPLATES)) not in named
        and f'"{file.name}"' not in named
    ]
    assert not unused, "no view, template or error handler names it: " + ", ".join(unused)
