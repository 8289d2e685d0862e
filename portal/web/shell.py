"""The frame around a page: who is here, where he can go, what he should know. Asked only by whole pages."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import cached_property
from typing import Any

from flask import Flask, current_app, g, request, url_for

from portal.domain import accounts
from portal.domain.accounts import Machine, Member, Person, Staff
from portal.languages import gettext
from portal.web import articles, doors, menus
from portal.web.hosts import settings
from portal.web.sessions import SignedIn

Banner = dict[str, Any]
Who = Staff | Member | SignedIn | None

_banner_sources: list[tuple[type, Callable[[Any], list[Banner]]]] = []


def banners_for(kind: type) -> Callable[[Callable[[Any], list[Banner]]], Callable[[Any], list[Banner]]]:
    """Let a function say what stands above every page of staff (`Staff`) or of a back office (`Member`).

    A banner is `{"tone": "warn", "title": …, "text": … or None, "actions": [{"label": …, "href": …}]}`.
    """

    def keep(source: Callable[[Any], list[Banner]]) -> Callable[[Any], list[Banner]]:
        _banner_sources.append((kind, source))
        return source

    return keep


def init_shell(app: Flask) -> None:
    app.context_processor(lambda: {"shell": Shell()})


class Shell:
    """What the layouts show around a page, each part found when it is asked for."""

    @cached_property
    def who(self) -> Who:
        found = g.get("who")
        return None if isinstance(found, Machine) else found

    @cached_property
    def person(self) -> dict[str, str] | None:
        if self.who is None:
            return None
        return {"name": self.who.person.shown_name, "detail": self._detail(self.who)}

    @cached_property
    def mark(self) -> str:
        """Tells accounts apart, and through whose eyes one looks, and names none: people may be called the same."""
        if self.who is None:
            return ""
        viewer = self.who.viewer if isinstance(self.who, Member) else None
        ids = [self.who.person.id.hex, viewer.person.id.hex if viewer else ""]
        key = settings().secret_key.get_secret_value().encode()
        return hmac.new(key, f"who a page is of\x00{'|'.join(ids)}".encode(), "sha256").hexdigest()[:16]

    @cached_property
    def owes(self) -> bool:
        """Whether nothing is open yet but the set-up of a second factor."""
        return isinstance(self.who, SignedIn) and bool(self.who.row.owes_factor_since)

    @cached_property
    def home(self) -> str:
        if isinstance(self.who, Member):
            return url_for(menus.endpoint_of("home"), app=self.who.app.slug)
        return url_for("account.start.index")

    @cached_property
    def menu(self) -> list[menus.Group]:
        if isinstance(self.who, Member):
            return menus.office_menu(self.who)
        staff = self.who if isinstance(self.who, Staff) else None
        return menus.dashboard_menu(staff) if staff else []

    @cached_property
    def help(self) -> dict[str, str] | None:
        """The article about this page, for whoever holds the online help."""
        found = articles.beside(self.who, request.endpoint or "") if isinstance(self.who, Member) else None
        return {"title": found.title, "href": url_for("office.help.show", article=found.key)} if found else None

    @cached_property
    def user_menu(self) -> list[dict[str, str]]:
        if isinstance(self.who, Member) and (self.who.is_staff or self.who.viewer):
            return []
        account = {"label": gettext("My account"), "href": url_for("account.profile.index"), "icon": "user"}
        if not isinstance(self.who, Staff) or "agency.settings.index" not in current_app.view_functions:
            return [account]
        return [{"label": gettext("Settings"), "href": url_for("agency.settings.index"), "icon": "settings"}, account]

    @cached_property
    def sign_out(self) -> str:
        return url_for("account.sign_out.submit")

    @cached_property
    def sso(self) -> dict[str, Any]:
        """The providers by which people may come in at this host."""
        return doors.offered()

    @cached_property
    def language(self) -> str:
        return url_for("account.preferences.save")

    @property
    def appearance(self) -> str:
        return self.language

    @cached_property
    def organisation(self) -> dict[str, str] | None:
        if not isinstance(self.who, Staff):
            return None
        return {"name": self.who.agency.name, "href": url_for("account.start.index")}

    notices = None

    @cached_property
    def search(self) -> dict[str, Any] | None:
        if not isinstance(self.who, Staff) or "agency.search.index" not in current_app.view_functions:
            return None
        href = url_for("agency.search.index")
        asked = request.args.get("q") if request.path == href else None
        return {"href": href, "label": gettext("Search client, person or statement"), "value": asked}

    @cached_property
    def app(self) -> dict[str, str | None] | None:
        if not isinstance(self.who, Member):
            return None
        others = (
            url_for("account.apps.index")
            if self.who.contributor and not self.who.viewer and self._has_other_apps(self.who.person)
            else None
        )
        return {"name": self.who.app.name, "href": f"/app/{self.who.app.slug}/", "others": others}

    @cached_property
    def entry(self) -> dict[str, str] | None:
        if not isinstance(self.who, Member) or not self.who.is_staff:
            return None
        return {
            "person": self.who.person.shown_name,
            "agency": self.who.agency.name,
            "app": self.who.app.name,
            "back": url_for("account.enter.leave"),
        }

    @cached_property
    def view(self) -> dict[str, str] | None:
        """Who looks through whose eyes, and how he stops."""
        if not isinstance(self.who, Member) or self.who.viewer is None:
            return None
        viewer = self.who.viewer
        return {
            "viewer": viewer.person.shown_name,
            "agency": viewer.agency.name if viewer.is_staff else "",
            "person": self.who.person.shown_name,
            "app": self.who.app.name,
            "end": url_for("office.view.stop"),
        }

    @cached_property
    def banners(self) -> list[Banner]:
        found = [source(self.who) for kind, source in _banner_sources if isinstance(self.who, kind)]
        return [banner for banners in found for banner in banners]

    @staticmethod
    def _detail(who: Staff | Member | SignedIn) -> str:
        if isinstance(who, Staff):
            return f"{who.role.label}, {who.agency.name}"
        if isinstance(who, Member) and who.role:
            return f"{who.role.label}, {who.agency.name}"
        return str(who.person.email)

    @staticmethod
    def _has_other_apps(person: Person) -> bool:
        return accounts.has_several_apps(person)
