"""JSON read to the letter: what two readers could understand differently is refused."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, NoReturn

from werkzeug.http import parse_options_header

from portal.blueprints.api.problems import Problem

DEEPEST = 20
_LONGEST_QUOTE = 40
_LEAVES = frozenset({str, int, float, bool, type(None)})


def read(body: bytes, headers: Mapping[str, str]) -> Any:
    """The value of a JSON body. Raises Problem for another type, coding or character set, and for bad JSON.

    Refused beyond RFC 8259: a key twice in one object, NaN and Infinity, lone surrogates, deep nesting.
    """
    kind, options = parse_options_header(headers.get("Content-Type"))
    if kind.lower() != "application/json" or options.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise Problem("content_type")
    if headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem("content_encoding")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem("not_utf8") from None
    if not text.strip():
        raise Problem("empty_body")
    value = _parsed(text)
    _check(value, texts="\\u" in text or not text.isascii())
    return value


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise Problem("not_json", line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise Problem("too_deep", most=DEEPEST) from None
    except ValueError:  # a number with more digits than Python takes in
        raise Problem("number_too_long") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        [(twice, _times)] = Counter(key for key, _ in pairs).most_common(1)
        raise Problem("duplicate_key", key=json.dumps(twice[:_LONGEST_QUOTE]))
    return found


def _constant(word: str) -> NoReturn:
    raise Problem("not_a_number", word=word)


def _check(value: Any, *, texts: bool) -> None:
    """Level by level, so that no depth can exhaust the stack; `texts`: whether any may hold half a character."""
    level = [value]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for part in level:
            if isinstance(part, dict):
                within = [*part.keys(), *part.values()] if texts else part.values()
            elif isinstance(part, list):
                within = part
            else:
                if texts and isinstance(part, str) and not part.isascii():
                    _check_text(part)
                continue
            leaves = not texts and _LEAVES.issuperset(map(type, within))
            below += list(within)[:1] if leaves else within  # one stands for all: they end here
        level = below
        if not level:
            return
    raise Problem("too_deep", most=DEEPEST)


def _check_text(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Problem("broken_text") from None
