"""A cache between, shared by everybody: whoever asks after somebody else gets nothing of his (HO-07, HX-07)."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.access.asking import Answer
from tests.access.conftest import Stage
from tests.access.people import OFFICE, PLATFORM, Principal
from tests.access.trying import path_of, place
from tests.access.world import WORDS

PART = {"HX-Request": "true", "HX-Target": "main"}


@dataclass
class Shared:
    """A cache as RFC 9111 lets a shared one be: it keeps whatever it is not forbidden to, by what `Vary` names."""

    stage: Stage
    kept: dict[tuple[str, ...], Answer] = field(default_factory=dict)
    vary: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def get(self, host: str, path: str, who: Principal, headers: dict[str, str]) -> tuple[Answer, bool]:
        """The answer, and whether it is one that was kept."""
        sent = {"Cookie": who.cookie_at(host), **headers}
        key = (host, path, *(sent.get(name, "") for name in self.vary.get((host, path), ())))
        if key in self.kept:
            return self.kept[key], True
        answer = self.stage.asker.ask("GET", host, path, cookie=sent["Cookie"], headers=headers)
        self.stage.snapshot.back()
        told = answer.headers.get("Cache-Control", "")
        if "no-store" not in told and "private" not in told and "Set-Cookie" not in answer.headers:
            names = tuple(part.strip() for part in answer.headers.get("Vary", "").split(",") if part.strip())
            self.vary[host, path] = names
            self.kept[host, path, *(sent.get(name, "") for name in names)] = answer
        return answer, False


def test_through_a_shared_cache_everybody_gets_his_own_answer(stage):
    kept = 0
    for route in stage.known():
        line = stage.lines[route.method, route.path]
        if route.method != "GET" or line.table == "machines":
            continue
        shared, host, path = Shared(stage), place(line), path_of(stage, route)
        one, other = ("A.owner", "A.staff") if host == PLATFORM else ("A1.full", "A1.one")
        for name, headers in ((one, {}), (one, PART), (other, {}), ("nobody", {})):
            who = stage.person(name)
            got, was_kept = shared.get(host, path, who, headers)
            if was_kept:
                own = stage.asker.ask("GET", host, path, cookie=who.cookie_at(host), headers=headers)
                stage.snapshot.back()
                assert (got.status, got.plain) == (own.status, own.plain), f"{path} by {name} {headers}"
        assert "shows" in line.flags or not _words(got, host), f"{path}: what nobody gets"
        kept += bool(shared.kept)
    assert kept >= 3, "some files are kept"


def _words(answer: Answer, host: str) -> list[str]:
    allowed = WORDS["A"] if host == OFFICE else ""
    return [word for word in WORDS.values() if word != allowed and word.encode() in answer.body.lower()]
