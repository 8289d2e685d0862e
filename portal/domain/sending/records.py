"""What the DNS says of a domain's mail, as a receiver reads it: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Txt = Callable[[str], list[str] | None]
"""The TXT records of a name, each whole; empty where there are none, None where nobody answered."""

USUAL_SELECTORS = ("default", "google", "selector1", "selector2", "k1", "mail", "dkim", "s1", "smtp")
"""Asked for where the agency names none."""

_MOST_LOOKUPS = 10
"""Of RFC 7208, section 4.6.4: beyond them a receiver stops, and the record counts as broken."""
_LONGEST_SHOWN = 1000
_ASKING = ("include", "a", "mx", "ptr", "exists")
_TERM = re.compile(r"[+?~-]?(all|include|a|mx|ptr|ip4|ip6|exists)([:/].*)?|[a-z][a-z0-9._-]*=.*", re.IGNORECASE)
_SHORT_KEY, _LONG_KEY = 120, 270
"""Bytes of a published RSA key: below the first it is shorter than 1024 bits, from the second on it has 2048."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one question. `state`: good, warn, bad or unknown; `code` has its words at the edge."""

    kind: str
    state: str
    code: str
    name: str
    record: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Records:
    """The three findings of a domain, in the order in which they are worth mending."""

    spf: Finding
    dkim: Finding
    dmarc: Finding

    def __iter__(self) -> Iterator[Finding]:
        return iter((self.spf, self.dkim, self.dmarc))


def read_records(domain: str, selector: str, txt: Txt) -> Records:
    """Ask for everything that a receiver of a letter from `domain` would look at. `selector` may be empty."""
    return Records(_spf(domain, txt), _dkim(domain, selector, txt), _dmarc(domain, txt))


def _spf(domain: str, txt: Txt) -> Finding:
    found = _of_version(txt(domain), "v=spf1")
    if found is None:
        return Finding("spf", "unknown", "no_answer", domain)
    if len(found) != 1:
        return Finding("spf", "bad", "spf_several" if found else "spf_none", domain, " | ".join(found)[:_LONGEST_SHOWN])
    terms = found[0].split()[1:]
    wrong = next((term for term in terms if not _TERM.fullmatch(term)), None)
    if wrong is not None:
        return _said("spf", "bad", "spf_unreadable", domain, found[0], term=wrong[:80])
    if (asked := _lookups(terms, txt, {domain})) > _MOST_LOOKUPS:
        return _said("spf", "bad", "spf_lookups", domain, found[0], n=asked, most=_MOST_LOOKUPS)
    state, code = {"+": ("bad", "spf_open"), "?": ("warn", "spf_neutral"), "": ("warn", "spf_neutral")}.get(
        _of_others(terms, txt), ("good", "spf_good")
    )
    return _said("spf", state, code, domain, found[0], allowed=_allowed(terms))


def _lookups(terms: list[str], txt: Txt, seen: set[str]) -> int:
    """How many questions the record makes a receiver ask, those of what it includes among them."""
    asked = 0
    for term in terms:
        name, _, value = term.lstrip("+-~?").partition(":")
        redirected = term.lower().startswith("redirect=")
        asked += name.partition("/")[0].lower() in _ASKING or redirected
        inner = term.partition("=")[2] if redirected else value if name.lower() == "include" else ""
        if inner and inner.lower() not in seen and len(seen) <= _MOST_LOOKUPS + 1:
            seen.add(inner.lower())
            found = _of_version(txt(inner), "v=spf1") or []
            asked += _lookups(found[0].split()[1:], txt, seen) if len(found) == 1 else 0
    return asked


def _of_others(terms: list[str], txt: Txt, depth: int = 0) -> str:
    """How everybody else is judged: `-`, `~`, `?`, `+`, or empty where nothing is said."""
    for term in terms:
        if term.lower().lstrip("+-~?") == "all":
            return term[0] if term[0] in "+-~?" else "+"
    there = next((term.partition("=")[2] for term in terms if term.lower().startswith("redirect=")), "")
    found = _of_version(txt(there), "v=spf1") if there and depth < _MOST_LOOKUPS else None
    return _of_others(found[0].split()[1:], txt, depth + 1) if found else ""


def _allowed(terms: list[str]) -> list[str]:
    """Whom the record lets send, as it names them."""
    bare = [term.lstrip("+") for term in terms]
    return [term[:120] for term in bare if term.lower() != "all" and term[0] not in "-~?" and "=" not in term][:12]


def _dkim(domain: str, selector: str, txt: Txt) -> Finding:
    silent = False
    for tried in (selector,) if selector else USUAL_SELECTORS:
        name = f"{tried}._domainkey.{domain}"
        found = txt(name)
        silent = silent or found is None
        keys = [record for record in found or [] if "p" in _tags(record)]
        if keys:
            return _key(name, keys)
    name = f"{selector or '*'}._domainkey.{domain}"
    if silent:
        return Finding("dkim", "unknown", "no_answer", name)
    if selector:
        return Finding("dkim", "bad", "dkim_none", name)
    return Finding("dkim", "warn", "dkim_unnamed", name, values={"tried": ", ".join(USUAL_SELECTORS)})


def _key(name: str, keys: list[str]) -> Finding:
    tags = _tags(keys[0])
    if len(keys) > 1:
        return _said("dkim", "bad", "dkim_several", name, keys[0])
    if not tags["p"]:
        return _said("dkim", "bad", "dkim_revoked", name, keys[0])
    try:
        length = len(base64.b64decode(re.sub(r"\s", "", tags["p"]), validate=True))
    except (binascii.Error, ValueError):
        return _said("dkim", "bad", "dkim_unreadable", name, keys[0])
    if tags.get("k", "rsa").lower() == "rsa" and length < _LONG_KEY:
        return _said("dkim", "bad" if length < _SHORT_KEY else "warn", "dkim_short", name, keys[0])
    if "y" in tags.get("t", "").split(":"):
        return _said("dkim", "warn", "dkim_trial", name, keys[0])
    return _said("dkim", "good", "dkim_good", name, keys[0])


def _dmarc(domain: str, txt: Txt) -> Finding:
    """The domain's own record, or that of the nearest name above it that has one."""
    labels = domain.split(".")
    for above in range(max(1, len(labels) - 1)):
        asked = ".".join(labels[above:])
        found = _of_version(txt(f"_dmarc.{asked}"), "v=dmarc1")
        if found is None:
            return Finding("dmarc", "unknown", "no_answer", f"_dmarc.{asked}")
        if found:
            return _policy(asked, found, inherited=above > 0)
    return Finding("dmarc", "bad", "dmarc_none", f"_dmarc.{domain}")


def _policy(domain: str, found: list[str], *, inherited: bool) -> Finding:
    name, tags = f"_dmarc.{domain}", _tags(found[0])
    if len(found) > 1:
        return _said("dmarc", "bad", "dmarc_several", name, found[0])
    policy = (tags.get("sp") if inherited else None) or tags.get("p", "")
    if policy.lower() not in ("none", "quarantine", "reject"):
        return _said("dmarc", "bad", "dmarc_unreadable", name, found[0])
    if policy.lower() == "none":
        return _said("dmarc", "warn", "dmarc_watching", name, found[0])
    if tags.get("pct", "100") != "100":
        return _said("dmarc", "warn", "dmarc_partly", name, found[0], percent=tags["pct"][:3])
    return _said("dmarc", "good", f"dmarc_{policy.lower()}", name, found[0])


def _said(kind: str, state: str, code: str, name: str, record: str, **values: Any) -> Finding:
    return Finding(kind, state, code, name, record[:_LONGEST_SHOWN], values)


def _of_version(found: list[str] | None, version: str) -> list[str] | None:
    """Those records that begin with `version` as a word; None where nobody answered."""
    if found is None:
        return None
    return [text for text in found if re.split(r"[\s;]", text.strip().lower(), maxsplit=1)[0] == version]


def _tags(record: str) -> dict[str, str]:
    """A record such as `v=DKIM1; p=…` by its tags, the first of each."""
    pairs = (part.partition("=") for part in record.split(";") if "=" in part)
    tags: dict[str, str] = {}
    for name, _, value in pairs:
        tags.setdefault(name.strip().lower(), value.strip())
    return tags
