"""Flask without the questions that it asks at each request and that have the same answer each time."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import cached_property
from typing import Any

from flask import Flask, has_request_context
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

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """As Flask's. What has nothing to be filled in is built once: a page has dozens of such addresses."""
        fixed = self._fixed.get(endpoint) if not values and has_request_context() else None
        return fixed or super().url_for(endpoint, **values)

    @cached_property
    def _fixed(self) -> dict[str, str]:
        """The paths of endpoints that have one and no part that varies; no request has a say in them."""
        adapter, rules_of = self.url_map.bind("localhost"), self.url_map.iter_rules
        only = [found for endpoint in self.view_functions if len(found := list(rules_of(endpoint))) == 1]
        return {rule.endpoint: adapter.build(rule.endpoint) for [rule] in only if not rule.arguments}
