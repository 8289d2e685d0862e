"""Icons of the sprite, each drawn once: a page has hundreds of a few dozen kinds."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from flask import g
from markupsafe import Markup, escape

_ICON = Markup('<svg class="icon{more}"{role}><use href="{sprite}#{name}"/></svg>')
_SPEAKING = Markup(' role="img" aria-label="{}"')
_SILENT = Markup(' aria-hidden="true"')


class Icons:
    """What `icon.html` draws with. `sprite` gives the address of the sprite, the same for the whole request."""

    def __init__(self, sprite: Callable[[], str]) -> None:
        self._find = sprite

    def __call__(self, name: object, label: object = None, **more: object) -> Markup:
        """`more`: its `class`, which is no name in Python."""
        sprite = g.get("sprite") or self._sprite()
        return _drawn(sprite, escape(name), escape(label) if label else None, escape(more.get("class", "")))

    def _sprite(self) -> str:
        g.sprite = self._find()
        return str(g.sprite)


@lru_cache(maxsize=1_000)
def _drawn(sprite: str, name: Markup, label: Markup | None, kind: Markup) -> Markup:
    role = _SPEAKING.format(label) if label else _SILENT
    return _ICON.format(more=Markup(" ") + kind if kind else "", role=role, sprite=sprite, name=name)
