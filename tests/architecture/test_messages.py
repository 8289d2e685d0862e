"""Every code that the domain can raise has words, and every code with words can be raised."""

from __future__ import annotations

import ast

from tests.architecture.source import calls, modules, where, within

BASE = {"DomainError", "NotFound", "Forbidden", "Refused", "Conflict"}


def error_classes() -> set[str]:
    """The classes whose first argument is a code, with those that the capabilities derive from them."""
    names = set(BASE)
    for _ in range(3):  # a class may be derived from a derived one
        for tree in modules().values():
            for node in ast.walk(tree):
                if (
                    isinstance(node, ast.ClassDef)
                    and {getattr(b, "id", getattr(b, "attr", "")) for b in node.bases} & names
                ):
                    names.add(node.name)
    return names


def codes() -> dict[str, str]:
    """Each code and where it is raised: `Refused("code")`, a default of `__init__`, `("code", {…})` in an Invalid."""
    classes, found = error_classes(), {}
    for name, tree in modules().items():
        if not within(name, "domain"):
            continue
        for call in calls(tree):
            called = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if called in classes or ast.unparse(call.func) == "super().__init__":
                for first in call.args[:1]:
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        found.setdefault(first.value, where(name, call.lineno))
        for node in ast.walk(tree):
            if isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[1], ast.Dict):
                code = node.elts[0]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    found.setdefault(code.value, where(name, node.lineno))
    found.pop("invalid", None)  # it only carries others
    return found


def words() -> dict[str, str]:
    from portal.web.messages import MESSAGES

    return MESSAGES


def test_every_code_has_words():
    missing = [f"{place} {code!r}" for code, place in codes().items() if code not in words()]
    assert not missing, "no words in portal/web/messages.py for\n" + "\n".join(missing)
