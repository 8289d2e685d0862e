"""Whatever is written down can be told: every action that the source records has its sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from portal import audit_words
from portal.audit_words import ABOUT, WORDS
from portal.domain import rights
from portal.domain.audit import AuditEntry
from portal.languages import LANGUAGES, speaking
from tests.architecture.source import PORTAL, calls, modules, where
from tests.factories import NOW

ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
ONLY_TOLD = {"menu.dish_priced", "contributor.unlimited", "section.offer_made", "staff.role_followed"}
"""Other ways to tell an action."""


def recorded() -> Iterator[tuple[str, str]]:
    """Each action that is written down, and where; a `*` for what is filled in."""
    recorders = {"record", *_wrappers()}
    for name, function, call in _calls():
        if _called(call) in recorders and call.args:
            for said in _said(call.args[0], function):
                yield said, where(name, call.lineno)


def _wrappers() -> Iterator[str]:
    """Functions that hand their first argument on as the action."""
    for _, function, call in _calls():
        parameters = function.args.args
        hands_on = _called(call) == "record" and call.args and parameters
        if hands_on and getattr(call.args[0], "id", "") == parameters[0].arg:
            yield function.name


def _calls() -> Iterator[tuple[str, ast.FunctionDef, ast.Call]]:
    """Each call of the domain, the jobs and the command line, with the function it stands in."""
    for name, tree in modules().items():
        for function in ast.walk(tree) if name.startswith(("domain.", "jobs.", "cli", "scan")) else ():
            if isinstance(function, ast.FunctionDef):
                yield from ((name, function, call) for call in calls(function))


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _said(node: ast.expr, function: ast.FunctionDef) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _said(node.body, function)
        yield from _said(node.orelse, function)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    elif isinstance(node, ast.Name):
        for given in ast.walk(function):
            if isinstance(given, ast.Assign) and any(getattr(target, "id", "") == node.id for target in given.targets):
                yield from _said(given.value, function)


def test_every_action_that_is_written_down_has_its_sentence():
    known = [action for action in WORDS if action not in ONLY_TOLD]
    found = dict(recorded())
    unsaid = [
        f"{place} records {action!r}: give it a line in portal/audit_words"
        for action, place in found.items()
        if (ACTION.fullmatch(action) or "*" in action)
        and not any(re.fullmatch(action.replace(".", r"\.").replace("*", "[a-z]+"), name) for name in known)
    ]
    assert len(found) > 50 and not unsaid, "\n".join(unsaid)


def test_no_sentence_is_left_over():
    files = [file for part in ("domain", "jobs", "scan") for file in (PORTAL / part).rglob("*.py")]
    source = "\n".join(file.read_text() for file in files)
    parts = {action: action.partition(".")[2] for action in WORDS if action not in ONLY_TOLD}
    unused = [action for action, verb in parts.items() if f'"{action}"' not in source and f".{verb}" not in source]
    assert not unused, f"nothing records {unused}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_said_of_an_entry_that_holds_nothing_else(language):
    odd = {"old": None, "new": "2026-07-01", "box": "gone:gone", "role": "chief", "section": "gone", "boxes": []}
    for action in WORDS:
        details = odd | {"changes": {"price": [1, 2]}, "price": 1, "cost": 1}
        entry = AuditEntry(
            at=NOW, action=action, actor_kind="staff", actor_name="Ana", subject="price:x:BRL", details=details
        )
        with speaking(language):
            said = audit_words.sentence(entry, currency="BRL")
        assert said and "%(" not in said, action


@pytest.mark.parametrize("typed", ["2026-99-99", "2026-02-30", "0000-00-00", "%(who)s %d", "{0}", "\u202e", "x" * 5000])
def test_nothing_that_people_typed_keeps_a_sentence_from_being_said(typed):
    names = {name for words in WORDS.values() for name in re.findall(r"%\((\w+)\)s", words.said)}
    details = dict.fromkeys(names - {"who", "what"}, typed) | {"changes": {"price": [1, 2]}, "price": 1, "cost": 1}
    for action, words in WORDS.items():
        subject = "price:x:BRL" if words.more else typed  # what is added is made of what the portal wrote itself
        entry = AuditEntry(
            at=NOW, action=action, actor_kind="staff", actor_name=typed, subject=subject, behalf=typed, details=details
        )
        assert audit_words.sentence(entry, currency="BRL")


def test_where_the_doer_stands_out_nothing_that_people_typed_is_markup():
    entry = AuditEntry(at=NOW, action="menu.dish_added", actor_kind="contributor", subject="<img src=x>", details={})
    said = audit_words.marked(entry, "<i>Ana</i>")
    assert "<b" in said and "&lt;img" in said and "<i>" not in said and "<img" not in said


def test_erased_words_leave_a_sentence():
    entry = AuditEntry(at=NOW, action="invitation.sent", actor_kind="staff", actor_name="", subject="", details={})
    with speaking("en"):
        assert audit_words.sentence(entry) == "Somebody whose name was erased invited –"


def test_every_sentence_knows_its_place():
    wrong = [a for a, words in WORDS.items() if words.about not in ABOUT or not _is_section(words.section)]
    assert not wrong, f"neither kind nor section known: {wrong}"
    icons = (PORTAL / "static" / "icons.svg").read_text()
    assert not [words.icon for words in WORDS.values() if f'id="{words.icon}"' not in icons]


def _is_section(key: str) -> bool:
    return not key or rights.section(key).key == key
