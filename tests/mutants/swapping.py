"""A mutant put into a portal that runs already: other code in its functions, another stamp before its views."""

from __future__ import annotations

import gc
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from tests.mutants.texts import Mutant

_IN_A_FUNCTION = 0x01  # CO_OPTIMIZED: the code of modules and classes runs once, when they are loaded

Codes = dict[tuple[str, int], list[CodeType]]


def put_in(mutant: Mutant, tree: Path) -> bool:
    """Whether what runs is now as if the file had been so when it was loaded.

    Else something of it may have been changed: the process is good for nothing more.
    """
    forget_statements()
    return _put_stamp(mutant) if mutant.view else _put_code(mutant, tree / mutant.file)


def _put_stamp(mutant: Mutant) -> bool:
    module = sys.modules[mutant.file.removesuffix(".py").replace("/", ".")]
    view: Any = getattr(module, mutant.view, None)
    try:
        stamp = eval(mutant.text, vars(module))(lambda: None).__access__
    except (NameError, ValueError):
        return False
    while view is not None:
        view.__access__ = stamp
        if "stamp" in view.__code__.co_freevars:
            view.__closure__[view.__code__.co_freevars.index("stamp")].cell_contents = stamp
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def _put_code(mutant: Mutant, file: Path) -> bool:
    whole = file.read_bytes()
    changed = whole[: mutant.start] + _in_place(mutant, whole) + whole[mutant.end :]
    return put_code(file, compile(changed, file, "exec"))


def _in_place(mutant: Mutant, whole: bytes) -> bytes:
    """The other words on as many lines, with the same variables from outside: live functions take no others."""
    old = whole[mutant.start : mutant.end]
    new = b"None" if mutant.text == "pass" else mutant.text.encode()
    if b"\n" in new:
        return b"(" + new + b"\n" * (old.count(b"\n") - new.count(b"\n")) + b")"
    return b"(" + new + b" if True else (" + old + b"))"


def put_code(file: Path, code: CodeType) -> bool:
    """Whether every function of the file has the code now that it has in `code`, whose lines are the same."""
    old, new = _codes(compile(file.read_bytes(), file, "exec")), _codes(code)
    if not all(_runs_later(old[place], new[place]) for place in old.keys() & new.keys()):
        return False
    put = 0
    for function in _functions_of(str(file)):
        place = (function.__code__.co_qualname, function.__code__.co_firstlineno)
        if old[place] == new.get(place):
            continue
        if len(old[place]) != 1 or len(new.get(place, ())) != 1:
            return False
        if function.__code__.co_freevars != new[place][0].co_freevars:
            return False
        function.__code__ = new[place][0]
        put += 1
    return put > 0


def _codes(code: CodeType) -> Codes:
    """Every piece of code within, by its name and line."""
    found: Codes = defaultdict(list)
    found[code.co_qualname, code.co_firstlineno].append(code)
    for inner in _within(code):
        for place, codes in _codes(inner).items():
            found[place] += codes
    return found


def _within(code: CodeType) -> Iterator[CodeType]:
    return (constant for constant in code.co_consts if isinstance(constant, CodeType))


def _runs_later(old: list[CodeType], new: list[CodeType]) -> bool:
    """Whether these are the same, or what runs when it is called."""
    pairs = zip(old, new, strict=False)
    return all(one.co_flags & _IN_A_FUNCTION or _own(one) == _own(other) for one, other in pairs)


def _own(code: CodeType) -> tuple[Any, ...]:
    constants = tuple(constant for constant in code.co_consts if not isinstance(constant, CodeType))
    return code.co_code, constants, code.co_names


_known: dict[str, list[FunctionType]] = {}
_prepared: list[Any] = []


def know_functions() -> None:
    """Look for all live functions now: a fork that looks for them would copy the whole memory first."""
    prepared = sys.modules["portal.db"].Prepared
    gc.unfreeze()  # what the tests froze would not be found
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType):
            _known.setdefault(thing.__code__.co_filename, []).append(thing)
        elif isinstance(thing, prepared):
            _prepared.append(thing)
    gc.freeze()


def forget_statements() -> None:
    """What was compiled once is compiled anew: the lines that write it run again, changed or watched."""
    for one in _prepared:
        vars(one)["_compiled"].clear()


def _functions_of(file: str) -> list[FunctionType]:
    found = (
        [thing for thing in gc.get_objects() if isinstance(thing, FunctionType)] if not _known else _known.get(file, [])
    )
    return [function for function in found if function.__code__.co_filename == file]
