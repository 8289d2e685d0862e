"""A service outside the portal, as small as it can be and still be right: see README.md.

    REFERENCE_SERVICE_FOLDER=… gunicorn --workers 1 --threads 8 'service:create_app()'

The folder holds settings.json (README.md says what stands in it) and, afterwards, what must last.
"""

from __future__ import annotations

import hmac
import json
import logging
import os
import re
import secrets
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, flash, redirect, render_template, request, session

import words
from portal_api import Account, NoAnswer, Portal, Refused
from store import Place, Store
from tokens import Refused as TokenRefused
from tokens import Tokens

VERBS = {
    "email_sync": ("connect", "disconnect"),
    "litmus_test": ("run",),
    "shutterstock": ("take",),
    "sales_optimizer": (),
}
VISIT = 30 * 60  # seconds; afterwards one comes through the portal again, which knows who may
MOST_VISITS = 8
log = logging.getLogger("reference_service")


class Counter:
    """Every use goes through here: written down, counted, made real."""

    def __init__(self, store: Store, portal: Portal) -> None:
        self.store, self.portal = store, portal
        self._locks: dict[Place, threading.Lock] = defaultdict(threading.Lock)

    def use(self, event: str, place: Place, verb: str, label: str) -> bool:
        """Use it once, whatever is pressed twice. False when there was nothing to do.

        Raises Refused when the portal said no, NoAnswer when it said nothing (it is finished later).
        """
        with self._locks[place]:
            self._settle(place)  # in their order: a level sent late would undo a newer one
            begun = self.store.begin(event, place, verb, label)
            self._settle(place)
            return begun

    def catch_up(self) -> None:
        """Finish what has no answer yet, of this process or one that was killed."""
        for place in {Place(row["agency"], row["client"], row["service"]) for row in self.store.open_events()}:
            with self._locks[place]:
                try:
                    self._settle(place)
                except (Refused, NoAnswer) as error:
                    log.warning("%s/%s/%s: %r", *place, error)

    def _settle(self, place: Place) -> None:
        for row in self.store.open_events(place):
            amount = {"quantity": row["quantity"]} if row["value"] is None else {"value": row["value"]}
            try:
                self.portal.consume(*place, {"id": row["id"], **amount})
            except Refused:
                self.store.finish(row, done=False)
                raise
            self.store.finish(row, done=True)


def create_app(folder: str | None = None, *, catch_up: bool = True) -> Flask:
    data = Path(folder or os.environ["REFERENCE_SERVICE_FOLDER"])
    settings = json.loads((data / "settings.json").read_text("utf-8"))
    address, issuers = settings["address"], settings["issuers"]
    accounts = {each["agency"]: Account(each["client_id"], each["client_secret"]) for each in issuers.values()}
    store, portal = Store(data / "service.db"), Portal(settings["portal"], accounts)
    counter = Counter(store, portal)
    audiences = {f"{address}/open/{service}" for service in VERBS}
    tokens = Tokens(f"{settings['portal']}/.well-known/jwks.json", set(issuers), audiences, store.is_new)

    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=_secret(data / "secret"),
        SESSION_COOKIE_NAME="visit",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=address.startswith("https://"),
        MAX_CONTENT_LENGTH=64 * 1024,
    )

    @app.post("/open/<service>")
    def enter(service: str) -> Response | tuple[str, int]:
        """The token becomes a session of our own; it is in the body, so that no log and no history has it."""
        try:
            claims = tokens.check(
                request.form.get("launch_token", ""),
                audience=f"{address}/open/{service}",
                origin=request.headers.get("Origin"),
            )
            visit = _visit(claims, service, issuers)
        except (TokenRefused, KeyError, TypeError, ValueError) as error:
            log.warning("launch refused: %s", error)
            return _closed()
        if session.get("sub") != visit["sub"]:
            session.clear()  # somebody else at the same browser takes nothing over
            session.update(sub=visit["sub"], form=secrets.token_urlsafe(16))
        session["visits"] = dict(list(session.get("visits", {}).items())[-MOST_VISITS + 1 :]) | {visit["path"]: visit}
        return redirect("/" + visit["path"], 303)

    @app.get("/<agency>/<client>/<service>")
    def show(agency: str, client: str, service: str) -> str | tuple[str, int]:
        visit = _visit_here(agency, client, service)
        if visit is None:
            return _closed()
        place, held = Place(agency, client, service), None
        try:
            held = portal.entitlement(*place)
        except (Refused, NoAnswer) as error:
            log.warning("no entitlement: %r", error)
        if held and service == "email_sync":
            known = [words.say(visit["language"], "taken_over", n=n + 1) for n in range(held["current"])]
            store.take_over(place, known)
        return render_template(
            "page.html",
            visit=visit,
            held=held,
            say=lambda key, **values: words.say(visit["language"], key, agency=visit["agency_name"], **values),
            facts=words.facts(held, visit["language"], visit["agency_name"]) if held else [],
            latest=store.latest(place),
            mailboxes=store.mailboxes(place),
            pictures=words.PICTURES,
            name=words.SERVICES[service][visit["language"]][0],
            event=secrets.token_hex(16),
        )

    @app.post("/<agency>/<client>/<service>")
    def act(agency: str, client: str, service: str) -> Response | tuple[str, int]:
        visit = _visit_here(agency, client, service)
        if visit is None:
            return _closed()
        form = request.form
        ours = hmac.compare_digest(form.get("form", "").encode(), session["form"].encode())
        if not ours or form.get("verb") not in VERBS[service]:
            abort(400)
        event, label = form.get("event", ""), " ".join(form.get("label", "").split())[:200]
        if not re.fullmatch(r"[0-9a-f]{32}", event):
            abort(400)
        if service == "shutterstock" and label not in words.PICTURES:
            abort(400)
        flash(*_outcome(visit, event, Place(agency, client, service), form["verb"], label))
        return redirect("/" + visit["path"], 303)

    @app.get("/look/<colour>.css")
    def look(colour: str) -> Response:
        if not re.fullmatch(r"[0-9a-f]{6}", colour):
            abort(404)
        css = f":root {{ --brand: #{colour}; --on-brand: {_text_on(colour)} }}\n"
        return Response(css, content_type="text/css; charset=utf-8", headers={"Cache-Control": "public, max-age=86400"})

    @app.errorhandler(400)
    def bad_form(_error: Exception) -> tuple[str, int]:
        return render_template("closed.html", language=_browser_language(), words=words, title="bad_form_title"), 400

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _outcome(visit: dict[str, Any], event: str, place: Place, verb: str, label: str) -> tuple[str, str]:
        """What to say, and whether it is good news. Counts by the way."""
        language, agency = visit["language"], visit["agency_name"]
        if not label:
            return words.say(language, "missing"), "bad"
        try:
            begun = counter.use(event, place, verb, label)
        except NoAnswer:
            return words.say(language, "waiting"), "wait"
        except Refused as error:
            key = error.code if error.code in words.WORDS[language] else "refused"
            return words.say(language, key, agency=agency, code=error.code), "bad"
        return words.say(language, "done" if begun else "nothing_to_do"), "good"

    if catch_up:
        threading.Thread(target=_keep_up, args=(counter,), daemon=True).start()
    return app


def _visit(claims: dict[str, Any], service: str, issuers: dict[str, Any]) -> dict[str, Any]:
    """What we keep of a token. A value that is not as it should be is a ValueError, KeyError or TypeError."""
    client, brand = claims["client"]["slug"], claims["brand"]
    if claims["service"] != service or "use" not in claims["roles"]:
        raise ValueError("not for this service")
    if claims["agency"] != issuers[claims["iss"]]["agency"]:
        raise ValueError("one agency in the name of another")
    if not re.fullmatch(r"#[0-9a-f]{6}", brand["colour"]) or not claims["return_to"].startswith(claims["iss"] + "/"):
        raise ValueError("colour or way back")
    return {
        "path": f"{claims['agency']}/{client}/{service}",
        "until": time.time() + VISIT,
        "sub": claims.get("act", claims)["sub"],
        "language": claims["language"] if claims["language"] in words.WORDS else "en",
        "client_name": claims["client"]["name"],
        "agency_name": brand["name"],
        "colour": brand["colour"][1:],
        "return_to": claims["return_to"],
    }


def _visit_here(agency: str, client: str, service: str) -> dict[str, Any] | None:
    found = session.get("visits", {}).get(f"{agency}/{client}/{service}")
    return found if found and found["until"] > time.time() else None


def _closed() -> tuple[str, int]:
    return render_template("closed.html", language=_browser_language(), words=words, title="closed_title"), 403


def _browser_language() -> str:
    return "pt-BR" if request.accept_languages.best_match(["pt", "pt-BR", "en"], "en").startswith("pt") else "en"


def _text_on(colour: str) -> str:
    """Black or white, whichever is read more easily (WCAG 2 relative luminance)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return "#000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#fff"


def _secret(file: Path) -> str:
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(48))
    return file.read_text()


def _keep_up(counter: Counter, pause: float = 5) -> None:
    while True:
        try:
            counter.catch_up()
        except Exception:
            log.exception("catching up")
        time.sleep(pause)
