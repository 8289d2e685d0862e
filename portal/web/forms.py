"""Posted fields: read, judged, and shown again as they were typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Self

from babel.numbers import get_currency_precision, get_decimal_symbol, get_group_symbol

from portal.domain import money
from portal.domain.errors import DomainError, Invalid
from portal.formatting import currency_symbol
from portal.languages import locale
from portal.web.messages import problems_of, said

_TYPED_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_MOST_DIGITS = 18


class FormState:
    """The fields of one form: what was typed (`values`), and what is wrong with it (`errors`).

    Each reader returns the value, or None where a problem was noted. Templates show
    `form.values.name`, `form.errors.name` and `form.summary`.
    """

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        self.values: dict[str, Any] = dict(values or {})
        self.errors: dict[str, str] = {}

    @classmethod
    def typed(cls, form: Mapping[str, str], *names: str) -> FormState:
        """What was posted, `request.form`; only the fields named, a missing one as empty."""
        return cls({name: form.get(name, "").replace("\x00", "") for name in names})

    def text(self, name: str) -> str:
        """Trimmed; inner spaces stay."""
        return str(self.values.get(name) or "").strip()

    def flag(self, name: str) -> bool:
        """Whether a box was ticked or a switch set to `yes`."""
        return self.text(name) == "yes"

    def choice(self, name: str, offered: Collection[str]) -> str | None:
        value = self.text(name)
        if value in offered:
            return value
        self.note(name, "choose_one")
        return None

    def whole(self, name: str, *, most: int, least: int = 0) -> int | None:
        """A whole number, grouped or not; None when the field is empty, too."""
        text = self.text(name)
        if not text:
            return None
        group = re.escape(get_group_symbol(locale()))
        if re.fullmatch(rf"\d{{1,3}}(?:[{group}\u00a0\u202f ]\d{{3}})+|\d{{1,18}}", text, re.ASCII):
            digits = re.sub(r"\D", "", text)
            if len(digits) <= _MOST_DIGITS and least <= int(digits) <= most:
                return int(digits)
        self.note(name, "bad_number", most=most)
        return None

    def thresholds(self, name: str) -> tuple[int, ...] | None:
        """Percentages as in `80, 100`, rising; None when the field is empty, too."""
        text = self.text(name)
        if not text:
            return None
        parts = [re.fullmatch(r"(\d{1,4})\s*%?", part.strip(), re.ASCII) for part in re.split("[,;]", text)]
        if not all(parts):
            self.note(name, "bad_thresholds")
            return None
        return tuple(sorted({int(part[1]) for part in parts if part}))

    def money(self, name: str, currency: str) -> int | None:
        """Minor units of an amount in the reader's notation; None when the field is empty, too."""
        text = self.text(name)
        if not text:
            return None
        mark = get_decimal_symbol(locale())
        bare = _without_currency(text, currency)
        minor = money.parse(bare, currency, mark)
        if minor is not None and minor >= 0:
            return minor
        if minor is not None:
            self.note(name, "amount_negative")
        elif money.has_many_places(bare, currency, mark):
            self.note(name, "amount_places", most=get_currency_precision(currency))
        else:
            self.note(name, "bad_amount")
        return None

    def day(self, name: str) -> date | None:
        """A day, as a date field sends it or as people write it; None when the field is empty, too."""
        text = self.text(name)
        if not text:
            return None
        try:
            typed = _TYPED_DAY.fullmatch(text)
            return date(int(typed[3]), int(typed[2]), int(typed[1])) if typed else date.fromisoformat(text)
        except ValueError:
            self.note(name, "bad_date")
            return None

    def note(self, name: str, code: str, **values: Any) -> None:
        """Write down what is wrong at a field; the first thing said stays."""
        self.errors.setdefault(name, said(code, values))

    def take(self, error: DomainError) -> Self:
        """Write down what the domain refused, each problem at its field."""
        for name, text in problems_of(error).items():
            self.errors.setdefault(name, text)
        return self

    def check(self) -> None:
        """Raises Invalid when a reader noted something, so that nothing is done with half a form."""
        if self.errors:
            raise Invalid({})

    @property
    def is_good(self) -> bool:
        return not self.errors

    @property
    def summary(self) -> list[tuple[str | None, str]]:
        """For `error_summary`: the id of each field with what is wrong; id None for what belongs to no field."""
        return [(f"f-{name}" if name else None, text) for name, text in self.errors.items()]

    @property
    def problem(self) -> str:
        """What is wrong with the form as a whole."""
        return self.errors.get("", "")


def _without_currency(text: str, currency: str) -> str:
    """An amount without the sign or code before it: people copy `R$ 9,00` as it is shown."""
    for sign in (currency_symbol(currency), currency):
        if text.upper().startswith(sign.upper()):
            return text[len(sign) :].strip()
    return text
