"""Peewee turns these slips of the pen into True or False without a word: `and`, `or`, `not`, `in`, `is`, `== None`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import calls, modules, where

CONDITIONS = {"where", "orwhere", "having"}
OF_A_MODEL = {"filter", "get", "get_or_none"}  # dictionaries have them too


def conditions(call: ast.Call) -> list[ast.expr]:
    """The parts of this call that become SQL conditions."""
    match call.func:
        case ast.Attribute(attr=name) if name in CONDITIONS:
            return call.args
        case ast.Attribute(attr=name, value=ast.Name(id=model)) if name in OF_A_MODEL and model[:1].isupper():
            return call.args
        case ast.Attribute(attr="join"):
            return [keyword.value for keyword in call.keywords if keyword.arg == "on"]
    return []


def slips(expression: ast.AST) -> Iterator[str]:
    """What Python, not the database, would decide in this condition."""
    match expression:
        case ast.BoolOp(op=op, values=values):
            yield "`and`: write &" if isinstance(op, ast.And) else "`or`: write |"
            for value in values:
                yield from slips(value)
        case ast.UnaryOp(op=ast.Not()):
            yield "`not`: write ~"
        case ast.UnaryOp(operand=operand):
            yield from slips(operand)
        case ast.BinOp(left=left, right=right):
            yield from slips(left)
            yield from slips(right)
        case ast.IfExp(body=body, orelse=other):
            yield from slips(body)
            yield from slips(other)
        case ast.Compare(left=left, ops=ops, comparators=others):
            yield from _in_comparison(left, ops, others)


def _in_comparison(left: ast.expr, ops: list[ast.cmpop], others: list[ast.expr]) -> Iterator[str]:
    if any(isinstance(op, (ast.In, ast.NotIn)) for op in ops):
        yield "`in`: write .in_()"
    if any(isinstance(op, (ast.Is, ast.IsNot)) for op in ops) or any(_is_none(side) for side in (left, *others)):
        yield "a comparison with None: write .is_null()"
    if len(ops) > 1:
        yield "a chain of comparisons: write .between()"
    if not any(isinstance(part, (ast.Attribute, ast.Call)) for side in (left, *others) for part in ast.walk(side)):
        yield "a comparison that names no column"


def _is_none(side: ast.expr) -> bool:
    return isinstance(side, ast.Constant) and side.value is None


def test_no_condition_is_decided_by_python_instead_of_the_database():
    wrong = []
    for name, tree in modules().items():
        for call in calls(tree):
            wrong += [f"{where(name, call.lineno)} {slip}" for part in conditions(call) for slip in slips(part)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "condition",
    [
        "A.x == 1 and A.y == 2",
        "(A.x == 1) & (A.y == 2 or A.z == 3)",
        "not A.x",
        "A.x in values",
        "A.x is None",
        "(A.y == 1) & (A.x == None)",
        "A.x if flag else A.x not in values",
        "1 < A.x < 3",
        "id == x",
    ],
)
def test_every_slip_is_seen(condition):
    assert list(slips(ast.parse(condition, mode="eval").body))


@pytest.mark.parametrize(
    "condition",
    ["(A.x == 1) & ~(A.y == 2)", "A.x.in_([v for v in vs if v is not None])", "A.x.is_null()", "A.x == id", "A.flag"],
)
def test_good_conditions_pass(condition):
    assert not list(slips(ast.parse(condition, mode="eval").body))
