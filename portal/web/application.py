"""Flask without the questions that it asks at each request and that have the same answer each time."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment

from portal.web import rules
from portal.web.headers import Answer


class Templates(Environment):
    """Nothing but templates' names is global here, so each finds the names of all in one dictionary.

    A `ChainMap`, of which Jinja makes one for each template, is gone through in Python at each include and import.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class Application(Flask):
    jinja_environment = Templates
    response_class = Answer
    url_rule_class = rules.Rule

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view and no hook is a coroutine: each would be looked at anew, at each request."""
        return func
