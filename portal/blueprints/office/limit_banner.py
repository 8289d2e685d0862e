"""What stands above the pages of a back office when a service comes to its limit, for who may see the services."""

from __future__ import annotations

from datetime import datetime

from flask import request, url_for

from portal import clock, limit_words
from portal.domain import metering, reports, rights
from portal.domain.accounts import Member
from portal.domain.reports import Matter
from portal.formatting import money
from portal.languages import gettext as _
from portal.web.brand import name_of
from portal.web.shell import Banner, banners_for


@banners_for(Member)
def standing_limits(member: Member) -> list[Banner]:
    """One banner, however many services it is about; none where the services themselves are shown."""
    if not rights.may(member, "services") or (request.endpoint or "").startswith("office.services."):
        return []
    now = clock.now()
    with reports.at_hand_of(member.agency, [member.client]):
        matters = reports.matters_of([member.client], now=now)
    return [_banner(member, matters, now)] if matters else []


def _banner(member: Member, matters: list[Matter], now: datetime) -> Banner:
    bad = any(matter.is_bad for matter in matters)
    ask = "" if member.is_staff else " " + _("To change a limit, ask %(agency)s.", agency=name_of(member.agency))
    title, text = _one(matters[0], now) if len(matters) == 1 else _several(matters)
    key = matters[0].usage.service.key
    app = member.app.slug  # the account page, which is of no app, shows the banner too
    alone = len(matters) == 1
    href = url_for("office.services.show", app=app, key=key) if alone else url_for("office.services.index", app=app)
    label = _("See the service") if alone else _("See the services")
    return {
        "tone": "bad" if bad else "warn",
        "title": title,
        "text": text + ask,
        "actions": [{"label": label, "href": href}],
    }


def _one(matter: Matter, now: datetime) -> tuple[str, str]:
    return limit_words.banner(metering.standing_of(matter.usage, now=now), ahead=matter.kind == "ahead")


def _several(matters: list[Matter]) -> tuple[str, str]:
    kinds = [matter.kind for matter in matters]
    near, ahead = kinds.count("near"), kinds.count("ahead")
    currency = matters[0].usage.client.currency
    so_far = sum(matter.usage.excess.amount for matter in matters)
    then = sum(matter.usage.projected_excess.amount for matter in matters)
    title = limit_words.counted(over=len(kinds) - near - ahead, near=near, ahead=ahead)
    if so_far == then:
        return title, _("Excess so far: %(now)s.", now=money(so_far, currency))
    values = {"now": money(so_far, currency), "then": money(then, currency)}
    return title, _("Excess so far: %(now)s. At this pace it is %(then)s by the month's end.", **values)
