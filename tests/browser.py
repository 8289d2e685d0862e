"""A browser without a screen: it addresses endpoints by name, keeps cookies per host, sends real CSRF tokens.

    ana = browse(owner)
    page = ana.get("agency.clients.index")
    page = page.form("agency.clients.create").submit(name="Cantina da Praça").follow()
    assert page.status == 200 and page.has("Cantina da Praça")

Every HTML answer is checked on its way in (`tests/pages.py`).
"""

from __future__ import annotations

import json as jsonlib
import re
from copy import copy
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from lxml import html
from werkzeug.test import EnvironBuilder, TestResponse

from portal import clock
from portal.config import Settings
from portal.domain import accounts
from portal.domain.accounts import Person
from portal.domain.tenants import App
from portal.web import forgery, hosts, sessions
from tests import pages

_SPACE = re.compile(r"\s+")
_INVISIBLE = ("script", "style", "template", "title")


class Browser:
    """One person's browser at one host; `at(host)` is the same browser (same cookies) at another."""

    def __init__(self, app: Flask, settings: Settings, host: str) -> None:
        self.app = app
        self.settings = settings
        self.host = host
        self.client = app.test_client()
        self.tokens: dict[str, str] = {}

    def at(self, host: str) -> Browser:
        other = copy(self)
        other.host = host
        return other

    def sign_in(self, person: Person, *, entered_app: App | None = None) -> None:
        """Begin a session of this person at this host, as the sign-in page does once the password is right."""
        with self.app.test_request_context("/", base_url=self._origin(self.host)):
            self.app.preprocess_request()
            house = hosts.house()
            assert house is not None, f"{self.host} is nobody's host"
            sessions.begin(accounts.start_session(person, house.key, entered_app=entered_app, now=clock.now()))
            answer = self.app.process_response(self.app.response_class())
        for cookie in answer.headers.getlist("Set-Cookie"):
            name, _, rest = cookie.partition("=")
            self.client.set_cookie(name, rest.partition(";")[0], domain=self.host, origin_only=True)

    def url(self, endpoint: str, **values: Any) -> str:
        """The path of an endpoint ("agency.clients.index"), or the path itself ("/agency/")."""
        if endpoint.startswith(("/", "http:", "https:")):
            return endpoint
        self.app.inject_url_defaults(endpoint, values)
        return self.app.url_map.bind(self.host).build(endpoint, values)

    def get(self, endpoint: str, *, htmx: bool = False, headers: dict[str, str] | None = None, **values: Any) -> Page:
        return self.request("GET", self.url(endpoint, **values), htmx=htmx, headers=headers)

    def post(
        self,
        endpoint: str,
        data: dict[str, Any] | None = None,
        *,
        htmx: bool = False,
        headers: dict[str, str] | None = None,
        method: str = "POST",
        **values: Any,
    ) -> Page:
        """Send a form as a page would, with the CSRF token of this session in it, or in the header that htmx sends."""
        headers = dict(headers or {})
        data = dict(data or {})
        if htmx:
            headers.setdefault("X-CSRFToken", self.token())
        else:
            data.setdefault("csrf_token", self.token())
        return self.request(method, self.url(endpoint, **values), data=data, htmx=htmx, headers=headers)

    def request(
        self, method: str, path: str, *, htmx: bool = False, headers: dict[str, str] | None = None, **options: Any
    ) -> Page:
        """Anything at all, with nothing added but the headers of htmx where asked for."""
        target = urlsplit(urljoin(self._origin(self.host), path))
        headers = {**({"HX-Request": "true"} if htmx else {}), **(headers or {})}
        answer = self.client.open(
            target.path + (f"?{target.query}" if target.query else ""),
            method=method,
            base_url=self._origin(target.netloc.rsplit(":", 1)[0]),
            headers=headers,
            **options,
        )
        page = Page(self.at(target.netloc.rsplit(":", 1)[0]), method, path, answer)
        self._keep_token(page)
        return page

    def token(self) -> str:
        """The CSRF token of this browser's session at this host: of the last page it has seen, or drawn for it."""
        if self.host not in self.tokens:
            environ = EnvironBuilder(base_url=self._origin(self.host)).get_environ()
            self.client._add_cookies_to_wsgi(environ)
            with self.app.request_context(environ):
                self.app.preprocess_request()
                self.tokens[self.host] = forgery.token()
                answer = self.app.process_response(self.app.response_class())
            self.client._update_cookies_from_response(self.host, "/", answer.headers.getlist("Set-Cookie"))
        return self.tokens[self.host]

    def _keep_token(self, page: Page) -> None:
        if not page.is_html:
            return
        found = page.tree.xpath("//input[@name='csrf_token']/@value")
        carried = page.tree.xpath("//body/@hx-headers")
        if carried:
            found = [value for name, value in jsonlib.loads(carried[0]).items() if "csrf" in name.lower()] or found
        if found:
            self.tokens[page.browser.host] = str(found[0])

    def _origin(self, host: str) -> str:
        return self.settings.address_of(host)


class Page:
    """What came back. Checked when it is HTML."""

    def __init__(self, browser: Browser, method: str, path: str, answer: TestResponse) -> None:
        self.browser = browser
        self.path = path
        self.answer = answer
        self.status = answer.status_code
        self.headers = answer.headers
        self.body = answer.get_data()
        self.is_html = answer.mimetype == "text/html" and bool(self.body.strip())
        if self.is_html:
            self.html = self.body.decode()
            self.tree, self.is_whole = pages.parse(self.html)
            leads_on = self.status in (301, 302, 303, 307, 308)
            faults = [] if leads_on else pages.faults_of(self.html, self.tree, whole=self.is_whole)
            assert not faults, f"{method} {path} ({self.status}):\n- " + "\n- ".join(faults)

    @property
    def text(self) -> str:
        """What a person reads, white space evened out."""
        if not self.is_html:
            return self.body.decode()
        parts = []
        for element in self.tree.iter():
            hidden = element.tag in _INVISIBLE or not isinstance(element.tag, str)
            if not hidden and element.text:
                parts.append(element.text)
            if element.tail:
                parts.append(element.tail)
        return _SPACE.sub(" ", " ".join(parts)).strip()

    @property
    def title(self) -> str:
        return _SPACE.sub(" ", self.tree.findtext(".//title") or "").strip()

    @property
    def location(self) -> str:
        """Where it sends the browser on to, by redirect or by htmx."""
        return self.headers.get("Location") or self.headers.get("HX-Redirect") or ""

    @property
    def json(self) -> Any:
        return self.answer.get_json()

    def has(self, *wanted: str) -> bool:
        """Whether every one of the texts can be read on the page."""
        text = self.text
        return all(_SPACE.sub(" ", part) in text for part in wanted)

    def has_link(self, endpoint: str, **values: Any) -> bool:
        path = self.browser.url(endpoint, **values)
        return any(urlsplit(link).path == urlsplit(path).path for link in self.tree.xpath("//a/@href"))

    def select(self, xpath: str) -> list[Any]:
        return self.tree.xpath(xpath)

    def by_id(self, name: str) -> html.HtmlElement:
        found = self.tree.xpath("//*[@id=$name]", name=name)
        assert found, f"No element #{name} on {self.path}"
        return found[0]

    def follow(self) -> Page:
        """The page it redirects to."""
        assert self.location, f"{self.path} answered {self.status} and sends nobody on:\n{self.text[:500]}"
        return self.browser.request("GET", urljoin(urljoin("http://" + self.browser.host, self.path), self.location))

    def click(self, text: str) -> Page:
        """Follow the one link with this text."""
        links = [link for link in self.tree.iter("a") if _SPACE.sub(" ", link.text_content()).strip() == text]
        targets = {link.get("href") for link in links}
        assert len(targets) == 1, f"{len(targets)} links say {text!r} on {self.path}"
        return self.browser.request("GET", urljoin(self.path, targets.pop()))

    def form(self, target: str | None = None, **values: Any) -> Form:
        """A form by its endpoint, by its id ("#invite"), or the only POST form in <main>."""
        if target is None:
            forms = self.tree.xpath("//main//form[translate(@method, 'POST', 'post')='post'][not(ancestor::footer)]")
        elif target.startswith("#"):
            forms = self.tree.xpath("//form[@id=$name]", name=target[1:])
        else:
            wanted = urlsplit(self.browser.url(target, **values)).path
            forms = [
                form
                for form in self.tree.iter("form")
                if urlsplit(urljoin(self.path, form.get("action") or self.path)).path == wanted
            ]
        assert len(forms) == 1, f"{len(forms)} forms for {target or 'main'} on {self.path}"
        return Form(self, forms[0])


class Form:
    """A form as it stands on the page: `fields` are what it would send if the person touched nothing."""

    def __init__(self, page: Page, element: html.HtmlElement) -> None:
        self.page = page
        self.element = element
        self.action = urljoin(page.path, element.get("action") or page.path)
        self.method = element.get("method", "get").upper()
        self.fields: dict[str, list[str]] = {}
        outside = page.tree.xpath("//*[@form=$name]", name=element.get("id") or "-")
        for field in [*element.iter("input", "select", "textarea"), *outside]:
            self._take(field)

    def submit(self, *, button: str | None = None, htmx: bool = False, **changes: Any) -> Page:
        """Send it with these fields changed (None leaves one out); `button` is the name=value of the one pressed."""
        data = dict(self.fields)
        for name, value in changes.items():
            if value is None:
                data.pop(name, None)
            else:
                data[name] = [str(part) for part in value] if isinstance(value, (list, tuple)) else value
        if button:
            name, _, value = button.partition("=")
            data[name] = [value]
        if self.method == "GET":
            return self.page.browser.request("GET", self.action.split("?")[0], query_string=data, htmx=htmx)
        if self.element.get("enctype") == "multipart/form-data":
            data = {
                name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in data.items()
            }
            return self.page.browser.request(
                "POST", self.action, data=data, htmx=htmx, content_type="multipart/form-data"
            )
        return self.page.browser.request("POST", self.action, data=data, htmx=htmx)

    def value(self, name: str) -> str | None:
        return self.fields[name][0] if self.fields.get(name) else None

    def _take(self, field: html.HtmlElement) -> None:
        name, kind = field.get("name"), field.get("type", "text").lower()
        if not name or field.get("disabled") is not None or _in_disabled_fieldset(field):
            return
        if field.tag == "select":
            options = list(field.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            values = [option.get("value", option.text_content()) for option in chosen]
        elif field.tag == "textarea":
            values = [field.text_content().removeprefix("\n")]
        elif field.tag == "button" or kind in ("submit", "button", "reset", "image", "file"):
            return
        elif kind in ("checkbox", "radio"):
            values = [field.get("value", "on")] if field.get("checked") is not None else []
        else:
            values = [field.get("value", "")]
        if values:
            self.fields.setdefault(name, []).extend(values)


def _in_disabled_fieldset(field: html.HtmlElement) -> bool:
    return any(parent.tag == "fieldset" and parent.get("disabled") is not None for parent in field.iterancestors())
