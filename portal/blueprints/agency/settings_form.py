"""Client Settings as a form: what is stored as text, what was typed as a wish."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from werkzeug.datastructures import MultiDict

from portal.domain.settings import (
    MOST_UNITS,
    AtLimit,
    Current,
    ManagedBy,
    PaymentOption,
    ServiceState,
    ServiceWish,
    Wish,
)
from portal.formatting import amount, number
from portal.languages import gettext as _
from portal.web.forms import FormState

CHOICES = {"payment_option": PaymentOption, "optimizer_managed_by": ManagedBy, "at_limit": AtLimit}
SWITCHES = {"direct_support", "optimizer_enabled", "enabled"}
_SECOND = " / "
"""Between the values of a field that was sent more than once: no notation holds it, so it is refused at its field."""


class SettingsForm(FormState):
    """The one form of one client. `values` is what it shows, `stored` what is in force (terms: what will be)."""

    def __init__(self, held: Current) -> None:
        self.held = held
        self.stored = _texts(held)
        self.version = held.version
        self.opened = dict(self.stored)
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

    def flip_optimizer(self) -> None:
        """Show the other state of the Sales Optimizer; only Save brings it into force."""
        self.values["optimizer_enabled"] = "" if self.flag("optimizer_enabled") else "yes"

    def rebase(self) -> None:
        """Go on from what somebody else saved: fields not touched follow it, those that both changed are named."""
        for name, stored in self.stored.items():
            opened = self.opened.get(name, stored)
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
            (f"f-{name}", f"{label_of(name, self.held)}: {self.errors[name]}")
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
            alert_at=self._thresholds(f"{key}.alert_at"),
            price=self.money(f"{key}.price", self.held.client.currency),
        )

    def _thresholds(self, name: str) -> tuple[int, ...] | None:
        """Percentages as in `80, 100`; None where the field is empty: the agency's own count."""
        text = self.text(name)
        if not text:
            return None
        parts = [re.fullmatch(r"(\d{1,4})\s*%?", part.strip(), re.ASCII) for part in re.split("[,;]", text)]
        if not all(parts):
            self.note(name, "bad_thresholds")
            return None
        return tuple(sorted({int(part[1]) for part in parts if part}))


def label_of(name: str, held: Current) -> str:
    """What a field is called where it stands alone, as in a list of changes."""
    key, dot, field = name.rpartition(".")
    if not dot:
        return {
            "direct_support": _("Direct support"),
            "payment_option": _("Payment options"),
            "optimizer_managed_by": _("Sales Optimizer, permission"),
            "optimizer_enabled": _("Sales Optimizer"),
            "licence_price": _("Licence price"),
        }[name]
    service = held.services[key].service.name
    return {
        "enabled": service,
        "limit": _("%(service)s, limit", service=service),
        "at_limit": _("%(service)s, at the limit", service=service),
        "ceiling": _("%(service)s, ceiling", service=service),
        "alert_at": _("%(service)s, alerts", service=service),
        "price": _("%(service)s, price", service=service),
    }[field]


def words_of(name: str, value: str) -> str:
    """The value of a field as people say it."""
    field = _last(name)
    if field in SWITCHES:
        return _("on") if value else _("off")
    if not value:
        return {"limit": _("no limit"), "alert_at": _("the agency's own"), "price": _("the agency's own")}.get(
            field, _("blank")
        )
    words = {
        "agency_card": _("agency's card"),
        "client_card": _("client's card"),
        "agency": _("Agency Managed"),
        "client": _("Client Managed"),
        "bill": _("bill the excess"),
        "ceiling": _("bill up to a ceiling"),
        "stop": _("stop"),
    }
    return words.get(value, value) if field in CHOICES else value


def _texts(held: Current) -> dict[str, str]:
    values = {
        "direct_support": "yes" if held.direct_support else "",
        "payment_option": held.next_payment_option.value,
        "optimizer_managed_by": held.optimizer_managed_by,
        "optimizer_enabled": "yes" if held.optimizer_enabled else "",
        "licence_price": amount(held.next_licence_price, held.client.currency),
    }
    for key, state in held.services.items():
        values |= {f"{key}.{field}": text for field, text in _service_texts(state, held.client.currency)}
    return values


def _service_texts(state: ServiceState, currency: str) -> Iterator[tuple[str, str]]:
    yield "enabled", "yes" if state.enabled else ""
    yield "limit", "" if state.limit is None else number(state.limit)
    yield "at_limit", state.at_limit.value
    yield "ceiling", "" if state.ceiling is None else number(state.ceiling)
    yield "alert_at", ", ".join(str(percent) for percent in state.own_alert_at or ())
    yield "price", "" if state.next_own_price is None else amount(state.next_own_price, currency)


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
