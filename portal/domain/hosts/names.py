"""A domain as somebody typed it, brought to the form in which hosts are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.domain.errors import Invalid

LONGEST = 253 - len("_portal-proof.")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_SECOND = frozenset(
    "ac adm art blog co com ecn edu eng gob gov gv ind inf info ltd me mil ne net nom or org plc".split()
)
"""What stands before a country where everybody may register below it: com.br, co.uk."""
_SHARED = frozenset(
    "go.jp ad.jp ed.jp gr.jp lg.jp id.au asn.au web.za firm.in asso.fr gouv.fr nhs.uk police.uk sch.uk eu.org us.com "
    "pages.dev workers.dev github.io gitlab.io herokuapp.com netlify.app vercel.app web.app firebaseapp.com fly.dev "
    "onrender.com cloudfront.net amazonaws.com azurewebsites.net blogspot.com myshopify.com wixsite.com".split()
)
"""Others of the kind, and hosts that give everybody a name of theirs."""
_STATES = "ac al am ap ba ce df es go ma mg ms mt pa pb pe pi pr rj rn ro rr rs sc se sp to".split()
_TWO_MEANINGS = re.compile("[ßς\u200c\u200d]")
"""Characters that old and new programs make different names of."""


@dataclass(frozen=True)
class Ours:
    """The hosts of the installation: its platform, and what comes behind an agency's slug."""

    platform: str
    suffix: str

    def __contains__(self, host: str) -> bool:
        """Whether a host is one of ours, or lies above or below one."""
        roots = (self.platform, self.suffix.strip("."))
        return any(host == root or host.endswith("." + root) or root.endswith("." + host) for root in roots)


def clean_host(typed: str, *, ours: Ours) -> str:
    """The name in small letters, with xn-- for others; https:// before it and / behind it do no harm.

    Raises Invalid at `host`.
    """
    text = re.sub(r"^https?://", "", typed.strip().lower()).removesuffix("/").removesuffix(".")
    if not text:
        raise Invalid({"host": ("host_missing", {})})
    host = _plain(text)
    labels = host.split(".")
    if len(host) > LONGEST or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise Invalid({"host": ("host_bad", {})})
    if labels[-1].isdigit() or re.fullmatch("0x[0-9a-f]*", labels[-1]):
        raise Invalid({"host": ("host_bad", {})})
    if _is_of_all(host, labels):
        raise Invalid({"host": ("host_of_all", {"host": host})})
    if host in ours:
        raise Invalid({"host": ("host_ours", {})})
    return host


def _is_of_all(host: str, labels: list[str]) -> bool:
    """Whether everybody may have a name below it. The well-known ones: whose it is decides the proof."""
    if len(labels) == 2:
        return host in _SHARED or (labels[0] in _SECOND and len(labels[1]) == 2)
    return labels[0] in _STATES and labels[1:] in (["gov", "br"], ["leg", "br"])


def _plain(text: str) -> str:
    if _TWO_MEANINGS.search(text):
        return ""
    try:
        host = text.encode("idna").decode()
        return host if host.encode().decode("idna") else ""
    except UnicodeError:
        return ""
