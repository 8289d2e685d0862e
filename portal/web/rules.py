"""Routes that are quick to set up: how one becomes an address is compiled when the first address of it is built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug import routing

_Build = Callable[..., tuple[str, str]]


class Rule(routing.Rule):
    """Compiling both builders of every rule would be most of what a process does until it is ready."""

    def _compile_builder(self, append_unknown: bool = True) -> _Build:
        compile_now = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            built: _Build = compile_now(append_unknown).__get__(rule, None)  # type: ignore[attr-defined]
            if append_unknown:
                rule._build_unknown = built
            else:
                rule._build = built
            return built(**values)

        return build
