"""What every field of Client Settings does: one entry a field, shown beside it and on the help page."""

from __future__ import annotations

from dataclasses import dataclass

from portal.blueprints.agency.field_words import FIELDS
from portal.domain import settings
from portal.formatting import listed, money
from portal.languages import N_, Text
from portal.languages import gettext as _
from portal.web.brand import shown_brand


@dataclass(frozen=True)
class FieldHelp:
    """`short` stands beside the field; effect, when it counts and an example on the page. Values are filled in."""

    title: Text
    short: Text
    effect: Text
    counts: Text
    example: Text


_AT_ONCE = N_("As soon as you save.")
_NEXT_MONTH = N_(
    "From the next month on; with the first save of a new client at once. Statements that are issued never change."
)

HELP: dict[str, FieldHelp] = {
    "direct_support": FieldHelp(
        N_("Direct support"),
        N_("Who answers the client's questions: %(vendor)s, or your team."),
        N_(
            "On: people of the client who hold the box Direct support write straight to %(vendor)s and see its name "
            "and contact, so the client is no longer 100%% white-label. Off: %(vendor)s is not mentioned, and they ask "
            "your team as always; the contact of your brand stands on their sign-in page."
        ),
        _AT_ONCE,
        N_("Your team is away for two weeks: switch it on, and off again when you are back."),
    ),
    "payment_option": FieldHelp(
        N_("Payment options"),
        N_("Whose card pays: yours, or the client's."),
        N_(
            "Agency's card: nothing is charged to the client. You owe the cost and get the statement to bill it on. "
            "Client's card: licence and excess are charged to the client's own card."
        ),
        _NEXT_MONTH,
        N_("Changed on the 20th, this month is still paid as before; the next one by the new card."),
    ),
    "optimizer_managed_by": FieldHelp(
        N_("Sales Optimizer, permission"),
        N_("Who may switch the Sales Optimizer: your agency alone, or the client too."),
        N_(
            "Agency Managed: the client sees the state and can't change it. Client Managed: whoever may use services "
            "in the back office switches it at any time. You can always switch it here."
        ),
        _AT_ONCE,
        N_("Client Managed and disabled: the client enables it on the day it needs it, without asking you."),
    ),
    "optimizer_enabled": FieldHelp(
        N_("Sales Optimizer"),
        N_("Whether the client can use the Sales Optimizer."),
        N_(
            "Enabled: it stands in the menu of the back office, for whoever may see services. Disabled: it is gone "
            "from the menu, and its use is refused. The button changes the form only; Save applies it."
        ),
        _AT_ONCE,
        N_("A client ends its campaign: press Disable, then Save. What it set up there is kept."),
    ),
    "enabled": FieldHelp(
        N_("The switch of a service"),
        N_("Whether the client can use this service at all."),
        N_(
            "On: use is counted against the limit. Off: every further use is refused and not counted. What was used "
            "this month before stays on the statement."
        ),
        _AT_ONCE,
        N_("Litmus test off: a test that is asked for afterwards is refused with the code service_disabled."),
    ),
    "limit": FieldHelp(
        N_("Limit of a month"),
        N_("How much a month includes. Blank: no limit. 0: everything is excess."),
        N_(
            "Up to the limit nothing is charged beyond the licence; what goes beyond it is excess. It starts anew "
            "each month. A limit changed during the month holds for the whole month: the statement uses the one in "
            "force at its end. Raising it arms the alerts again."
        ),
        _AT_ONCE,
        N_("Limit 10 and 13 tests at %(price)s: 3 are excess, %(amount)s. With limit 15 nothing is."),
    ),
    "limit.gauge": FieldHelp(
        N_("Allowance of e-mail syncs"),
        N_("How many mailboxes may be connected at the same time. Blank: no limit. 0: each one is excess."),
        N_(
            "What counts is the month's peak: the most mailboxes connected at one moment. Disconnecting lowers the "
            "present value, not the peak of this month."
        ),
        _AT_ONCE,
        N_("Allowance 2, and 4 mailboxes on one day: 2 are excess this month, though only 1 is left at its end."),
    ),
    "at_limit": FieldHelp(
        N_("At the limit"),
        N_("What happens when the limit is reached: bill on, bill up to a ceiling, or stop."),
        N_(
            "Bill the excess: use goes on and each unit beyond the limit has its price. Bill up to a ceiling: the "
            "same, until the ceiling; then use is refused. Stop: nothing beyond the limit is used or billed."
        ),
        _AT_ONCE,
        N_("Limit 10 with stop: the 11th test is refused until the month ends or you raise the limit."),
    ),
    "ceiling": FieldHelp(
        N_("Ceiling"),
        N_("The most that can be used in a month, limit and excess together."),
        N_("It is never passed by one unit, whoever asks at the same moment. It can't be below the limit."),
        _AT_ONCE,
        N_("Limit 10, ceiling 15 at %(price)s: the client pays %(most)s of excess at most."),
    ),
    "alert_at": FieldHelp(
        N_("Alerts"),
        N_("At how much of the limit people are told. Blank: as the agency."),
        N_(
            "At each percentage one e-mail and a banner go out, once a month: to owners, administrators and the "
            "managers of the client, and to its people who may see services. More than 100 is possible."
        ),
        _AT_ONCE,
        N_("80, 100 with limit 10: told at the 8th and at the 10th test."),
    ),
    "price": FieldHelp(
        N_("Price of excess"),
        N_("What the client pays for each unit beyond the limit. Blank: your agency's price."),
        N_(
            "Where a price is for a block, as with 1,000 messages, a started block counts whole. Your cost stands "
            "below the field; only owners, administrators and billing see it."
        ),
        _NEXT_MONTH,
        N_("2,345 messages of excess at %(block_price)s for 1,000 are 3 started blocks: %(blocks)s."),
    ),
    "licence_price": FieldHelp(
        N_("Licence price"),
        N_("What the client pays each month, before any excess."),
        N_(
            "It is the first line of the client's statement. In a month that began or ended within, it is charged by "
            "the day. The client sees the price, never your cost or margin."
        ),
        _NEXT_MONTH,
        N_("%(licence)s a month: a client that came on the 16th of a month of 30 days pays %(half)s for it."),
    ),
}


def help_key(name: str) -> str:
    """The entry for a field of the form: `litmus_test.limit` has that of every counter's limit."""
    key, _dot, field = name.rpartition(".")
    service = settings.find_service(key)
    return "limit.gauge" if field == "limit" and service and service.is_gauge else field


def services_of(key: str) -> str:
    """For which services a field is there, by name; empty for a field of its own."""
    if key in FIELDS:
        return ""
    names = [
        service.name
        for service in settings.metered_services()
        if not key.startswith("limit") or service.is_gauge == key.endswith(".gauge")
    ]
    return listed(names)


def said(text: Text, currency: str) -> str:
    """A text of the catalogue with its values: the vendor's name, amounts in the agency's currency."""
    brand = shown_brand()
    amounts = {
        "price": 900,
        "amount": 2700,
        "most": 4500,
        "block_price": 250,
        "blocks": 750,
        "licence": 19900,
        "half": 9950,
    }
    return _(
        text, vendor=brand.name if brand else "", **{name: money(minor, currency) for name, minor in amounts.items()}
    )
