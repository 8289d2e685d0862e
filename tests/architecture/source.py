"""The portal's source as the architecture tests read it: parsed, never imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the portal by its name in it: "domain.rights.actions", "cli"; "" is the package itself."""
    return {_name(file): ast.parse(file.read_text(), str(file)) for file in sorted(PORTAL.rglob("*.py"))}


def imports(name: str) -> Iterator[tuple[str, int]]:
    """What the module imports, each name with its line: "flask.request", "portal.domain.rights.set_box"."""
    for node in ast.walk(modules()[name]):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def within(name: str, *places: str) -> bool:
    """Whether the module is one of the places or lies below one."""
    return any(name == place or name.startswith(place + ".") for place in places)


def where(name: str, line: int) -> str:
    file = PORTAL.joinpath(*name.split(".")) if name else PORTAL
    file = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
    return f"{file.relative_to(ROOT)}:{line}"


def _name(file: Path) -> str:
    parts = file.relative_to(PORTAL).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
