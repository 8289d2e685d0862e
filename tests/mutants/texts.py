"""A mutant: one place of one file with other words in it, written into the text and not printed from a syntax tree."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Mutant:
    """`text` stands where `start` to `end` of the file was, counted in bytes: the lines from `line` to `last`."""

    file: str
    line: int
    last: int
    start: int
    end: int
    text: str
    what: str
    view: str = ""
    """The view whose stamp it changes."""

    def written_into(self, whole: bytes) -> bytes:
        return whole[: self.start] + self.text.encode() + whole[self.end :]

    @property
    def name(self) -> str:
        """What the list of equivalents calls it: the file and the change, which outlive the number of the line."""
        return f"{self.file}: {self.what}"


class Source:
    """One file of the portal, its tree, and where each node of it stands in the text."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.whole = (ROOT / file).read_bytes()
        self.tree = ast.parse(self.whole)
        lines = self.whole.splitlines(keepends=True)
        self._starts = [0]
        for line in lines:
            self._starts.append(self._starts[-1] + len(line))

    def place(self, node: ast.AST) -> tuple[int, int]:
        begin, end = node.lineno, node.end_lineno  # type: ignore[attr-defined]
        return (
            self._starts[begin - 1] + node.col_offset,  # type: ignore[attr-defined]
            self._starts[end - 1] + node.end_col_offset,  # type: ignore[attr-defined]
        )

    def text(self, node: ast.AST) -> str:
        start, end = self.place(node)
        return self.whole[start:end].decode()

    def short(self, node: ast.AST) -> str:
        """The node in one line, for people."""
        text = " ".join(self.text(node).split())
        return text if len(text) <= 90 else f"{text[:87]}…"

    def mutant(self, node: ast.expr | ast.stmt, text: str, what: str, *, view: str = "") -> Mutant:
        """The file with this text instead of the node."""
        start, end = self.place(node)
        return Mutant(self.file, node.lineno, node.end_lineno or node.lineno, start, end, text, what, view)
