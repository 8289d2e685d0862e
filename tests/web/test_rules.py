"""Routes are ready before their addresses are compiled; what is built from them is what it ever was."""

from __future__ import annotations

from werkzeug.routing import Map
from werkzeug.routing import Rule as Plain

from portal.web.rules import Rule


def test_an_address_is_built_as_by_any_other_rule_but_compiled_when_it_is_asked_for():
    paths = ("/", "/a/<name>/", "/a/<int:number>/<path:rest>")
    ours, plain = ([kind(path, endpoint=path) for path in paths] for kind in (Rule, Plain))
    one, other = Map(ours).bind("localhost"), Map(plain).bind("localhost")
    eager = plain[1]._build_unknown.__func__.__qualname__
    assert ours[1]._build_unknown.__func__.__qualname__ != eager
    for _ in range(2):
        for path, values in ((paths[0], {}), (paths[1], {"name": "ç é"}), (paths[2], {"number": 7, "rest": "x/y"})):
            for more in ({}, {"q": "1 2"}):
                assert one.build(path, values | more) == other.build(path, values | more)
    assert ours[1]._build_unknown.__func__.__qualname__ == eager
    assert one.build("/", {"q": "1"}, append_unknown=False) == other.build("/", {"q": "1"}, append_unknown=False) == "/"
