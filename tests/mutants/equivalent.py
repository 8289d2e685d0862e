"""Mutants that change nothing anybody could notice, each with its reason: no test can catch them."""

from __future__ import annotations

EQUIVALENT: dict[str, str] = {
    'portal/web/access.py: without here is not None of here is not None and self.on in (here.kind, "both")': (
        "a host of nobody is answered with the one neutral page, whatever went wrong (portal/web/errors.py)"
    ),
}
