"""What the previews of a brand are filled with: an invented app and its people, nobody's real ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from portal.blueprints.office.home import Door, greeting
from portal.domain import branding, periods, settings
from portal.domain.branding import Brand
from portal.domain.rights import GROUPS, SECTIONS
from portal.domain.tenants import Agency
from portal.formatting import month
from portal.languages import gettext as _
from portal.languages import language, ngettext

NOWHERE = "#"
"""Where everything in a preview leads."""

_SECTIONS = ("home", "menus", "services", "statements", "team", "settings")
_LINES = (("litmus_test", 10, 13, 900), ("shutterstock", 5, 5, 1200), ("email_sync", 2, 4, 4900))
_LICENCE = 19900


def app_name() -> str:
    return _("Corner Bakery")


def shell(*, inside: bool) -> dict[str, Any]:
    """The frame around a page: of somebody at work in a back office, or of nobody."""
    common = {"home": NOWHERE, "language": NOWHERE, "appearance": NOWHERE, "sign_out": NOWHERE, "user_menu": []}
    if not inside:
        return {**common, "person": None}
    app = {"name": app_name(), "href": NOWHERE, "others": None}
    return {**common, "person": {"name": "Clara Reis", "detail": "clara@example.com"}, "app": app, "menu": _menu()}


def home(agency: Agency, now: datetime) -> dict[str, Any]:
    """What the first page of a back office needs, as it looks on a good day."""
    member = SimpleNamespace(
        person=SimpleNamespace(first_name="Clara"), app=SimpleNamespace(name=app_name()), agency=agency
    )
    latest = _("Latest: %(month)s", month=month(_last_month(agency, now)))
    people = ngettext("%(num)s person on the team", "%(num)s people on the team", 3)
    steps = [("circle-check", _("Clara published the menu")), ("user-plus", _("Davi joined the team"))]
    return {
        "member": member,
        "greeting": greeting(now, agency.timezone),
        "doors": [
            Door("tools-kitchen-2", _("Change the menu"), _("Everything is published"), NOWHERE),
            Door("gauge", _("See services and prices"), _("Everything is within its limits"), NOWHERE),
            Door("receipt", _("Read the statements"), latest, NOWHERE),
            Door("users", _("Invite somebody"), people, NOWHERE),
        ],
        "near": [_usage()],
        "steps": [SimpleNamespace(icon=icon, said=said, at=now) for icon, said in steps],
        "is_first": False,
        "now": now,
        "words": SimpleNamespace(
            amount_in_words=lambda usage: _("%(used)s of %(limit)s", used=usage.used, limit=usage.limit),
            sentence=lambda *_usage: "",
            when=lambda *_moment: _("Today"),
        ),
    }


def invitation(link: str, agency: Agency, now: datetime) -> dict[str, Any]:
    """The values of the letter that invites somebody."""
    return {
        "inviter": "Clara Reis",
        "app": app_name(),
        "link": link,
        "expires": now + timedelta(days=7),
        "zone": agency.timezone,
    }


def statement(agency: Agency, brand: Brand, now: datetime) -> tuple[dict[str, Any], dict[str, bytes]]:
    """A statement as it would be frozen today, and its pictures by SHA-256."""
    label = _last_month(agency, now)
    lines = [_line("licence", _("Licence"), _LICENCE, None), *map(_excess, _LINES)]
    net = sum(line["amount"] for line in lines)
    frozen, pictures = branding.freeze(brand)
    return {
        "audience": "client",
        "number": f"{agency.prefix}-{label[:4]}-000000",
        "language": language(),
        "currency": agency.currency,
        "period": {
            "key": label,
            "starts_on": periods.first_day(label).isoformat(),
            "ends_on": periods.last_day(label).isoformat(),
            "zone": agency.timezone,
        },
        "issued_on": periods.local_day(now, agency.timezone).isoformat(),
        "state": "agency_invoiced",
        "brand": frozen,
        "issuer": {"name": brand.name, "contact": brand.contact},
        "client": {"name": app_name()},
        "payer": "agency",
        "lines": lines,
        "net": net,
        "tax": 0,
        "total": net,
        "due": net,
    }, pictures


def _menu() -> list[dict[str, Any]]:
    groups = []
    for key, label in GROUPS.items():
        items = [
            {"label": section.label, "href": NOWHERE, "icon": section.icon, "current": section.key == "home"}
            for section in SECTIONS
            if section.group == key and section.key in _SECTIONS
        ]
        groups.append({"label": label if key != "start" else None, "items": items})
    return [group for group in groups if group["items"]]


def _usage() -> SimpleNamespace:
    return SimpleNamespace(service=settings.find_service("litmus_test"), used=8, limit=10, alert_at=(80, 100))


def _excess(line: tuple[str, int, int, int]) -> dict[str, Any]:
    key, limit, used, price = line
    service = settings.find_service(key)
    excess = max(0, used - limit)
    return {
        **_line("excess", str(service.name) if service else key, excess * price, price),
        "service": key,
        "unit": service.unit() if service else None,
        "gauge": bool(service and service.is_gauge),
        "limit": limit,
        "used": used,
        "excess": excess,
        "block": 1,
        "blocks": excess,
    }


def _line(kind: str, label: str, amount: int, price: int | None) -> dict[str, Any]:
    return {"kind": kind, "label": label, "amount": amount, "unit_price": price}


def _last_month(agency: Agency, now: datetime) -> str:
    return periods.preceding(periods.label_of(now, agency.timezone))
