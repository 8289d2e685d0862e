"""What the pages of clients from a file show: columns in words, lines with what is wrong, how far it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from portal.blueprints.agency.client_csv import problems_of
from portal.domain import settings
from portal.domain.settings import ClientImport, ImportLine
from portal.languages import N_, gettext

STATES = {
    "checking": (N_("Waits for you"), "warn", "eye"),
    "running": (N_("Under way"), "info", "clock"),
    "done": (N_("Done"), "ok", "check"),
}
CHIPS = {
    "bad": N_("To correct"),
    "good": N_("Ready"),
    "failed": N_("Left out"),
    "done": N_("Created"),
}
_HELP = {
    "name": (N_("Name"), N_("Needed. As it stands on statements.")),
    "slug": (N_("Address of the app"), N_("Blank: made from the name.")),
    "email": (N_("E-mail for statements"), N_("May be blank. Nobody is invited by it.")),
    "currency": (N_("Currency"), N_("Such as BRL. Blank: the agency's.")),
    "language": (N_("Language of documents"), N_("pt-BR or en. Blank: the agency's.")),
    "began_on": (N_("Client since"), N_("A day of this month. Blank: today.")),
    "package": (N_("Package"), N_("Its name, or none. Blank: the default package.")),
    "payment_option": (N_("Payment"), N_("client_card or agency_card. Blank: as the package.")),
    "licence_price": (N_("Licence price"), N_("In your notation. Blank: as the package.")),
}
_LIMIT_HELP = N_("A whole number, or none for no limit. Blank: as the package, else 0.")


def columns() -> list[tuple[str, str, str]]:
    """Each column of the file: (key, name, what may stand there)."""
    plain = [(key, gettext(name), gettext(words)) for key, (name, words) in _HELP.items()]
    limits = [
        (f"limit_{service.key}", f"{service.name}: {service.limit_name}", gettext(_LIMIT_HELP))
        for service in settings.metered_services()
    ]
    return plain + limits


def whole(batch: ClientImport, arguments: Mapping[str, str]) -> dict[str, Any]:
    counts = settings.line_counts([batch])[batch.id]
    usual = "bad" if batch.state == "checking" and counts.get("bad") else ""
    only = arguments.get("only", usual)
    edge = arguments.get("after", "")
    after = int(edge) if re.fullmatch(r"\d{1,6}", edge, re.ASCII) else 0
    states = [only] if only in counts else list(CHIPS)
    lines = settings.lines_of_import(batch, states, after=after, most=51)
    every = settings.lines_of_import(batch, ["bad"], most=None) if batch.state == "checking" else []
    return {
        "batch": batch,
        "counts": counts,
        "total": sum(counts.values()),
        "only": only if only in counts else "",
        "chips": [(state, str(words), counts[state]) for state, words in CHIPS.items() if counts.get(state)],
        "lines": lines[:50],
        "following": lines[49].number if len(lines) > 50 else None,
        "after": after,
        "problems_of": problems_of,
        "names": {key: name for key, name, _words in columns()},
        "too_early": sum(line.problems.get("began_on", [""])[0] == "began_too_early" for line in every),
    }


def cells_of(line: ImportLine) -> dict[str, Any]:
    """One line as a form."""
    return {"columns": columns(), "errors": problems_of(line.problems)}


def progress_of(batch: ClientImport) -> tuple[int, int]:
    """How many clients were created or refused, of how many lines."""
    counts = settings.line_counts([batch])[batch.id]
    dealt = counts.get("done", 0) + counts.get("failed", 0)
    return dealt, dealt + counts.get("good", 0)
