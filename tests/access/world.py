"""Two agencies with everything in them that a path can name: what the access tests attack.

Agency A has the clients A1 and A2, agency B has B1. Every text that a tenant typed carries the word of that tenant,
so that a word on the wrong page is a leak.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from peewee import Model

from portal import clock
from portal.config import Settings
from portal.domain import (
    accounts,
    billing,
    invitations,
    outbox,
    publishing,
    requests,
    rights,
    settings,
    staffing,
    support,
    webhooks,
)
from portal.domain.accounts import Contributor, Member, Person, Role, Staff, StaffMembership
from portal.domain.billing import Audience
from portal.domain.publishing import Dish, MenuCategory
from portal.domain.rights import Offer, SectionState
from portal.domain.settings import PackageWish, ServiceWish, Wish
from portal.domain.staffing import Place
from portal.domain.tenants import Agency, App, Client
from portal.domain.webhooks import Delivery
from portal.gateways import documents, mailbox
from portal.gateways.smtp import Outgoing
from tests import factories
from tests.factories import AFTER_GRACE, START, TESTER

NOW = AFTER_GRACE

WORDS = {"A": "qzalpha", "A-inner": "qzbackroom", "A1": "qzprima", "A2": "qzsecunda", "B": "qzbeta", "B1": "qztertia"}
"""What each tenant's texts carry. `A-inner` is what an agency keeps from its clients: packages, keys, endpoints."""

HOSTS = {"A": "aaa.localhost", "B": "bbb.localhost"}

EVERY_BOX = tuple(rights.BOXES)
BOXES = {
    "full": EVERY_BOX,
    "own": ("team", "menus", "menus:publish"),
    "one": ("menus",),
    "none": (),
    "multi": ("services",),
}
"""What is ticked for the contributors of A1; `own` holds `team`."""

UNKNOWN = {
    "client": "nobody-here",
    "app": "nobody-here",
    "number": "QQQ-2026-000001",
    "service": "telepathy",
    "key": "telepathy",
    "token": "x" * 43,
    "nonce": "x" * 43,
    "article": "none-such",
    "name": "none-such",
}


@dataclass
class Tenant:
    """One client with its app, its people, and an object for every name that stands in a path."""

    name: str
    client: Client
    app: App
    people: dict[str, Contributor] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)


@dataclass
class House:
    """One agency with its staff and what belongs to no single client."""

    name: str
    agency: Agency
    staff: dict[str, Staff] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    houses: dict[str, House]
    tenants: dict[str, Tenant]
    operator: Person
    deleted: dict[str, Any]
    """What was there once, of A1 or A, by the name it has in paths."""

    def values(self, tenant: str, endpoint: str) -> dict[str, Any]:
        """Path values of that tenant; `endpoint:name` in `things` is what one page alone needs."""
        found = self.houses[tenant[0]].things | self.tenants[tenant].things
        own = {key.partition("/")[2]: value for key, value in found.items() if key.startswith(f"{endpoint}/")}
        return found | own


def build(portal_settings: Settings) -> World:
    clock.move_to(NOW)
    a = House("A", _agency("aaa", "A", "AAA"))
    b = House("B", _agency("bbb", "B", "BBB"))
    a1, a2 = _tenant("A1", a.agency, "prima"), _tenant("A2", a.agency, "secunda")
    b1 = _tenant("B1", b.agency, "prima-of-b")
    operator = accounts.add_operator("op@portal.example", name="Op", password=factories.PASSWORD, now=START)
    for house, clients in ((a, [a1.client]), (b, [b1.client])):
        _hire(house, clients)
        _furnish(house, [t for t in (a1, a2, b1) if t.name[0] == house.name])
    for tenant in (a1, a2, b1):
        _people(tenant)
        _life(tenant)
    for house in (a, b):
        _close(house, [t for t in (a1, a2, b1) if t.name[0] == house.name], portal_settings)
    for house in (a, b):
        _post_box(portal_settings, house)
    return World({"A": a, "B": b}, {"A1": a1, "A2": a2, "B1": b1}, operator, _deleted(a, a1))


def _agency(slug: str, name: str, prefix: str) -> Agency:
    word = WORDS[name]
    return factories.make_agency(
        slug, f"Agency {word}", prefix=prefix, email=f"office@{word}.example", address=f"Rua {word}"
    )


def _tenant(name: str, agency: Agency, slug: str) -> Tenant:
    word = WORDS[name]
    client = factories.make_client(
        agency,
        f"Client {word}",
        slug=slug,
        email=f"pay@{word}.example",
        address=f"Rua {word}",
        optimizer_managed_by="client",
        direct_support=True,
    )
    app = factories.make_app(client)
    return Tenant(name, client, app)


def _hire(house: House, managed: list[Client]) -> None:
    """Owner, a second owner, admin, a manager of the first client, billing, and one who was removed."""
    word = WORDS[house.name]
    for key, role in (
        ("owner", Role.OWNER),
        ("second", Role.OWNER),
        ("admin", Role.ADMIN),
        ("manager", Role.MANAGER),
        ("billing", Role.BILLING),
        ("ex", Role.ADMIN),
    ):
        house.staff[key] = factories.make_staff(
            role,
            house.agency,
            clients=managed if key == "manager" else (),
            email=f"{key}@{word}.example",
            name=f"{key.title()} {word}",
        )


def _furnish(house: House, tenants: list[Tenant]) -> None:
    """What belongs to the agency alone: packages, endpoints, keys, imports, changes of many."""
    agency, staff, now = house.agency, house.staff["owner"], NOW
    word = WORDS["A-inner"] if house.name == "A" else WORDS["B"]
    house.things["package_id"] = _package(agency, f"Package {word}").id
    endpoint = _endpoint(agency, word)
    delivery = webhooks.send_test(endpoint, by=TESTER, now=now)
    Delivery.update(state="failed").where(Delivery.id == delivery.id).execute()
    house.things |= {"endpoint_id": endpoint.id, "delivery_id": delivery.id}
    for key, scopes in (
        ("w", ["usage:write"]),
        ("ro", ["usage:read"]),
        ("rw", ["clients:read", "clients:write"]),
        ("stopped", ["usage:read"]),
    ):
        by = house.staff["ex" if key == "stopped" else "owner"].actor
        credential, _ = accounts.create_credential(agency, scopes=scopes, label=f"Key {word}", by=by, now=now)
        house.keys[key], _ = accounts.issue_access_token(credential, scopes, now=now)
        if key == "w":
            house.things["credential_id"] = credential.id
        if key == "stopped":
            house.things["agency.credentials.take_over/credential_id"] = credential.id
    StaffMembership.update(ended_at=now).where(StaffMembership.person == house.staff["ex"].person).execute()
    _staff_matters(house)
    house.things |= {name: uuid4() for name in ("errand_id", "identity_id", "passkey_id", "session_id")}
    house.things["batch_id"] = _import(agency, word).id
    clients = [tenant.client for tenant in tenants]
    house.things["bulk_id"] = _bulk(agency, clients, staff).id
    house.things["agency.changes.undo/bulk_id"] = _bulk(agency, clients, staff, done=True).id


def _staff_matters(house: House) -> None:
    """Somebody to change, somebody invited, and the ownership offered to the admin."""
    owner, manager, admin = (house.staff[key] for key in ("owner", "manager", "admin"))
    offer = staffing.invite(
        owner, f"later@{WORDS[house.name]}.example", Place("billing", [], "en", None), origin="http://x.test", now=NOW
    )
    ownership = staffing.offer_ownership(
        owner, admin.membership_id, afterwards="admin", password=factories.PASSWORD, now=NOW
    )
    house.things |= {"membership_id": manager.membership_id, "manager": manager.person.email, "offer_id": ownership.id}
    house.things |= {
        f"agency.staff_invitations.{page}/invitation_id": offer.id for page in ("link", "resend", "revoke")
    }


def _package(agency: Agency, name: str) -> settings.Package:
    services = {s.key: ServiceWish(enabled=True, limit=1) for s in settings.metered_services()}
    wish = Wish(False, "client_card", "agency", False, 0, services=services)
    return settings.save_package(agency, PackageWish(name, False, wish), by=TESTER, now=NOW)


def _endpoint(agency: Agency, word: str) -> webhooks.Endpoint:
    endpoint, _ = webhooks.add_endpoint(
        agency,
        url=f"https://{word}.example/hook",
        description=f"Hook {word}",
        events=["limit.reached"],
        seal=lambda secret: secret,
        by=TESTER,
        now=NOW,
    )
    return endpoint


def _import(agency: Agency, word: str) -> settings.ClientImport:
    data = f"name\n{word} one\n{word} two\n".encode()
    return settings.begin_import(agency, data, name=f"{word}.csv", mark=".", by=TESTER, now=NOW)


def _bulk(agency: Agency, clients: list[Client], staff: Staff, *, done: bool = False) -> settings.BulkChange:
    bulk = settings.begin_bulk(agency, by=staff.actor, now=NOW)
    settings.choose_clients(bulk, [client.id for client in clients])
    settings.want_changes(bulk, {"shutterstock.limit": {"set": 25 if done else 26}}, now=NOW)
    _work(bulk)
    bulk = settings.bulk_of(agency, bulk.id)
    if done:
        settings.confirm_bulk(bulk, by=staff.actor, now=NOW)
        _work(bulk)
    return settings.bulk_of(agency, bulk.id)


def _work(bulk: settings.BulkChange) -> None:
    while messages := outbox.claim(NOW, topic="bulk.work"):
        for message in messages:
            settings.bulk_work(bulk.id, now=NOW)
            outbox.finish(message, now=NOW)


def _people(tenant: Tenant) -> None:
    word = WORDS[tenant.name]
    for key, boxes in BOXES.items():
        if key != "multi" and (tenant.name == "A1" or key in ("own", "none")):
            tenant.people[key] = factories.make_contributor(
                tenant.app, boxes, email=f"{key}@{word}.example", name=f"{key.title()} {word}"
            )
    if tenant.name in ("A1", "B1"):
        boxes = BOXES["multi"] if tenant.name == "A1" else EVERY_BOX
        tenant.people["multi"] = factories.make_contributor(tenant.app, boxes, email="multi@both.example", name="Multi")
    boss = Member(tenant.people["own"].person, tenant.app.agency, tenant.app, tenant.people["own"])
    row = invitations.invite(boss, f"inv@{word}.example", ["menus"], origin="http://x.test", now=NOW)
    many = invitations.begin_list(boss, f"many@{word}.example", ["menus"], language="en", ends_on=None, now=NOW)
    pages = ("show", "progress", "send", "discard")
    tenant.things |= {f"office.team_many.{page}/batch_id": many.id for page in pages}
    tenant.things["request_id"] = _request(boss, word).id
    tenant.things["thread_id"] = support.write(boss, f"Subject {word}", f"Text {word}", now=NOW).id
    tenant.things |= {"article": "sign-in", "office.marks.show/name": "badge"}
    tenant.things["section"] = "menus"
    tenant.things["agency"] = tenant.app.agency.slug
    tenant.things |= {
        "contributor_id": tenant.people["none"].id,
        "invitation_id": row.id,
        "token": _known_token(row, tenant.name),
        "box": "menus",
    }


def _request(member: Member, word: str) -> requests.Request:
    """Somebody asked for what stood before his menus, which are open to him again."""
    client = member.app.client
    rights.lock(client, "menus", Offer(f"Offer {word}", 1000, None), by=TESTER, now=NOW)
    row = requests.ask(member, "menus", text=f"Please {word}", link="http://x.test/", now=NOW)
    rights.set_state(client, "menus", SectionState.OFFERED, by=TESTER, now=NOW)
    return row


def _known_token(row: Model, name: str) -> str:
    """Give an invitation a link that the test knows."""
    token = f"setup-token-of-{name.lower()}-that-nobody-guesses"
    type(row).update(token_hash=hashlib.sha256(token.encode()).hexdigest()).where(type(row).id == row.id).execute()
    return token


def _life(tenant: Tenant) -> None:
    """Menus published, usage counted, a service sold."""
    word, app = WORDS[tenant.name], tenant.app
    keep = publishing.add_category(app, f"Category {word}", by=TESTER, now=NOW)
    gone = publishing.add_category(app, f"Gone {word}", by=TESTER, now=NOW)
    values = {"description": f"With {word}", "price": 1000, "allergens": []}
    dish, lost = (
        publishing.add_dish(app, keep, name=f"{name} {word}", **values, by=TESTER, now=NOW) for name in ("Dish", "Lost")
    )
    publishing.publish_menus(app, by=TESTER, now=NOW)
    publishing.remove_category(app, gone, by=TESTER, now=NOW)
    publishing.remove_dish(app, lost, by=TESTER, now=NOW)
    for service, used in (("litmus_test", 13), ("shutterstock", 2)):
        factories.record_usage(tenant.client, service, used)
    requests.sell(
        tenant.client, f"Service {word}", price=5000, every_months=12, first_on=START.date(), by=TESTER, now=START
    )
    tenant.things |= {
        "client_id": tenant.client.id,
        "client": tenant.client.slug,
        "app_id": app.id,
        "app": app.slug,
        "category_id": keep.id,
        "dish_id": dish.id,
        "office.menus.restore_category/category_id": gone.id,
        "office.menus.restore_dish/dish_id": lost.id,
        "key": "litmus_test",
        "service": "litmus_test",
        "label": "2026-06",
        "version": 1,
    }


def _close(house: House, tenants: list[Tenant], portal_settings: Settings) -> None:
    issued = billing.close_month(house.agency, "2026-05", brand_of=factories.brand_of, at_once=True, by=TESTER, now=NOW)
    issued += billing.close_month(house.agency, "2026-06", brand_of=factories.brand_of, by=TESTER, now=NOW)
    for statement in issued:
        name = documents.name_of(statement)
        sha = documents.keep(portal_settings, name, f"%PDF of {WORDS[house.name]}".encode())
        billing.keep_pdf(statement, name=name, sha256=sha, now=NOW)
    for tenant in tenants:
        mine = [s for s in issued if s.audience == Audience.CLIENT and s.client_id == tenant.client.id]
        tenant.things |= {"statement_id": mine[-1].id, "number": mine[-1].number}
        tenant.things |= {f"agency.imports.{page}/number": 2 for page in ("line", "correct")}
        tenant.things |= {"agency.brand_history.restore/number": 1, "role": "nothing", "sha256": "0" * 64}


def _post_box(portal_settings: Settings, house: House) -> None:
    letter = Outgoing("to@x.example", "Subject", "text", "<p>html</p>", "from@x.example", "Portal", "x.example")
    house.things["letter_id"] = mailbox.keep(letter, mailbox.folder_of(portal_settings))


def _deleted(house: House, tenant: Tenant) -> dict[str, Any]:
    """Things that were taken out again."""
    agency = house.agency
    package, endpoint = _package(agency, "Gone"), _endpoint(agency, "gone")
    settings.delete_package(package, by=TESTER, now=NOW)
    webhooks.delete_endpoint(endpoint, by=TESTER, now=NOW)
    batch = _import(agency, "gone")
    settings.discard_import(batch)
    bulk = settings.begin_bulk(agency, by=TESTER, now=NOW)
    settings.discard_bulk(bulk)
    ended = factories.make_contributor(tenant.app, ["menus"], email="ended@gone.example")
    accounts.end_contributor(ended, by=TESTER, now=NOW)
    boss = Member(tenant.people["own"].person, agency, tenant.app, tenant.people["own"])
    offer = invitations.invite(boss, "taken-back@gone.example", ["menus"], origin="http://x.test", now=NOW)
    token = _known_token(offer, "gone")
    invitations.revoke(offer, by=boss, now=NOW)
    return {
        "package_id": package.id,
        "endpoint_id": endpoint.id,
        "batch_id": batch.id,
        "bulk_id": bulk.id,
        "contributor_id": ended.id,
        "invitation_id": offer.id,
        "token": token,
        "category_id": MenuCategory.get(MenuCategory.app == tenant.app, MenuCategory.removed_at.is_null(False)).id,
        "dish_id": Dish.get(Dish.category == tenant.things["category_id"], Dish.removed_at.is_null(False)).id,
    }


def unknown(name: str, value: Any) -> Any:
    """Something of the same kind that never was; the value itself where its kind has no unknown ones."""
    if name.endswith("_id") and name != "letter_id":
        return uuid4()
    if name == "number":
        return 999 if isinstance(value, int) else UNKNOWN["number"]
    return UNKNOWN.get(name, value)
