"""Which statements of a file run: each says so, in a portal that runs already."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.mutants.swapping import put_code

_MARK = "__ran__"


def watch(tree: Path, file: str, ran: Callable[[int, int], Any]) -> None:
    """From now on `ran` is told the first and last line of each statement of a function when it runs."""
    path = tree / file
    parsed = _Marks().visit(ast.parse(path.read_bytes()))
    if put_code(path, compile(ast.fix_missing_locations(parsed), path, "exec")):
        vars(sys.modules[file.removesuffix(".py").replace("/", ".")])[_MARK] = ran


class _Marks(ast.NodeTransformer):
    def __init__(self) -> None:
        self._inside = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._inside += 1
        node.body = self._marked(node.body)
        self._inside -= 1
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """`lambda x: y` is `lambda x: (mark, y)[1]`."""
        self.generic_visit(node)
        both = ast.Tuple([_mark(node).value, node.body], ast.Load())
        node.body = ast.copy_location(ast.Subscript(both, ast.Constant(1), ast.Load()), node.body)
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if self._inside:
            for name in ("body", "orelse", "finalbody"):
                if isinstance(getattr(node, name, None), list):
                    setattr(node, name, self._marked(getattr(node, name)))
            for inner in [*getattr(node, "handlers", []), *getattr(node, "cases", [])]:
                inner.body = self._marked(inner.body)
            return node
        return super().generic_visit(node)

    def _marked(self, body: list[ast.stmt]) -> list[ast.stmt]:
        return [part for one in body for part in (_mark(one), self.visit(one))]


def _mark(node: ast.AST) -> ast.Expr:
    """Says the lines of the statement, of one with a body those before it."""
    first, last = node.lineno, node.end_lineno  # type: ignore[attr-defined]
    if isinstance(getattr(node, "body", None), list):
        last = max(first, node.body[0].lineno - 1)  # type: ignore[attr-defined]
    lines: list[ast.expr] = [ast.Constant(first), ast.Constant(last)]
    said = ast.Call(ast.Name(_MARK, ast.Load()), lines, [])
    return ast.copy_location(ast.Expr(ast.copy_location(said, node)), node)
