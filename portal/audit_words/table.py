"""The one table of sentences: every action that is written down, from the files of its areas."""

from __future__ import annotations

from portal.audit_words import (
    amounts,
    branding,
    clients,
    content,
    domains,
    federation,
    machines,
    scan,
    sections,
    sign_in,
    staff,
    team,
)
from portal.audit_words.words import Words

WORDS: dict[str, Words] = {
    **clients.WORDS,
    **amounts.WORDS,
    **content.WORDS,
    **team.WORDS,
    **staff.WORDS,
    **sections.WORDS,
    **scan.WORDS,
    **sign_in.WORDS,
    **federation.WORDS,
    **machines.WORDS,
    **domains.WORDS,
    **branding.WORDS,
}
