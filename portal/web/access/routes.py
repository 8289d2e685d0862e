"""What all routes declare, looked at together."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from portal.web.access.stamps import stamp_of


def check_stamps(app: Flask) -> None:
    """Raises RuntimeError naming every route whose view declares no access."""
    bare = sorted(
        {rule.endpoint for rule in app.url_map.iter_rules() if not stamp_of(app.view_functions[rule.endpoint])}
    )
    if bare:
        raise RuntimeError(f"no access declared for {', '.join(bare)}: put one decorator of portal.web.access above")


def describe_routes(app: Flask) -> str:
    """Every route with its methods and who may use it: the text of `access_matrix.txt`."""
    return "".join(f"{line}\n" for line in sorted(_lines(app)))


def _lines(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        stamp = stamp_of(app.view_functions[rule.endpoint])
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        yield f"{rule.endpoint:<40} {methods:<6} {rule.rule:<64} {stamp.describe() if stamp else '-'}"
