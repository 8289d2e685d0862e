"""People, places and use for tests, made by the same actions as everything else.

    agency = make_agency()                       # with its prices; the operator and its costs come along
    client = make_client(agency)                 # open, its settings saved once
    carla = make_contributor(make_app(client), boxes=["team", "menus"])
    member = make_member(carla)                  # what views and actions receive
    ana = make_staff(Role.OWNER, agency)
    record_usage(client, "litmus_test", 3)
    cantina = make_example()                     # the worked example of the product, ready to be closed

Every function says what it takes by default; nothing is read from a test's surroundings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from portal.domain import accounts, branding, metering, requests, rights, settings, tenants
from portal.domain.accounts import Contributor, Member, Role, Staff
from portal.domain.audit import Actor
from portal.domain.branding import Brand
from portal.domain.settings import ServiceWish, Wish
from portal.domain.tenants import Agency, App, Client, Operator

ROOT = Path(__file__).resolve().parents[1]

BEGAN = date(2026, 5, 1)
START = datetime(2026, 5, 1, 12, tzinfo=UTC)
"""When everybody came: agencies, clients, prices."""
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
"""The present of most tests: the middle of June 2026."""
AFTER_GRACE = datetime(2026, 7, 5, 12, tzinfo=UTC)
"""June is over here, and so is its grace."""

TESTER = Actor("system", "Test")
PASSWORD = "corda de violão 42"

PRICES = {"litmus_test": 900, "shutterstock": 1200, "email_sync": 4900, "push_notification": 250}
COSTS = {"licence": 12000, "litmus_test": 500, "shutterstock": 800, "email_sync": 3000, "push_notification": 100}
LIMITS = {"litmus_test": 10, "shutterstock": 5, "email_sync": 2, "push_notification": 10_000}
USED = {"litmus_test": 13, "shutterstock": 5, "email_sync": 4, "push_notification": 12_345}
LICENCE = 19900

_numbers = count(1)

settings.load_services(ROOT / "portal" / "services.toml")


def make_operator() -> Operator:
    """The one operator with its price list in BRL and EUR; the same one when asked again."""
    if found := Operator.select().first():
        return found
    operator = tenants.create_operator("Palco Pagamentos Ltda.", address="Rua do Palco, 1\nSão Paulo, SP", now=START)
    for currency in ("BRL", "EUR"):
        for item, cost in COSTS.items():
            settings.set_cost(operator, item, currency, cost, now=START)
    return operator


def make_agency(slug: str = "", name: str = "", *, now: datetime = START, **values: Any) -> Agency:
    """An agency in São Paulo with the example's default prices and 5 % ISS; `values` go to `create_agency`."""
    make_operator()
    n = next(_numbers)
    values = {"prefix": _letters(n), "email": f"office@agency{n}.example", **values}
    if "tax_rate" not in values:
        values |= {"tax_label": "ISS", "tax_rate": 500}
    agency = tenants.create_agency(slug or f"agency{n}", name or f"Agency {n}", by=TESTER, now=now, **values)
    for service, price in PRICES.items():
        settings.set_agency_price(agency, service, price, now=now)
    return agency


def make_client(
    agency: Agency | None = None, name: str = "", *, began_on: date = BEGAN, now: datetime = START, **values: Any
) -> Client:
    """A client whose settings were saved once: the example's limits and licence, no price of its own.

    `values`: `payment_option="agency_card"`, `licence_price=…`, `litmus_test={"limit": 20, "at_limit": "stop"}`,
    or anything that `open_client` takes.
    """
    agency = agency or make_agency()
    opening = {key: values.pop(key) for key in ("slug", "email", "address", "currency", "language") if key in values}
    client = settings.open_client(
        agency, name or f"Client {next(_numbers)}", began_on=began_on, by=TESTER, now=now, **opening
    )
    limits = {key: {"limit": limit, **values.pop(key, {})} for key, limit in LIMITS.items()}
    change_settings(client, now=now, **{"licence_price": LICENCE, **limits, **values})
    return client


def make_app(client: Client | None = None, name: str = "") -> App:
    """The app that came with the client, or one more when a name is given."""
    client = client or make_client()
    if name:
        app = tenants.create_app(client, name, slug=tenants.slug_from(name), by=TESTER, now=START)
    else:
        app = tenants.apps_of_client(client)[0]
    app.client, app.agency = client, client.agency
    return app


def make_staff(
    role: Role = Role.OWNER,
    agency: Agency | None = None,
    *,
    clients: Sequence[Client] = (),
    email: str = "",
    name: str = "",
) -> Staff:
    """Somebody of an agency's staff with PASSWORD; `clients` are those that a manager looks after."""
    agency = agency or (clients[0].agency if clients else make_agency())
    n = next(_numbers)
    row = accounts.add_staff(
        agency,
        email or f"staff{n}@agency.example",
        role,
        name=name or f"Staff {n}",
        password=None,
        by=TESTER,
        now=START,
    )
    _give_password(row.person)
    for client in clients:
        accounts.assign(row, client, by=TESTER, now=START)
    return Staff(row.person, agency, role, row.id)


def make_contributor(
    app: App | None = None,
    boxes: Sequence[str] = (),
    *,
    agency: Agency | None = None,
    email: str = "",
    name: str = "",
    language: str = "pt-BR",
    ends_on: date | None = None,
) -> Contributor:
    """A member of a back office with PASSWORD and exactly these boxes (what they depend on comes along).

    Without an app: in the first app of a new client, of `agency` where given. The same `email` again joins
    another app with the same account.
    """
    app = app or make_app(make_client(agency))
    n, house = next(_numbers), str(app.agency.id)
    email = email or f"person{n}@client.example"
    person = accounts.person_in(house, email)
    if person is None:
        person = accounts.register(
            house, email, name=name or f"Person {n}", language=language, agency=app.agency, now=START
        )
        _give_password(person)
    row = accounts.add_contributor(app, person, ends_on=ends_on, by=TESTER, now=START)
    row.app, row.person = app, person
    rights.give_boxes(row, list(boxes), by=TESTER, now=START)
    return row


def make_member(who: Contributor | Staff | None = None, app: App | None = None, *, boxes: Sequence[str] = ()) -> Member:
    """Who asks, inside a back office: a contributor (a new one with `boxes`), or staff in the given app."""
    if isinstance(who, Staff):
        app = app or make_app(make_client(who.agency))
        return Member(who.person, who.agency, app, None, role=who.role)
    who = who or make_contributor(app, boxes)
    return Member(who.person, who.app.agency, who.app, who)


def wish_of(client: Client, *, now: datetime = NOW, **changes: Any) -> Wish:
    """The client's settings as the form shows them, with changes: `licence_price=…`, `litmus_test={"limit": 3}`."""
    held = settings.current(client, now=now)
    services = {
        key: ServiceWish(
            enabled=state.enabled,
            limit=state.limit,
            at_limit=state.at_limit.value,
            ceiling=state.ceiling,
            alert_at=state.own_alert_at,
            price=state.next_own_price,
        )
        for key, state in held.services.items()
    }
    for key in [key for key in changes if key in services]:
        services[key] = replace(services[key], **changes.pop(key))
    wish = Wish(
        direct_support=held.direct_support,
        payment_option=held.next_payment_option.value,
        optimizer_managed_by=held.optimizer_managed_by,
        optimizer_enabled=held.optimizer_enabled,
        licence_price=held.next_licence_price,
        services=services,
    )
    return replace(wish, **changes)


def change_settings(client: Client, *, by: Actor = TESTER, now: datetime = NOW, **changes: Any) -> list[str]:
    """Save Client Settings with these changes, as `wish_of` takes them."""
    wish = wish_of(client, now=now, **changes)
    return settings.save(client, wish, seen_version=settings.current(client, now=now).version, by=by, now=now)


def event(client: Client | str, service: str = "litmus_test", quantity: int = 1, **fields: Any) -> dict[str, Any]:
    """One usage event as a machine sends it; a gauge's `quantity` becomes its `value`. A new id unless given."""
    known = settings.find_service(service)
    amount = "value" if known and known.is_gauge else "quantity"
    name = client if isinstance(client, str) else client.slug
    at = fields.pop("at", NOW)
    moment = at if isinstance(at, str) else at.isoformat()
    return {
        "id": f"event-{next(_numbers)}",
        "client": name,
        "service": service,
        amount: quantity,
        "at": moment,
    } | fields


def record_usage(
    client: Client, service: str = "litmus_test", quantity: int = 1, *, at: datetime = NOW, now: datetime | None = None
) -> None:
    """Count one event, which has to be accepted; known at the moment it happened unless `now` is given."""
    outcome = metering.record(client.agency, [event(client, service, quantity, at=at)], now=now or at)
    assert outcome.accepted == 1, outcome.rejected


def make_example(agency: Agency | None = None, **values: Any) -> Client:
    """The worked example: Cantina da Praça of Aurora with the use of June 2026 and the yearly design service."""
    agency = agency or make_agency("aurora", "Aurora", prefix="AUR", email="financeiro@aurora.example")
    client = make_client(agency, "Cantina da Praça", email="contas@cantina.example", **values)
    for service, used in USED.items():
        record_usage(client, service, used)
    requests.sell(
        client, "Serviço de design", price=150_000, every_months=12, first_on=date(2026, 6, 10), by=TESTER, now=START
    )
    return client


def brand_of(agency: Agency | None) -> Brand:
    """The brand of an agency (neutral where it has no theme folder) or the vendor's, for what is issued."""
    return _brand(agency.slug, agency.name) if agency else _vendor()


@cache
def _brand(slug: str, name: str) -> Brand:
    return branding.load_brand(ROOT / "brand_themes", slug, name)


@cache
def _vendor() -> Brand:
    return branding.load_vendor(ROOT / "brand_themes")


@cache
def _password_hash() -> str:
    return accounts.hash_password(PASSWORD)


def _give_password(person: accounts.Person) -> None:
    person.password_hash = _password_hash()  # once for all: hashing is slow on purpose
    person.save()


def _letters(n: int) -> str:
    """A prefix of its own for each number: AA, AB … ZZ, BAA …"""
    found = ""
    while n or len(found) < 2:
        n, rest = divmod(n, 26)
        found = ascii_uppercase[rest] + found
    return found
