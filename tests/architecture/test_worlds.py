"""Dashboard and back office are two worlds: what one is made of is never served in the other."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "portal" / "templates"
REFERENCE = re.compile(r"{%-?\s*(?:extends|include|import|from)\s+\"([^\"]+)\"")
DASHBOARD = ("agency/", "layouts/dashboard.html", "layouts/door_dashboard.html")
OFFICE = ("office/", "app/", "layouts/office.html", "layouts/app.html", "layouts/door_office.html")


def made_of(beginnings: tuple[str, ...]) -> set[str]:
    """Every template under these paths, and all that they extend, include or import."""
    names = [file.relative_to(TEMPLATES).as_posix() for file in TEMPLATES.rglob("*.html")]
    waiting, found = [name for name in names if name.startswith(beginnings)], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += REFERENCE.findall((TEMPLATES / name).read_text("utf-8"))
    return found


def test_dashboard_and_back_office_share_nothing_but_components():
    dashboard, office = made_of(DASHBOARD), made_of(OFFICE)
    assert "layouts/dashboard.html" in dashboard
    assert "layouts/office.html" in office
    shared = {name for name in dashboard & office if not name.startswith("shared/components/")}
    assert not shared, f"served in both worlds: {sorted(shared)}"
