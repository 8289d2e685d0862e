"""The demo, in the order in which it would have come about."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from portal.db import transaction
from portal.demo import menus, people, usage
from portal.demo.catalogue import AGENCIES, BEGAN_ON, COSTS, OFFERS, OPERATOR, SALES, DemoAgency, DemoClient
from portal.domain import accounts, billing, outbox, requests, rights, settings, tenants
from portal.domain.audit import SYSTEM, Actor
from portal.domain.billing import BrandOf
from portal.domain.rights import Offer
from portal.domain.settings import ServiceWish, Wish
from portal.domain.tenants import Agency, Payee

_LETTERS = ("mail.send", "alert.raised", "alert.resolved", "statement.ready", "limit.changed", "limit.foreseen")


def is_empty() -> bool:
    """Whether the installation has nobody yet."""
    return not tenants.agencies()


def build(password: str, *, brand_of: BrandOf, grace: timedelta, until: datetime) -> None:
    """The whole demo up to `until`, in one transaction: after a fault nothing of it is there.

    Statements of every month whose grace has ended are issued; their PDFs wait in the outbox.
    """
    began = datetime.combine(BEGAN_ON, time(12), UTC)
    with transaction():
        operator = tenants.create_operator(OPERATOR["legal_name"], address=OPERATOR["address"], now=began)
        for currency, costs in COSTS.items():
            for item, cost in costs.items():
                settings.set_cost(operator, item, currency, cost, now=began)
        agencies = {demo.facts["slug"]: _agency(demo, began) for demo in AGENCIES}
        people.populate(agencies, password, now=began)
        for demo in AGENCIES:
            usage.report(agencies[demo.facts["slug"]], demo, until=until)
        _sell(agencies, until)
        _lock(agencies, began)
        _serve(agencies, until)
        _close(brand_of, grace, until)
        for agency in agencies.values():
            for client in tenants.clients_of(agency):
                client.agency = agency
                settings.turn_month(client, now=until)


def silence(*, now: datetime) -> None:
    """The demo's past writes no letters: what waits to be sent is dropped."""
    outbox.discard(_LETTERS, now=now)


def _agency(demo: DemoAgency, now: datetime) -> Agency:
    facts = dict(demo.facts)
    agency = tenants.create_agency(
        facts.pop("slug"), facts.pop("name"), payee=Payee(facts.pop("payee")), **facts, by=SYSTEM, now=now
    )
    for service, price in demo.prices.items():
        settings.set_agency_price(agency, service, price, now=now)
    for client in demo.clients:
        _client(agency, client, now)
    return agency


def _client(agency: Agency, demo: DemoClient, now: datetime) -> None:
    client = settings.open_client(
        agency,
        demo.name,
        slug=demo.slug,
        email=demo.email,
        address=demo.address,
        began_on=BEGAN_ON,
        by=SYSTEM,
        now=now,
    )
    managed_by, enabled = demo.optimizer
    wishes = {}
    for service, limit in demo.limits.items():
        at_limit, ceiling = demo.at_limit.get(service, ("bill", None))
        wishes[service] = ServiceWish(enabled=True, limit=limit, at_limit=at_limit, ceiling=ceiling)
    settings.save(
        client,
        Wish(
            direct_support=False,
            payment_option=demo.payment_option,
            optimizer_managed_by=managed_by,
            optimizer_enabled=enabled,
            licence_price=demo.licence_price,
            services=wishes,
        ),
        seen_version=1,
        by=SYSTEM,
        now=now + timedelta(minutes=1),
    )


def _sell(agencies: dict[str, Agency], until: datetime) -> None:
    for slug, client, name, price, every, first_on in SALES:
        sold_at = datetime.combine(first_on, time(13), UTC)
        if sold_at < until:
            agency = agencies[slug]
            owner = accounts.owners_of(agency)[0]
            requests.sell(
                tenants.client_by_slug(agency, client),
                name,
                price=price,
                every_months=every,
                first_on=first_on,
                by=Actor("staff", owner.shown_name, owner.id),
                now=sold_at,
            )


def _lock(agencies: dict[str, Agency], now: datetime) -> None:
    """Offers before sections that the catalogue lacks are left out."""
    known = {box.section for box in rights.BOXES.values()}
    for slug, client, section, text, price, every in OFFERS:
        if section in known:
            owner = accounts.owners_of(agencies[slug])[0]
            by = Actor("staff", owner.shown_name, owner.id)
            row = tenants.client_by_slug(agencies[slug], client)
            rights.lock(row, section, Offer(text, price, every), by=by, now=now)


def _serve(agencies: dict[str, Agency], until: datetime) -> None:
    for agency in agencies.values():
        for app in tenants.apps_of_agency(agency):
            people_there = accounts.contributors_of_app(app)
            if people_there:
                cook = people_there[-1].person
                by = Actor("contributor", cook.shown_name, cook.id)
                menus.serve(app, by=by, published=_afternoon(until, days=9), edited=_afternoon(until, days=1))


def _afternoon(until: datetime, *, days: int) -> datetime:
    """An afternoon some days before."""
    return datetime.combine(until.date() - timedelta(days=days), time(18, 40), UTC)


def _close(brand_of: BrandOf, grace: timedelta, until: datetime) -> None:
    """Each month at the moment its grace ended, so that it is issued on the day it would have been."""
    for agency, label in billing.due_for_closing(grace=grace, now=until):
        ended = tenants.period_labelled(agency, label).ends_at + grace
        billing.close_month(agency, label, brand_of=brand_of, grace=grace, by=SYSTEM, now=ended)
