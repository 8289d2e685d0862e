"""The stamp above each view, replaced by the next weaker ones."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.mutants.texts import Mutant, Source

STAMPS = frozenset("agency_staff contributor machine operator public signed_in".split())
LESS = {
    "OWN": ("PRICES",),
    "STAFF": ("CLIENTS", "COSTS"),
    "PRICES": ("CLIENTS", "COSTS"),
    "ADD_CLIENTS": ("CLIENTS", "COSTS"),
    "COSTS": ("SEE",),
    "CLIENTS": ("SEE",),
}
"""The permissions that the next roles below have; everybody at the dashboard may SEE."""

_SIGNED_IN = '__import__("portal.web.access", fromlist=["signed_in"]).signed_in'


def stamps_of(source: Source) -> Iterator[Mutant]:
    for view in [node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef)]:
        for stamp in view.decorator_list:
            if isinstance(stamp, ast.Call) and isinstance(stamp.func, ast.Name) and stamp.func.id in STAMPS:
                for weaker in _weaker(source, stamp, stamp.func.id):
                    shown = weaker.replace(_SIGNED_IN, "signed_in")
                    yield source.mutant(stamp, weaker, f"{view.name}: {source.text(stamp)} -> {shown}", view=view.name)


def _weaker(source: Source, stamp: ast.Call, kind: str) -> Iterator[str]:
    given = {word.arg or "": source.text(word.value) for word in stamp.keywords}
    text = source.text(stamp)
    if kind == "agency_staff":
        yield from _of_staff(given["may"].rpartition(".")[2])
    elif kind == "contributor":
        box = given["may"].strip("\"'")
        yield _SIGNED_IN + '(on="agency", inside=True)' if box == "home" else 'contributor(may="home")'
        if ":" in box:
            yield f'contributor(may="{box.partition(":")[0]}")'
    elif kind == "machine":
        yield 'machine(scope="usage:read")' if "clients" in given["scope"] else 'machine(scope="clients:read")'
        if "write" in given["scope"]:
            yield text.replace("write", "read")
    elif kind == "operator":
        yield _SIGNED_IN + '(on="platform")'
    else:
        yield from _of_anybody(text, given)


def _of_staff(permission: str) -> Iterator[str]:
    for less in LESS.get(permission, ()):
        yield f"agency_staff(may=Permission.{less})"
    if permission == "SEE":
        yield _SIGNED_IN + '(on="platform")'


def _of_anybody(text: str, given: dict[str, str]) -> Iterator[str]:
    """More hosts; staff inside too; who owes a second factor too."""
    rest = text[:-1] + ("" if text.endswith("()") else ", ")
    if "on" in given and given["on"].strip("\"'") in ("platform", "agency"):
        yield text.replace(f"on={given['on']}", 'on="both"')
    if text.startswith("signed_in"):
        yield from (f"{rest}{more}=True)" for more in ("inside", "owing") if more not in given)
