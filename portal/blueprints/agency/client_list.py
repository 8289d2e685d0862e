"""What Manage Clients shows: which clients were asked for, and what there is to say about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.blueprints.agency import client_rows, watch, wording
from portal.blueprints.agency.client_rows import Drawn
from portal.domain import accounts, reports, rights, tenants
from portal.domain.accounts import Only, Search, Staff
from portal.domain.reports import Matter
from portal.domain.rights import Permission
from portal.languages import N_

FILTERS = {
    Only.EVERY: N_("All"),
    Only.ALERT: N_("With an alert"),
    Only.AGENCY_CARD: N_("Agency's card"),
    Only.CLIENT_CARD: N_("Client's card"),
    Only.NO_ACCESS: N_("No access"),
    Only.SUSPENDED: N_("Suspended"),
}
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Asked:
    """What the address asks for; anything odd in it counts as not asked."""

    search: str
    only: Only
    after: UUID | None
    before: UUID | None

    @classmethod
    def read(cls, arguments: Mapping[str, str]) -> Asked:
        only = arguments.get("only", "")
        return cls(
            " ".join(arguments.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH],
            Only(only) if only in set(Only) else Only.EVERY,
            _uuid(arguments.get("after", "")),
            _uuid(arguments.get("before", "")),
        )


def shown(staff: Staff, asked: Asked, *, now: datetime) -> dict[str, Any]:
    label = tenants.period_at(staff.agency, now).label
    known = watch.watched(staff, now=now)
    search = Search(asked.search, asked.only, label)
    exactly = known.ids is not None and asked.only == Only.ALERT
    page = None if exactly else accounts.list_clients(staff, search, after=asked.after, before=asked.before)
    matters = _matters(staff, known, now)
    if known.ids is not None:
        search = replace(search, watched=tuple({matter.usage.client.id for matter in matters}))
    page = page or accounts.list_clients(staff, search, after=asked.after, before=asked.before)
    may_change = rights.staff_may(staff.role, Permission.CLIENTS)
    rows = client_rows.rows_of(staff, page.ids, may_change=may_change, now=now)
    counts = accounts.counts_of_list(staff, search, list(Only))
    return {
        "asked": asked,
        "found": page,
        "rows": rows,
        "rows_html": client_rows.html_of(rows),
        "sums": _sums(rows),
        "filters": _filters(asked, search, counts),
        "too_many": tenants.MOST_CANDIDATES if _is_cut(search, counts) else None,
        "total": _total(staff, known, asked, counts),
        "most": accounts.MOST_COUNTED,
        "label": label,
        "banner": known.banner(matters, now=now),
        "may_add": rights.staff_may(staff.role, Permission.ADD_CLIENTS),
        "may_change": may_change,
        "wording": wording,
    }


def _matters(staff: Staff, known: watch.Watched, now: datetime) -> list[Matter]:
    """What waits, for the banner; where it only counts, there is nothing to look at."""
    if not known.clients or known.over is not None:
        return []
    with reports.at_hand_of(staff.agency, known.clients):
        return known.matters(now=now)


def _filters(asked: Asked, search: Search, counts: dict[Only, int]) -> list[tuple[Only, str, str]]:
    """(key, words, how many) of the filters that find somebody, and of the chosen one."""
    most = tenants.MOST_CANDIDATES if _is_cut(search, counts) else None
    shown = [(key, n) for key, n in counts.items() if n or key in (Only.EVERY, asked.only)]
    said = wording.at_least if most else wording.up_to
    return [(key, str(FILTERS[key]), said(min(n, most or n))) for key, n in shown]


def _is_cut(search: Search, counts: dict[Only, int]) -> bool:
    """Whether more clients fit the search than it shows: then every count is of those alone."""
    return search.is_inside and counts[Only.EVERY] > tenants.MOST_CANDIDATES


def _total(staff: Staff, known: watch.Watched, asked: Asked, counts: dict[Only, int]) -> int:
    """How many clients the person has in all, counted as everything here."""
    if known.ids is not None:
        return len(known.ids)
    return accounts.count_listed(staff) if asked.search else counts[Only.EVERY]


def _sums(rows: list[Drawn]) -> list[tuple[str, int]]:
    """Expected revenue by currency, without tax."""
    found: dict[str, int] = {}
    for row in rows:
        found[row.currency] = found.get(row.currency, 0) + row.revenue
    return sorted(found.items())


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
