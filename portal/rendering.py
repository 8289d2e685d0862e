"""Letters and statements as text: Jinja without Flask, for web and worker alike.

Every value is a plain value by the time it arrives here. Names people chose are printed as the
characters they are: escaped, on one line, and unable to turn the direction of what stands beside.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from babel.dates import get_timezone_location
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_eval_context, select_autoescape
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from portal import formatting, languages
from portal.domain.branding import Brand

_TEMPLATES = Path(__file__).with_name("templates")
_CID = {"logo": "logo@letter", "logo-on-dark": "logo-on-dark@letter"}
_LINKS = ("http://", "https://")
_STATEMENT = ("payee", "url", "notes", "tax_label", "tax_rate", "collects", "payment_option")
_PARTY = ("name", "address", "tax_id", "contact")
_LINE = (
    "service", "unit", "gauge", "limit", "used", "excess", "block", "blocks", "unit_price", "days", "of_days",
    "every_months", "next_on", "period", "note", "client", "statement",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to be sent; `images` are PNG by the content id the HTML refers to."""

    subject: str
    html: str
    text: str
    images: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def render_letter(letter: str, brand: Brand, language: str, values: Mapping[str, Any]) -> Letter:
    """The letter of `templates/mail/<letter>/` in a brand and a language.

    Each template's first line says which values it needs; a missing one is an error.
    Values named `link` hold addresses, which are http or https and made by us.
    """
    known = {"brand": brand, "images": _images(brand), **_inert(dict(values))}
    if "link" in values and not str(values["link"]).startswith(_LINKS):
        raise ValueError(f"not an address for a letter: {str(values['link'])[:80]!r}")
    with languages.speaking(language):
        subject = " ".join(_render(f"mail/{letter}/subject.txt", known).split())
        html = _render(f"mail/{letter}/body.html", {**known, "letter_subject": subject})
        text = _render(f"mail/{letter}/body.txt", {**known, "letter_subject": subject})
    images = {_CID[role]: brand.mail_pictures[role].data for role in _shown(brand)}
    return Letter(subject, _inlined(html), text.strip() + "\n", images)


def render_statement_html(frozen: Mapping[str, Any]) -> str:
    """The pages of an issued statement, from nothing but what was frozen with it.

    Pictures are referred to as `asset:<sha256>`, fonts as `asset:<file name>`.
    """
    template = "pdf/agency_statement.html" if frozen["audience"] == "agency" else "pdf/statement.html"
    with languages.speaking(frozen["language"]):
        return _render(template, {"statement": _complete(_inert(dict(frozen)))})


def state_sentence(statement: Mapping[str, Any]) -> str:
    """What an issued statement asks of its reader, in words, in the language in force."""
    _ = languages.gettext
    if statement["audience"] == "agency":
        if statement["due"]:
            return _("Due from you: %(amount)s.", amount=formatting.money(statement["due"], statement["currency"]))
        return _("Nothing is due from you.")
    if statement["state"] == "settled":
        return _("Nothing to pay.")
    if statement["state"] == "agency_invoiced":
        return _(
            "Invoiced by %(agency)s. Nothing is charged through this statement.", agency=statement["issuer"]["name"]
        )
    payer = statement["client"]["name"] if statement["payer"] == "client" else statement["issuer"]["name"]
    payee = statement["payee"]["name"] if statement["payee"] else statement["issuer"]["name"]
    return _("To be paid by %(payer)s to %(payee)s.", payer=payer, payee=payee.rstrip("."))


def _render(name: str, values: Mapping[str, Any]) -> str:
    return _environment().get_template(name).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(("html", "css"), ("txt",), default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.filters |= formatting.FILTERS | {
        "moment": lambda at, zone: formatting.moment(_moment(at), zone),
        "moment_there": lambda at, zone: formatting.moment_there(_moment(at), zone),
        "calendar_day": lambda iso: formatting.day(date.fromisoformat(iso)),
        "calendar_month": lambda iso: formatting.month(iso[:7]),
    }
    environment.globals |= {
        "_": _said,
        "gettext": _said,
        "ngettext": _said_of_many,
        "language": languages.language,
        "state_sentence": state_sentence,
        "days_from_to": days_from_to,
        "city_of": city_of,
        "by_client": by_client,
    }
    return environment


@pass_eval_context
def _said(context: EvalContext, msgid: str, **values: Any) -> str:
    """A sentence for a template; in HTML its own marks stay (it is part of the source), values are escaped."""
    if not context.autoescape:
        return languages.gettext(msgid, **values)
    said = Markup(languages.gettext(msgid))  # nosec B704
    return said % values if values else said


@pass_eval_context
def _said_of_many(context: EvalContext, singular: str, plural: str, n: int, **values: Any) -> str:
    if not context.autoescape:
        return languages.ngettext(singular, plural, n, **values)
    values = {name: escape(value) for name, value in values.items()}
    return Markup(languages.ngettext(singular, plural, n, **values))  # nosec B704


def days_from_to(first: str, last: str) -> str:
    """The first and last day of a period, as in `1 a 30 de junho de 2026`."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    if begin == end:
        return formatting.day(end)
    same = (begin.year, begin.month) == (end.year, end.month)
    start = formatting.number(begin.day) if same else formatting.day(begin)
    return languages.gettext("%(first)s to %(last)s", first=start, last=formatting.day(end))


def city_of(zone: str) -> str:
    """The city a time zone is named after, in the reader's language."""
    return str(get_timezone_location(zone, locale=languages.locale(), return_city=True)) or zone


def by_client(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lines of an agency statement grouped by client, in the order in which clients first appear."""
    groups: dict[Any, dict[str, Any]] = {}
    for line in lines:
        client = line.get("client")
        key = client["id"] if client else None
        group = groups.setdefault(key, {"client": client, "statement": None, "lines": [], "amount": 0})
        group["statement"] = group["statement"] or line.get("statement")
        group["lines"].append(line)
        group["amount"] += line["amount"]
    return list(groups.values())


def _complete(statement: dict[str, Any]) -> dict[str, Any]:
    """The statement with every key a template may ask for; what was not frozen is None."""
    lines = [dict.fromkeys(_LINE) | line for line in statement["lines"]]
    parties = {key: dict.fromkeys(_PARTY) | statement[key] for key in ("issuer", "client")}
    if statement.get("payee"):
        parties["payee"] = dict.fromkeys((*_PARTY, "kind")) | statement["payee"]
    return dict.fromkeys(_STATEMENT) | statement | parties | {"lines": lines}


def _images(brand: Brand) -> dict[str, str]:
    return {role: _CID[role] for role in _shown(brand)}


def _shown(brand: Brand) -> list[str]:
    """Which of the brand's pictures its letters show: what is sent along unseen, many programs list as a file."""
    centred = brand.layout == "centre"
    return [role for role in brand.mail_pictures if not centred or role == "logo-on-dark"]


def _moment(value: datetime | str) -> datetime:
    """A moment that may have travelled as ISO 8601."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _inlined(html: str) -> str:
    inliner = css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)
    return inliner.inline(html)


def _inert(value: Any) -> Any:
    """The same values, their texts on one line and without marks that turn the direction of writing."""
    if isinstance(value, languages.Text) or not isinstance(value, str | Mapping | list | tuple):
        return value
    if isinstance(value, str):
        return "".join(_plain(character) for character in value)
    if isinstance(value, Mapping):
        return {key: _inert(part) for key, part in value.items()}
    return [_inert(part) for part in value]


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category in ("Cf", "Cs") and character not in "\u200c\u200d" else character
