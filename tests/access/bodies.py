"""What is sent to each unsafe route, such that whoever may do it does it."""

from __future__ import annotations

from typing import Any

from flask import Flask

from portal.config import Settings
from tests.access.people import PLATFORM
from tests.access.tables import Route
from tests.access.world import World
from tests.browser import Browser, Form

_DISH = {"name": "Bolo", "description": "de milho", "price": "10,00", "allergens": ["milk"]}

FORMS: dict[str, dict[str, Any]] = {
    "account.sign_in.submit": {"email": "who@nobody.example", "password": "not this one"},
    "account.forgotten.ask": {"email": "who@nobody.example"},
    "account.strength.show": {"password": "corda de viol"},
    "account.profile.save": {"name": "Somebody else", "language": "en", "theme": "dark"},
    "account.profile.password": {"current": "not this one", "new": "another one of length"},
    "account.notices.save": {"rhythm": "daily", "wanted": "yes"},
    "account.preferences.save": {"language": "en"},
    "api.oauth.token": {"grant_type": "client_credentials", "client_id": "nobody", "client_secret": "nothing"},
    "agency.clients.create": {
        "name": "New one",
        "email": "",
        "address": "",
        "currency": "BRL",
        "language": "pt-BR",
        "slug": "",
        "package": "",
    },
    "agency.clients.access": {"allowed": "no"},
    "agency.details.save": {"name": "Other", "email": "a@b.example", "address": "There", "language": "en"},
    "agency.suspension.save": {"suspended": "yes", "reason": "because"},
    "agency.imports.create": {"text": "name\nSomebody\n"},
    "agency.imports.correct": {"name": "Better"},
    "agency.changes.choose": {"go": "fields"},
    "agency.credentials.create": {"label": "Key", "scopes": ["usage:read"]},
    "agency.credentials.rotate": {"overlap": "24"},
    "agency.webhooks.create": {"url": "https://new.example/x", "description": "d", "events": ["limit.reached"]},
    "agency.webhooks.save": {"url": "https://new.example/x", "description": "d", "events": ["limit.reached"]},
    "agency.webhooks.pause": {"paused": "yes"},
    "agency.sections.switch": {"state": "hidden"},
    "agency.sections.lock": {"text": "Ask for it", "price": "10,00", "every_months": "0"},
    "agency.requests.decide": {"state": "done", "answer": "There you are"},
    "agency.domains.ask": {"host": "clients.entry.example"},
    "agency.domains.move": {"days": "3"},
    "agency.sender.save": {
        "host": "smtp.entry.example",
        "port": "587",
        "security": "starttls",
        "username": "",
        "password": "",
        "from_address": "hello@entry.example",
        "selector": "",
    },
    "agency.sender.use": {"used": "yes"},
    "agency.brand.names": {"name": "Other", "sender_name": "", "contact": "", "expected": "0"},
    "agency.brand.colours": {"primary": "#2a6f97", "accent": "", "radius": "8", "expected": "0"},
    "agency.brand.entrance": {"layout": "side", "headline.en": "Come in", "expected": "0"},
    "agency.brand.discard": {"expected": "0"},
    "agency.brand_history.reset": {"expected": "0"},
    "agency.brand_history.restore": {"expected": "0"},
    "agency.brand_pictures.remove": {"expected": "0"},
    "agency.brand_review.publish": {"expected": "0"},
    "agency.sso.save": {
        "label": "Entry",
        "issuer": "https://entry.example",
        "client_id": "portal",
        "secret": "s3cret",
        "domains": "",
        "groups": "",
        "group_claim": "groups",
        "contributors": "off",
        "staff": "off",
    },
    "agency.staff.change": {"role": "admin"},
    "agency.staff.end": {"ends_on": "2026-12-31"},
    "agency.staff.remove": {"confirmation": "{manager}"},
    "agency.staff_clients.switch": {"assigned": "yes"},
    "agency.staff_invitations.review": {"email": "new@x.example", "role": "billing", "language": "en", "ends_on": ""},
    "agency.staff_invitations.create": {
        "email": "new@x.example",
        "role": "billing",
        "language": "en",
        "ends_on": "",
        "confirmation": "new@x.example",
    },
    "office.team.contact": {"language": "en", "notices": "yes"},
    "office.team_rights.apply": {"boxes": ["menus"]},
    "office.team_many.create": {"addresses": "a@x.example", "boxes": ["menus"], "language": "en", "ends_on": ""},
    "office.team_many.arrange": {"addresses": "a@x.example", "boxes": ["menus"], "language": "en", "ends_on": ""},
    "office.menus.arrange": {"item": "{category_id}", "move": "up"},
    "office.menus.arrange_dishes": {"item": "{dish_id}", "move": "up"},
    "office.menus.add_category": {"name": "Doces"},
    "office.menus.change_category": {"name": "Doces"},
    "office.menus.add_dish": _DISH,
    "office.menus.change_dish": _DISH,
    "office.menus.price": {"price": "12,00"},
    "office.menus.switch": {"on_sale": "no"},
    "office.services.optimizer": {"enabled": "yes"},
    "office.settings.save": {"name": "Other"},
    "office.team.arrange": {"boxes": ["menus"], "email": "", "language": "pt-BR", "ends_on": ""},
    "office.team.invite": {"email": "new@x.example", "language": "pt-BR", "boxes": ["menus"], "ends_on": ""},
    "office.support.write": {"subject": "It does not open", "text": "Since this morning"},
    "office.support.reply": {"text": "It still does not"},
    "office.team.switch": {"granted": "yes"},
    "office.team.end": {"ends_on": "2026-12-31"},
}

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "agency.client_settings.save": ("/agency/clients/<client_id>/settings/", {"direct_support": "yes"}),
    "agency.client_settings.flip": ("/agency/clients/<client_id>/settings/", {}),
    "agency.client_settings.preview": ("/agency/clients/<client_id>/settings/", {"litmus_test.limit": "99"}),
    "agency.prices.save": ("/agency/prices/", {"litmus_test.price.BRL": "11,11"}),
    "agency.packages.create": ("/agency/packages/new", {"name": "Another"}),
    "agency.packages.save": ("/agency/packages/<package_id>/", {"name": "Renamed"}),
    "agency.changes.want": ("/agency/changes/<bulk_id>/fields", {}),
}
"""Forms as their page holds them, with a change."""

JSON: dict[str, str] = {
    "api.clients.create": '{"name": "New one"}',
    "api.settings.save": '{"direct_support": true}',
    "api.consume.create": '{"id": "one", "quantity": 1}',
    "api.usage.create": '{"events": [{"id": "two", "client": "prima", "service": "litmus_test", "quantity": 1,'
    ' "at": "2026-07-05T11:00:00Z"}]}',
}


class Bodies:
    """The forms of pages are read once, from the page that their own agency's owner sees."""

    def __init__(self, app: Flask, settings: Settings, world: World) -> None:
        self._world = world
        self._read: dict[tuple[str, str], dict[str, Any]] = {}
        for endpoint, (page, changes) in PAGES.items():
            for tenant in ("A1", "A2", "B1"):
                self._read[endpoint, tenant] = self._fields(app, settings, tenant, endpoint, page) | changes

    def form(self, route: Route, tenant: str) -> dict[str, Any]:
        """The fields to send for an object of that tenant (of A1 where it is nobody's)."""
        tenant = tenant or "A1"
        if route.endpoint in PAGES:
            return self._read[route.endpoint, tenant]
        values = self._world.values(tenant, route.endpoint)
        return {
            name: value.format(**values) if isinstance(value, str) and "{" in value else value
            for name, value in FORMS.get(route.endpoint, {}).items()
        }

    def _fields(self, app: Flask, settings: Settings, tenant: str, endpoint: str, page: str) -> dict[str, Any]:
        browser = Browser(app, settings, PLATFORM)
        browser.sign_in(self._world.houses[tenant[0]].staff["owner"].person)
        shown = browser.request("GET", Route("GET", page, "").fill(self._world.values(tenant, endpoint)))
        return max((_taken(Form(shown, form)) for form in shown.select("//main//form[@method='post']")), key=len)


def _taken(form: Form) -> dict[str, Any]:
    return {name: value for name, value in form.fields.items() if name != "csrf_token"}


def json_of(route: Route) -> bytes | None:
    """The body of a call of the API; None for everything that takes a form."""
    if not route.path.startswith("/api/v1/") or not route.is_unsafe or route.endpoint in FORMS:
        return None
    return JSON.get(route.endpoint, "{}").encode()
