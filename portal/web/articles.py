"""The articles of the online help: plain text files, read once, searched without accents.

A file of `portal/help_articles/<language>/` begins with `title:` and `summary:`; then come paragraphs between
blank lines. `## ` begins a heading, `- ` a list, `1. ` steps, `! ` a note; `**bold**` is all there is inside a line.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

from portal.domain import rights
from portal.domain.accounts import Member
from portal.languages import language

FOLDER = Path(__file__).parents[1] / "help_articles"

ARTICLES = {
    "first-steps": "",
    "menus": "menus",
    "services": "services",
    "statements": "statements",
    "requests": "",
    "team": "team",
    "rights": "team",
    "settings": "settings",
    "support": "support",
    "sign-in": "",
    "account": "",
}
"""Every article in order, with the section that it is about; it is for whoever finds that section in his menu."""

BESIDE = {
    "home": "first-steps",
    "launches": "services",
    "offers": "requests",
    "other_settings": "settings",
    "team_many": "team",
    "team_matrix": "rights",
    "team_rights": "rights",
} | {name: name for name in ("menus", "services", "settings", "statements", "support", "team")}
"""The article about the pages of a module of the back office."""

_KINDS = {"## ": "heading", "- ": "list", "! ": "note"}
_HEADING = re.compile(r"^(## .*)$", re.MULTILINE)
_STEP = re.compile(r"\d+\. ")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LONGEST_QUERY = 100
_AROUND = 70


@dataclass(frozen=True)
class Block:
    """A part of an article: `heading`, `text`, `list`, `steps` or `note`, line by line."""

    kind: str
    lines: tuple[str, ...]

    @property
    def shown(self) -> list[Markup]:
        return [Markup(_BOLD.sub(r"<b>\1</b>", str(escape(line)))) for line in self.lines]  # nosec B704


@dataclass(frozen=True)
class Article:
    key: str
    title: str
    summary: str
    section: str
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """All its words, without marks."""
        return " · ".join(_BOLD.sub(r"\1", " ".join(block.lines)) for block in self.blocks)

    @property
    def icon(self) -> str:
        return rights.section(self.section).icon if self.section else "article"


@dataclass(frozen=True)
class Hit:
    """An article that a search found, and the words around the first place, cut in before, found and after."""

    article: Article
    excerpt: tuple[str, str, str]


def articles_for(member: Member) -> list[Article]:
    """What this person may read, in the language in force: the rest is about sections that he does not find."""
    mine = {"", *(section.key for section, _locked in rights.menu_with_locks(member))}
    return [article for article in _read(language()) if article.section in mine]


def article_for(member: Member, key: str) -> Article | None:
    return next((article for article in articles_for(member) if article.key == key), None)


def beside(member: Member, endpoint: str) -> Article | None:
    """The article about the page `office.<module>.<view>`, for who holds the help; else None."""
    audience, _, rest = endpoint.partition(".")
    key = BESIDE.get(rest.partition(".")[0]) if audience == "office" else None
    return article_for(member, key) if key and rights.may(member, "help") else None


def search(member: Member, query: str) -> list[Hit]:
    """The articles that hold every word of the query, whatever its accents and case; the best first."""
    words = folded(query[:_LONGEST_QUERY]).split()
    found = [(_rank(article, words), article) for article in articles_for(member)] if words else []
    found = sorted((pair for pair in found if pair[0]), key=lambda pair: -pair[0])
    return [Hit(article, _excerpt(article, words)) for _score, article in found]


def folded(text: str) -> str:
    """Letter for letter in lower case and without accents: as long as it was."""
    return "".join(unicodedata.normalize("NFKD", letter)[0].lower()[0] for letter in text)


def _rank(article: Article, words: list[str]) -> int:
    """0 where a word is missing; a word in the title weighs most, then the summary."""
    title, summary, text = folded(article.title), folded(article.summary), folded(article.text)
    scores = [(word in title) * 100 + (word in summary) * 20 + min(text.count(word), 9) for word in words]
    return sum(scores) if all(scores) else 0


def _excerpt(article: Article, words: list[str]) -> tuple[str, str, str]:
    text = article.text
    places = [(place, word) for word in words if (place := folded(text).find(word)) >= 0]
    if not places:
        return (article.summary, "", "")
    place, word = min(places)
    end = place + len(word)
    before = text[max(0, place - _AROUND) : place]
    before = before if place <= _AROUND else "… " + before.partition(" ")[2]
    after = text[end : end + _AROUND]
    after = after if end + _AROUND >= len(text) else after.rpartition(" ")[0] + " …"
    return (before, text[place:end], after)


@cache
def _read(tongue: str) -> list[Article]:
    return [_article(key, section, (FOLDER / tongue / f"{key}.txt").read_text()) for key, section in ARTICLES.items()]


def _article(key: str, section: str, text: str) -> Article:
    head, _, body = text.partition("\n\n")
    facts = dict(line.split(": ", 1) for line in head.splitlines())
    body = _HEADING.sub(r"\1\n", body.strip())  # what follows a heading is a part of its own
    parts = re.split(r"\n\s*\n", body)
    blocks = tuple(_block(part) for part in parts)
    return Article(key, facts["title"], facts["summary"], section, blocks)


def _block(part: str) -> Block:
    lines = part.splitlines()
    if _STEP.match(lines[0]):
        return Block("steps", tuple(_STEP.sub("", line, count=1) for line in lines))
    for mark, kind in _KINDS.items():
        if lines[0].startswith(mark):
            return Block(kind, tuple(line.removeprefix(mark) for line in lines))
    return Block("text", (" ".join(lines),))
