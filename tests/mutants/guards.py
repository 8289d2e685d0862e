"""The conditions of a file, each weakened in one way after the other."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.mutants.texts import Mutant, Source

CALLS = frozenset(
    "guard _guard stay check refuse_changes check_offer check_rules check_strength use_up _pace _prove end".split()
)
"""What raises for who may not, when nothing is done with its answer."""

_BOUNDS: dict[type[ast.cmpop], str] = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">"}
_SIGNS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


def guards_of(source: Source) -> Iterator[Mutant]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.If):
            yield from _if(source, node)
        elif isinstance(node, ast.IfExp):
            yield from _choice(source, node)
        elif isinstance(node, ast.comprehension):
            yield from _filters(source, node)
        elif isinstance(node, ast.BoolOp):
            yield from _parts(source, node)
        elif isinstance(node, ast.Compare):
            yield from _bound(source, node)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
            yield from _conjunction(source, node)
        elif isinstance(node, ast.Expr) and _name(node.value) in CALLS:
            yield source.mutant(node, "pass", f"not called: {source.short(node)}")
        elif isinstance(node, ast.FunctionDef) and source.text(node.returns or node) == "bool":
            yield from _answers(source, node)


def _if(source: Source, node: ast.If) -> Iterator[Mutant]:
    """A condition that leads out is never met; any other one is met when it should not be."""
    leads_out = isinstance(node.body[-1], (ast.Raise, ast.Return, ast.Continue))
    if leads_out:
        yield source.mutant(node.test, "False", f"never: if {source.short(node.test)}")
    else:
        yield source.mutant(node.test, f"(not ({source.text(node.test)}))", f"negated: if {source.short(node.test)}")


def _choice(source: Source, node: ast.IfExp) -> Iterator[Mutant]:
    """`x if condition else None`: always x."""
    if _is_nothing(node.orelse):
        yield source.mutant(node.test, "True", f"always: {source.short(node)}")
    elif _is_nothing(node.body):
        yield source.mutant(node.test, "False", f"never: {source.short(node)}")


def _is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (None, False)


def _filters(source: Source, node: ast.comprehension) -> Iterator[Mutant]:
    for test in node.ifs:
        yield source.mutant(test, "True", f"not filtered: if {source.short(test)}")


def _parts(source: Source, node: ast.BoolOp) -> Iterator[Mutant]:
    """Each part left out, and `and` for `or`."""
    neutral, other = ("True", "or") if isinstance(node.op, ast.And) else ("False", "and")
    for part in node.values:
        yield source.mutant(part, neutral, f"without {source.short(part)} of {source.short(node)}")
    swapped = f" {other} ".join(f"({source.text(part)})" for part in node.values)
    yield source.mutant(node, f"({swapped})", f"{other}: {source.short(node)}")


def _bound(source: Source, node: ast.Compare) -> Iterator[Mutant]:
    """The bound itself let in, or left out."""
    kind = type(node.ops[0])
    if kind in _BOUNDS and len(node.ops) == 1:
        other = f"({source.text(node.left)} {_BOUNDS[kind]} {source.text(node.comparators[0])})"
        yield source.mutant(node, other, f"{_BOUNDS[kind]} for {_SIGNS[kind]}: {source.short(node)}")


def _conjunction(source: Source, node: ast.BinOp) -> Iterator[Mutant]:
    """Each side of `a & b` alone: a question to the database that asks less, a set that is cut by one set less."""
    for kept, gone in ((node.left, node.right), (node.right, node.left)):
        if kept is node.right and isinstance(gone, ast.BinOp) and isinstance(gone.op, ast.BitAnd):
            continue  # the left side is a chain, whose parts go one by one
        yield source.mutant(node, f"({source.text(kept)})", f"without {source.short(gone)}")


def _answers(source: Source, function: ast.FunctionDef) -> Iterator[Mutant]:
    """Every answer of a yes-or-no question is yes."""
    for node in ast.walk(function):
        value = node.value if isinstance(node, ast.Return) else None
        if value and not (isinstance(value, ast.Constant) and value.value is True):
            yield source.mutant(value, "True", f"{function.name} says yes: return {source.short(value)}")


def _name(node: ast.expr) -> str:
    called = node.func if isinstance(node, ast.Call) else None
    return getattr(called, "attr", "") or getattr(called, "id", "")
