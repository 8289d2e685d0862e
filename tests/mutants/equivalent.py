"""Mutants that change nothing anybody could notice, each with its reason: no test can catch them."""

from __future__ import annotations

EQUIVALENT: dict[str, str] = {
    'portal/web/access.py: without here is not None of here is not None and self.on in (here.kind, "both")': (
        "a host of nobody is answered with the one neutral page, whatever went wrong (portal/web/errors.py)"
    ),
    "portal/web/access.py: without set() of rule.methods or set()": (
        "every rule of an application has its methods; that there may be none is only what its type says"
    ),
    "portal/domain/rights/viewing.py: without colleague of accounts.look_as(by.session, None) and colleague": (
        "no membership is ever deleted: whose session looks, looks as somebody; asked for the type checker"
    ),
}
