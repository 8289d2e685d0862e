"""A plugin for mypy: a foreign key `client` also makes `client_id`, which peewee's type stubs can't say."""

from __future__ import annotations

from collections.abc import Callable

from mypy.nodes import AssignmentStmt, CallExpr, NameExpr
from mypy.plugin import ClassDefContext, Plugin
from mypy.plugins.common import add_attribute_to_class
from mypy.types import AnyType, TypeOfAny


class PeeweePlugin(Plugin):
    def get_base_class_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        info = self.lookup_fully_qualified(fullname)
        bases = getattr(info and info.node, "mro", [])
        return _add_ids if any(base.fullname == "peewee.Model" for base in bases) else None


def _add_ids(context: ClassDefContext) -> None:
    for statement in context.cls.defs.body:
        if isinstance(statement, AssignmentStmt) and isinstance(statement.rvalue, CallExpr):
            made, target = statement.rvalue.callee, statement.lvalues[0]
            if isinstance(made, NameExpr) and made.name == "ForeignKeyField" and isinstance(target, NameExpr):
                name = f"{target.name}_id"
                add_attribute_to_class(context.api, context.cls, name, AnyType(TypeOfAny.explicit))


def plugin(version: str) -> type[Plugin]:
    return PeeweePlugin
