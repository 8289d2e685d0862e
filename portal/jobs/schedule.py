"""What the calendar asks for. Each is safe to run at any time, as often as you like."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from portal.db import transaction
from portal.domain import (
    accounts,
    audit,
    billing,
    federation,
    hosts,
    invitations,
    metering,
    outbox,
    reports,
    sending,
    settings,
    sign_in,
    staffing,
    tenants,
    webhooks,
)
from portal.domain.audit import SYSTEM
from portal.jobs.context import Context

_log = structlog.get_logger()

MANY = 301
"""From so many clients on, pages show what was computed before."""
MORNING = 8
"""From this hour of the agency's day on, letters about what is to come are written."""


def close_months(context: Context, *, now: datetime) -> None:
    """Issue the statements of every month whose grace has ended.

    An agency whose month can't be closed keeps no other waiting.
    """
    grace = timedelta(days=context.settings.grace_days)
    stuck: set[str] = set()
    for agency, label in billing.due_for_closing(grace=grace, now=now):
        if agency.slug in stuck:
            continue  # its months are closed in order
        try:
            issued = billing.close_month(agency, label, brand_of=context.brand_of, grace=grace, by=SYSTEM, now=now)
        except Exception as error:  # noqa: BLE001 (whatever is wrong with one agency is not the others' matter)
            _log.error("month.not_closed", agency=agency.slug, period=label, exc_info=error)
            stuck.add(agency.slug)
        else:
            _log.info("month.closed", agency=agency.slug, period=label, statements=len(issued))


def turn_months(_context: Context, *, now: datetime) -> None:
    """Bring what hangs on the period up to date for every client, once in each period."""
    for agency in tenants.agencies():
        for clients in tenants.clients_to_turn(agency, tenants.period_at(agency, now).label):
            for client in clients:
                settings.turn_month(client, now=now)
                metering.begin_month(client, now=now)


def look_far(_context: Context, *, now: datetime) -> None:
    """Once a day, let the outlook of each agency with very many clients be computed, whoever looks at it or not."""
    for agency in tenants.agencies():
        if len(tenants.page_of_clients_by_id(agency, most=MANY)) == MANY:
            reports.ask_daily(agency, now=now)


def look_ahead(_context: Context, *, now: datetime) -> None:
    """Once a day, in its morning, ask of each agency which limits will be passed this month."""
    for agency in tenants.agencies():
        local = now.astimezone(ZoneInfo(agency.timezone))
        if local.hour >= MORNING and not agency.suspended_at:
            with transaction():
                key = f"foresee:{agency.id}:{local.date().isoformat()}"
                outbox.put("limits.foresee", key=key, now=now, agency=str(agency.id))


def remind_of_ends(_context: Context, *, now: datetime) -> None:
    """Once a day, in each agency's morning, let those know whose access ends soon."""
    for agency in tenants.agencies():
        local = now.astimezone(ZoneInfo(agency.timezone))
        if local.hour >= MORNING and not agency.suspended_at:
            with transaction():
                key = f"ends:{agency.id}:{local.date().isoformat()}"
                outbox.put("access.remind", key=key, now=now, agency=str(agency.id))


def note_expired_invitations(_context: Context, *, now: datetime) -> None:
    invitations.note_expired(now=now)
    staffing.note_expired(now=now)


def end_places(_context: Context, *, now: datetime) -> None:
    """Take out of the staff whoever's last day is over; say a word to those for whom it comes near."""
    staffing.end_overdue(now=now)
    staffing.remind(now=now)
    staffing.note_expired_offers(now=now)


def seal_trail(_context: Context, *, now: datetime) -> None:  # noqa: ARG001 (an entry is sealed whatever the time)
    audit.seal()


def move_domains(_context: Context, *, now: datetime) -> None:
    """Do the changes of address whose time has come."""
    hosts.move_due(now=now)


def renew_provider_secrets(context: Context, *, now: datetime) -> None:  # noqa: ARG001
    """Close the secrets of providers and mail servers with the present key, so that an old one can go."""
    federation.renew_seals(context.seal.renewed)
    sending.renew_seals(context.seal.renewed)


def tidy_sign_in(context: Context, *, now: datetime) -> None:
    """Forget what was begun and never finished, and old guesses; close authenticators' secrets with the present key."""
    federation.forget_errands(now=now)
    accounts.forget_attempts(now=now)
    sign_in.forget_begun(now=now)
    sign_in.forget_links(now=now)
    sign_in.forget_old_browsers(now=now)
    sign_in.renew_authenticator_seals(context.seal.renewed)


def tidy_imports(_context: Context, *, now: datetime) -> None:
    """Forget files of clients, and lists of addresses, that nobody confirmed."""
    settings.forget_imports(now=now)
    invitations.forget_lists(now=now)


def tidy_sizes(context: Context, *, now: datetime) -> None:  # noqa: ARG001 (files have the machine's time)
    """Let go of sizes of brands that nobody asked for in months; whoever does finds them made again."""
    context.sizes.sweep()


def tidy_webhooks(context: Context, *, now: datetime) -> None:
    """Forget old deliveries and secrets; close the others with the present key, so that an old key can go."""
    webhooks.forget_old(now=now)
    webhooks.forget_old_secrets(now=now)
    webhooks.renew_seals(context.seal.renewed)
