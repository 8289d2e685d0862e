"""Prices, services sold, statements."""

from __future__ import annotations

from portal.audit_words.words import Entry, Words
from portal.domain import settings
from portal.formatting import money
from portal.languages import N_, gettext


def _term(entry: Entry, _currency: str) -> dict[str, str]:
    """What `price:litmus_test:BRL` and its amount say."""
    _kind, key, currency = entry.subject.split(":")
    service = settings.find_service(key)
    amount = entry.details["price" if "price" in entry.details else "cost"]
    item = service.name if service else gettext("Licence") if key == "licence" else key
    return {"item": item, "amount": money(amount, currency)}


WORDS = {
    "prices.saved": Words("tag", "money", N_("%(who)s changed the prices of %(what)s")),
    "price.set": Words("tag", "money", N_("%(who)s set the price of %(item)s to %(amount)s"), more=_term),
    "cost.set": Words("tag", "money", N_("%(who)s set the cost of %(item)s to %(amount)s"), more=_term),
    "service.sold": Words("tag", "money", N_("%(who)s sold the service %(what)s")),
    "statement.issued": Words("file-invoice", "money", N_("The statement %(what)s was issued")),
}
