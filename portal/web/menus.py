"""What the left panels hold: entries whose page exists and that the reader may open, in groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for

from portal.domain import requests, rights, settings
from portal.domain.accounts import Member, Staff
from portal.domain.rights import GROUPS, Permission, Section
from portal.formatting import number
from portal.languages import N_, Text, gettext


@dataclass(frozen=True)
class Entry:
    """One page of the dashboard: its `endpoint`, `may` to see it, and `also` what people call it who look for it."""

    label: Text
    endpoint: str
    icon: str
    may: Permission = Permission.SEE
    also: Text | None = None


DASHBOARD: tuple[tuple[Text | None, tuple[Entry, ...]], ...] = (
    (
        None,
        (
            Entry(N_("Overview"), "agency.overview.index", "home"),
            Entry(N_("Statements"), "agency.statements.index", "file-invoice"),
            Entry(N_("Requests"), "agency.requests.index", "inbox"),
        ),
    ),
    (
        N_("Agency Tools"),
        (
            Entry(N_("Manage Clients"), "agency.clients.index", "users"),
            Entry(N_("Prices"), "agency.prices.index", "tag", Permission.COSTS, N_("cost, margin, taxes")),
            Entry(N_("Packages"), "agency.packages.index", "stack-2", Permission.PRICES),
            Entry(N_("Bulk changes"), "agency.changes.index", "adjustments", Permission.PRICES),
            Entry(
                N_("Brand"), "agency.brand.index", "palette", Permission.PRICES, N_("logo, icon, colours, white label")
            ),
            Entry(N_("Brand scan"), "agency.brand_scan.index", "search", Permission.PRICES),
            Entry(N_("Custom domain"), "agency.domains.index", "world", Permission.PRICES, N_("own address, DNS")),
            Entry(N_("API credentials"), "agency.credentials.index", "api", Permission.PRICES),
            Entry(N_("Webhooks"), "agency.webhooks.index", "webhook", Permission.PRICES),
        ),
    ),
    (
        N_("Account"),
        (
            Entry(N_("Agency staff"), "agency.staff.index", "user-shield", Permission.STAFF, N_("team, roles, owner")),
            Entry(
                N_("Sign-in rules"),
                "agency.security.index",
                "fingerprint",
                Permission.STAFF,
                N_("second factor, password"),
            ),
            Entry(
                N_("Single sign-on"), "agency.sso.index", "shield-lock", Permission.PRICES, N_("provider, OpenID, SSO")
            ),
            Entry(N_("Activity"), "agency.activity.index", "history", also=N_("audit log, history")),
        ),
    ),
)

OTHER_SETTINGS = Entry(N_("Other Settings"), "office.other_settings.index", "adjustments")
"""The page that lists what stands in the group Settings, for those who look for it by that name."""

_SHORT = {
    "Other Settings": N_("Other"),
    "App settings": N_("App"),
    "Direct support": N_("Support"),
    "Online help": N_("Help"),
}
"""What an entry is called in the row at the foot of a phone, where its own words would be cut."""

Group = dict[str, Any]


def dashboard_menu(staff: Staff) -> list[Group]:
    """The groups of the dashboard's left panel for this person."""
    groups: list[Group] = []
    for label, entries in DASHBOARD:
        shown = [
            _item(entry.label, entry.icon, entry.endpoint) | _count(staff, entry)
            for entry in entries
            if entry.endpoint in current_app.view_functions and rights.staff_may(staff.role, entry.may)
        ]
        groups.append({"label": label and gettext(label), "items": shown})
    _mark_deepest([item for group in groups for item in group["items"]])
    return [group for group in groups if group["items"]]


def _mark_deepest(items: list[dict[str, Any]]) -> None:
    """Of entries that lie below one another only the one is current that is nearest to the page."""
    deepest = max((item["href"] for item in items if item["current"]), key=len, default="")
    for item in items:
        item["current"] = item["current"] and item["href"] == deepest


def _count(staff: Staff, entry: Entry) -> dict[str, Any]:
    """How much waits behind an entry."""
    waiting = requests.waiting_for(staff) if entry.endpoint == "agency.requests.index" else 0
    return {"count": number(waiting)} if waiting else {}


def office_menu(member: Member) -> list[Group]:
    """The groups of a back office's menu: the sections this person finds, by the catalogue."""
    return _groups(member, rights.menu_with_locks(member), _not_for_the_client(member))


def menu_made_of(member: Member, boxes: Iterable[str]) -> list[Group]:
    """The same for a colleague who holds these boxes, as far as this person may know of them."""
    known = set(boxes) if member.contributor is None else rights.held_by(member).intersection(boxes)
    return _groups(member, rights.menu_made_of(member.client, known), {})


def _groups(member: Member, sections: list[tuple[Section, bool]], notes: dict[str, str]) -> list[Group]:
    pages = current_app.view_functions
    found = [(s, locked) for s, locked in sections if endpoint_of(s.key) in pages]
    groups = []
    for key, label in GROUPS.items():
        items = [
            _item(s.label, s.icon, endpoint_of(s.key), app=member.app.slug)
            | {"lock": locked, "count": notes.get(s.key)}
            for s, locked in found
            if s.group == key
        ]
        if key == "account" and any(s.key == "services" and not locked for s, locked in found):
            items += _optimizer(member)
        if key == "settings" and items and OTHER_SETTINGS.endpoint in current_app.view_functions:
            items.insert(
                0, _item(OTHER_SETTINGS.label, OTHER_SETTINGS.icon, OTHER_SETTINGS.endpoint, app=member.app.slug)
            )
        groups.append({"label": gettext(label) if key != "start" else None, "items": items})
    return [group for group in groups if group["items"]]


def _not_for_the_client(member: Member) -> dict[str, str]:
    """What staff inside find and nobody of the client does, in a word each."""
    if member.contributor is not None:
        return {}
    missing = rights.missing_sections(member.client)
    return {key: gettext("hidden") if hidden else gettext("off") for key, hidden in missing.items()}


def endpoint_of(section: str) -> str:
    """The first page of a section: `office.<section>.index`."""
    return f"office.{section.replace('-', '_')}.index"


def _optimizer(member: Member) -> list[dict[str, Any]]:
    """The Sales Optimizer, for who may see services, and only while it is enabled; it lives on their page."""
    service = settings.find_service("sales_optimizer")
    if service is None or not settings.optimizer_is_on(member.client):
        return []
    item = _item(service.name, service.icon, endpoint_of("services"), app=member.app.slug, _anchor="sales-optimizer")
    return [item | {"current": False, "short": gettext("Optimizer")}]


def _item(label: str, icon: str, endpoint: str, **values: Any) -> dict[str, Any]:
    href = url_for(endpoint, **values)
    return {
        "label": gettext(label),
        "href": href,
        "icon": icon,
        "current": request.path == href or (href.count("/") > 2 and request.path.startswith(href)),
        "count": None,
        "lock": False,
        "tab": False,
        "short": gettext(_SHORT[label]) if label in _SHORT else None,
    }
