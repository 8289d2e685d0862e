"""Client Settings as a form: what is stored as text, what was typed as a wish."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from portal.blueprints.agency.field_words import BLANK, WORDS, label_of
from portal.domain.settings import (
    MOST_UNITS,
    AtLimit,
    Current,
    ManagedBy,
    PaymentOption,
    ServiceWish,
    Wish,
    wish_of,
)
from portal.formatting import amount, number
from portal.languages import N_
from portal.languages import gettext as _
from portal.web.forms import FormState

CHOICES = {"payment_option": PaymentOption, "optimizer_managed_by": ManagedBy, "at_limit": AtLimit}
SWITCHES = {"direct_support", "optimizer_enabled", "enabled"}
_SECOND = " / "
"""Between the values of a field that was sent more than once: no notation holds it, so it is refused at its field."""


@dataclass(frozen=True)
class Theirs:
    """What somebody else made of a field since the form was opened."""

    old: str
    now: str


class SettingsForm(FormState):
    """The one form of one client. `values` is what it shows, `stored` what is in force (terms: what will be)."""

    def __init__(self, held: Current) -> None:
        self.held = held
        self.stored = _texts(held)
        self.version = held.version
        self.opened = dict(self.stored)
        self.theirs: dict[str, Theirs] = {}
        self.clashes: dict[str, str] = {}
        super().__init__(self.stored)

    @classmethod
    def posted(cls, form: MultiDict[str, str], held: Current) -> SettingsForm:
        """What was typed. Fields missing, sent twice or out of their list are noted; switches left out are off."""
        typed = cls(held)
        typed.version = int(form["version"]) if re.fullmatch(r"\d{1,9}", form.get("version", ""), re.ASCII) else 0
        typed.opened = _opened(form.get("opened", ""))
        for name in typed.stored:
            sent = [value.replace("\x00", "") for value in form.getlist(name)]
            typed.values[name] = _SECOND.join(sent)
            if (not sent and _last(name) not in SWITCHES) or typed.values[name] not in _allowed(
                name, typed.values[name]
            ):
                typed.note(name, "choose_one" if _last(name) in SWITCHES | set(CHOICES) else "field_missing")
        return typed

    def wish(self) -> Wish:
        """What the form asks for. Raises Invalid when a field can't be read; `errors` then says which."""
        licence = self.money("licence_price", self.held.client.currency)
        if licence is None:
            self.note("licence_price", "bad_amount")
        wish = Wish(
            direct_support=self.flag("direct_support"),
            payment_option=self.text("payment_option"),
            optimizer_managed_by=self.text("optimizer_managed_by"),
            optimizer_enabled=self.flag("optimizer_enabled"),
            licence_price=licence or 0,
            services={key: self._service(key) for key in self.held.services},
        )
        self.check()
        return wish

    def fill(self, wish: Wish) -> None:
        """Show these values instead of what is in force; only Save brings them into force."""
        self.values = {name: text for name, text in _wish_texts(wish, self.held.client.currency) if name in self.stored}

    def flip_optimizer(self) -> None:
        """Show the other state of the Sales Optimizer; only Save brings it into force."""
        self.values["optimizer_enabled"] = "" if self.flag("optimizer_enabled") else "yes"

    def rebase(self) -> None:
        """Go on from what somebody else saved: fields not touched follow it, those that both changed are named."""
        for name, stored in self.stored.items():
            opened = self.opened.get(name, stored)
            if stored != opened:
                self.theirs[name] = Theirs(opened, stored)
            if self.values[name] == opened:
                self.values[name] = stored
            elif stored not in (opened, self.values[name]):
                self.clashes[name] = stored
        self.version = self.held.version
        self.opened = dict(self.stored)

    @property
    def summary(self) -> list[tuple[str | None, str]]:
        """What is wrong, in the order of the form, each with the name of its field."""
        names = [*(name for name in self.stored if name in self.errors), *(self.errors.keys() - self.stored.keys())]
        return [
            (f"f-{name}", f"{label_of(name)}: {self.errors[name]}")
            if name in self.stored
            else (None, self.errors[name])
            for name in names
        ]

    @property
    def opened_text(self) -> str:
        """What the fields held when the form was opened, to be posted along."""
        return json.dumps(self.opened, ensure_ascii=False)

    @property
    def is_changed(self) -> bool:
        return self.values != self.stored

    def _service(self, key: str) -> ServiceWish:
        return ServiceWish(
            enabled=self.flag(f"{key}.enabled"),
            limit=self.whole(f"{key}.limit", most=MOST_UNITS),
            at_limit=self.text(f"{key}.at_limit"),
            ceiling=self.whole(f"{key}.ceiling", most=MOST_UNITS),
            alert_at=self.thresholds(f"{key}.alert_at"),
            price=self.money(f"{key}.price", self.held.client.currency),
        )


def words_of(name: str, value: str) -> str:
    """The text of a field as people say it."""
    field = _last(name)
    if field in SWITCHES:
        return _("on") if value else _("off")
    if not value:
        return _(BLANK.get(field, N_("blank")))
    return _(WORDS[value]) if field in CHOICES and value in WORDS else value


def _texts(held: Current) -> dict[str, str]:
    return dict(_wish_texts(wish_of(held), held.client.currency))


def _wish_texts(wish: Wish, currency: str) -> Iterator[tuple[str, str]]:
    yield "direct_support", "yes" if wish.direct_support else ""
    yield "payment_option", str(wish.payment_option)
    yield "optimizer_managed_by", str(wish.optimizer_managed_by)
    yield "optimizer_enabled", "yes" if wish.optimizer_enabled else ""
    yield "licence_price", amount(wish.licence_price, currency)
    for key, service in wish.services.items():
        yield from ((f"{key}.{field}", text) for field, text in _service_texts(service, currency))


def _service_texts(wish: ServiceWish, currency: str) -> Iterator[tuple[str, str]]:
    yield "enabled", "yes" if wish.enabled else ""
    yield "limit", "" if wish.limit is None else number(wish.limit)
    yield "at_limit", str(wish.at_limit)
    yield "ceiling", "" if wish.ceiling is None else number(wish.ceiling)
    yield "alert_at", ", ".join(str(percent) for percent in wish.alert_at or ())
    yield "price", "" if wish.price is None else amount(wish.price, currency)


def _opened(text: str) -> dict[str, str]:
    """What came back of the fields' first values; anything odd counts as nothing."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _allowed(name: str, value: str) -> set[str]:
    field = _last(name)
    if field in SWITCHES:
        return {"", "yes"}
    return {option.value for option in CHOICES[field]} if field in CHOICES else {value}


def _last(name: str) -> str:
    return name.rpartition(".")[2]
