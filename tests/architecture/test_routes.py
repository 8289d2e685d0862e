"""Every route: its endpoint is its path, its access is declared, and the whole table of access lies open for review."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from portal.web.access import describe_routes, stamp_of

MATRIX = Path(__file__).with_name("access_matrix.txt")


@pytest.fixture
def views(app: Flask):
    """Each endpoint with its function."""
    return {rule.endpoint: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules()}


def test_an_endpoint_is_the_path_of_its_view(views):
    wrong = [
        f"{endpoint} is portal/{view.__module__.removeprefix('portal.').replace('.', '/')}.py:{view.__name__}"
        for endpoint, view in views.items()
        if f"{view.__module__}.{view.__name__}" != f"portal.blueprints.{endpoint}"
    ]
    assert not wrong, "\n".join(wrong)


def test_every_view_declares_who_may_use_it(views):
    assert not [endpoint for endpoint, view in views.items() if stamp_of(view) is None]


def test_an_undeclared_view_keeps_the_portal_from_starting(app: Flask):
    from portal.web.access import check_stamps

    class Rule:
        endpoint = "agency.clients.forgotten"

    other = type("App", (), {"view_functions": {Rule.endpoint: lambda: ""}})()
    other.url_map = type("Map", (), {"iter_rules": staticmethod(lambda: [Rule])})()
    with pytest.raises(RuntimeError, match=r"agency\.clients\.forgotten"):
        check_stamps(other)


def test_changes_of_access_are_seen_in_review(app: Flask):
    now = describe_routes(app).split("\n")
    then = MATRIX.read_text().split("\n") if MATRIX.exists() else []
    changed = sorted(set(now) ^ set(then))
    assert not changed, (
        "the table of access has changed; when that is meant: bin/portal access-matrix > "
        f"tests/architecture/{MATRIX.name}\n" + "\n".join(changed)
    )
