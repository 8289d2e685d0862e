from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request, url_for

from portal import clock
from portal.blueprints.office import wording
from portal.blueprints.office.steps import steps_of
from portal.domain import accounts, billing, invitations, metering, publishing, rights, support
from portal.domain.accounts import Member
from portal.formatting import month
from portal.languages import gettext as _
from portal.languages import ngettext
from portal.web.access import contributor
from portal.web.asking import askable
from portal.web.brand import name_of
from portal.web.menus import endpoint_of
from portal.web.shell import Banner, banners_for

bp = Blueprint("home", __name__, url_prefix="/home")


@bp.get("/")
@contributor(may="home")
def index(member: Member) -> str:
    now = clock.now()
    return render_template(
        "office/home/index.html",
        member=member,
        greeting=greeting(now, member.agency.timezone),
        doors=doors_of(member, now),
        near=near_limit(member, now) if rights.may(member, "services") else [],
        steps=steps_of(member),
        is_first=accounts.is_first_visit(member, now=now),
        askable=askable(member),
        now=now,
        words=wording,
    )


@dataclass(frozen=True)
class Door:
    """One thing this person can do, as a card: where it leads, what it is, how it stands."""

    icon: str
    title: str
    hint: str
    href: str


def doors_of(member: Member, now: datetime) -> list[Door]:
    """A card for each section that this person has, in the order of the menu."""
    found = []
    for section in rights.menu_of(member):
        if section.key in DOORS:
            title, hint = DOORS[section.key](member, now)
            found.append(Door(section.icon, title, hint, url_for(endpoint_of(section.key))))
    offered = _("Locked: see what %(agency)s offers", agency=name_of(member.agency))
    locked = rights.locked_of(member)
    return found + [Door("lock", _(section.label), offered, url_for(endpoint_of(section.key))) for section in locked]


def greeting(now: datetime, zone: str) -> str:
    """By the clock of the agency."""
    hour = now.astimezone(ZoneInfo(zone)).hour
    if 5 <= hour < 12:
        return _("Good morning")
    return _("Good afternoon") if 12 <= hour < 18 else _("Good evening")


def near_limit(member: Member, now: datetime) -> list[metering.Usage]:
    """The services that have reached a threshold this month, those beyond their limit first."""
    found = [usage for usage in metering.usage_of(member.client, now=now) if usage.enabled and usage.reached]
    return sorted(found, key=lambda usage: not usage.is_over)


@banners_for(Member)
def welcome(member: Member) -> list[Banner]:
    """For somebody whose first page is a section, not home: where he is, and who opened it for him."""
    landing = rights.first_section(member)
    if (
        landing.always
        or request.endpoint != endpoint_of(landing.key)
        or not accounts.is_first_visit(member, now=clock.now())
    ):
        return []
    title = _("Welcome to %(app)s, %(name)s", app=member.app.name, name=member.person.first_name)
    text = _(
        "%(agency)s opened this section for you: %(section)s.",
        agency=name_of(member.agency),
        section=_(landing.label),
    )
    return [{"tone": "ok", "title": title, "text": text, "actions": []}]


def _menus(member: Member, _now: datetime) -> tuple[str, str]:
    waiting = len(publishing.changes_of(member.app))
    if not waiting:
        live = publishing.last_publication(member.app)
        return _("Change the menu"), _("Everything is published") if live else _("Add the first dishes")
    return _("Change the menu"), ngettext(
        "%(num)s change waits to be published", "%(num)s changes wait to be published", waiting
    )


def _services(member: Member, now: datetime) -> tuple[str, str]:
    near = near_limit(member, now)
    over = sum(usage.is_over for usage in near)
    if over:
        return _("See services and prices"), ngettext("%(num)s above its limit", "%(num)s above their limits", over)
    if near:
        return _("See services and prices"), ngettext("%(num)s near its limit", "%(num)s near their limits", len(near))
    return _("See services and prices"), _("Everything is within its limits")


def _statements(member: Member, _now: datetime) -> tuple[str, str]:
    newest = next(iter(billing.statements_of_client(member.client)), None)
    return _("Read the statements"), _("Latest: %(month)s", month=month(newest.period)) if newest else _("None yet")


def _team(member: Member, now: datetime) -> tuple[str, str]:
    people = len(accounts.owners_of(member.agency)) + sum(invitations.count_team(member, now=now).values())
    return _("Invite somebody"), ngettext("%(num)s person on the team", "%(num)s people on the team", people)


def _settings(_member: Member, _now: datetime) -> tuple[str, str]:
    return _("Set up the app"), _("Its name and its address")


def _support(member: Member, _now: datetime) -> tuple[str, str]:
    if not support.is_open(member):
        return _("Direct support is off"), _("Nobody can write")
    waiting = support.answered(member)
    if not waiting:
        return _("Write to direct support"), _("No conversation is waiting for you")
    return _("Write to direct support"), ngettext("%(num)s answer to read", "%(num)s answers to read", waiting)


def _help(_member: Member, _now: datetime) -> tuple[str, str]:
    return _("Read the online help"), _("What can be done, step by step")


DOORS: dict[str, Callable[[Member, datetime], tuple[str, str]]] = {
    "menus": _menus,
    "services": _services,
    "statements": _statements,
    "team": _team,
    "settings": _settings,
    "support": _support,
    "help": _help,
}
"""What each section lets a person do, in words, and how it stands."""
