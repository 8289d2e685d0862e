"""`login.html`, the sign-in page that an operator puts into a theme's folder: rendered apart from everything of ours.

A theme says where five values stand, and nothing more: it can't call, loop, include, look into a value or know of
anything else. What is not that is refused before it is compiled, so that it has nothing to take time or memory with.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from flask import after_this_request
from jinja2 import StrictUndefined, Template, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from portal.web.headers import allow_theme

FILE = "login.html"
VALUES = ("name", "headline", "text", "logo", "form")
_MARKUP = ("logo", "form")
_SOURCE_BYTES, _PAGE_CHARACTERS = 64 * 1024, 512 * 1024
_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const,
    nodes.If, nodes.CondExpr, nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand,
)  # fmt: skip
_log = logging.getLogger(__name__)


class ThemeRefused(Exception):
    """A theme's page that can't be shown, with the line where that is known."""


def themed(folder: Path, values: dict[str, str], script: str | None) -> Markup | None:
    """The page of the theme in `folder` with the five values; None where it has none, or none that can be shown.

    `form` and `logo` are markup, the form shown exactly once; the rest is text. The answer allows no other script than
    that at `script`; with None the caller says what it allows.
    """
    path = folder / FILE
    try:
        stat = path.stat()
    except OSError:
        return None
    try:
        page = render(_compiled(path, stat.st_mtime_ns, stat.st_size), values)
    except ThemeRefused as refused:
        _log.error("theme refused: %s/%s: %s", folder.name, FILE, refused)
        return None
    if script:
        after_this_request(lambda response: allow_theme(response, script))
    return page


def compiled(source: str) -> Template:
    """A theme's page, ready to be rendered. Raises ThemeRefused for anything but text, the five values and `if`."""
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    for known in (environment.globals, environment.filters, environment.tests):
        known.clear()
    try:
        tree = environment.parse(source)
        for node in _all(tree):
            _check(node)
        return environment.from_string(tree)
    except ThemeRefused:
        raise
    except Exception as error:  # noqa: BLE001 (a template may be wrong in any way)
        line = getattr(error, "lineno", None)
        raise ThemeRefused(f"line {line}: {error}" if line else f"can't be read ({type(error).__name__})") from None


def render(page: Template, values: dict[str, str]) -> Markup:
    """The page with its values. Raises ThemeRefused."""
    known = {name: Markup(values[name]) if name in _MARKUP else values[name] for name in VALUES}  # nosec B704 (ours)
    parts, size = [], 0
    try:
        for part in page.generate(known):
            parts.append(part)
            size += len(part)
            if size > _PAGE_CHARACTERS:
                raise ThemeRefused("the page becomes too long")
    except ThemeRefused:
        raise
    except Exception as error:  # noqa: BLE001
        raise ThemeRefused(f"can't be rendered: {error}") from None
    whole = "".join(parts)
    if whole.count(known["form"]) != 1:
        raise ThemeRefused("shows {{ form }} not exactly once")
    return Markup(whole)  # nosec B704 (values are escaped; the rest is the operator's own)


@lru_cache(maxsize=64)
def _kept(path: Path, _changed: int, _size: int) -> Template | ThemeRefused:
    """What became of the file in this state: a mistake is found once, too."""
    try:
        if _size > _SOURCE_BYTES:
            raise ThemeRefused(f"is larger than {_SOURCE_BYTES // 1024} KiB")
        return compiled(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        return ThemeRefused(f"can't be read: {error}")
    except ThemeRefused as refused:
        return refused


def _compiled(path: Path, changed: int, size: int) -> Template:
    found = _kept(path, changed, size)
    if isinstance(found, ThemeRefused):
        raise found
    return found


def _all(tree: nodes.Node) -> list[nodes.Node]:
    """Every node of a page."""
    found, open_ = [], [tree]
    while open_:
        node = open_.pop()
        found.append(node)
        open_.extend(node.iter_child_nodes())
    return found


def _check(node: nodes.Node) -> None:
    if not isinstance(node, _NODES):
        raise ThemeRefused(f"line {node.lineno}: {type(node).__name__} is not for a theme")
    if isinstance(node, nodes.Name) and (node.name not in VALUES or node.ctx != "load"):
        raise ThemeRefused(f"line {node.lineno}: {node.name} is not known here; known are {', '.join(VALUES)}")
