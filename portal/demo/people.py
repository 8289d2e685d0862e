"""Who signs in to the demo."""

from __future__ import annotations

from datetime import datetime

from portal.domain import accounts, rights, tenants
from portal.domain.accounts import Role
from portal.domain.audit import SYSTEM, Actor
from portal.domain.tenants import Agency

OPERATOR = ("ops@ribalta.example", "Olívia Prates")

STAFF = (
    ("aurora", "ana@aurora.example", "Ana Prado", Role.OWNER, ()),
    ("aurora", "bruno@aurora.example", "Bruno Telles", Role.MANAGER, ("clinica-horizonte",)),
    ("northwind", "nora@northwind.example", "Nora Whitfield", Role.OWNER, ()),
)

UNBADGED = tuple(key for key in rights.BOXES if key not in rights.VENDOR_BRANDED)

CONTRIBUTORS = (
    ("aurora", "cantina-da-praca", "carla@cantina.example", "Carla Menezes", tuple(rights.BOXES)),
    ("aurora", "cantina-da-praca", "davi@cantina.example", "Davi Rocha", ("push", "push:send")),
    ("aurora", "cantina-da-praca", "elisa@cantina.example", "Elisa Duarte", ("design", "design:publish")),
    ("aurora", "cantina-da-praca", "fabio@cantina.example", "Fábio Nunes", ("menus", "menus:publish")),
    ("northwind", "harbour-cafe", "helen@harbour.example", "Helen Marsh", UNBADGED),
)

SIGN_INS = (
    ("platform", "ana@aurora.example"),
    ("platform", "bruno@aurora.example"),
    ("platform", "nora@northwind.example"),
    ("platform", "ops@ribalta.example"),
    ("aurora", "carla@cantina.example"),
    ("aurora", "fabio@cantina.example"),
    ("northwind", "helen@harbour.example"),
)
"""Where each of the demo's people signs in: the platform host, or an agency's."""


def populate(agencies: dict[str, Agency], password: str, *, now: datetime) -> None:
    """The operator, staff and contributors; boxes of sections that the catalogue lacks are left out."""
    email, name = OPERATOR
    accounts.add_operator(email, name=name, password=password, now=now)
    for slug, email, name, role, clients in STAFF:
        agency = agencies[slug]
        membership = accounts.add_staff(agency, email, role, name=name, password=password, by=SYSTEM, now=now)
        for client in clients:
            accounts.assign(membership, tenants.client_by_slug(agency, client), by=SYSTEM, now=now)
    for slug, app_slug, email, name, boxes in CONTRIBUTORS:
        agency = agencies[slug]
        app = tenants.app_by_slug(agency, app_slug)
        person = accounts.register(
            str(agency.id), email, name=name, language=agency.language, password=password, agency=agency, now=now
        )
        owner = accounts.owners_of(agency)[0]
        by = Actor("staff", owner.shown_name, owner.id, behalf=app.client.name)
        contributor = accounts.add_contributor(app, person, by=by, now=now)
        rights.give_boxes(contributor, [box for box in boxes if box in rights.BOXES], by=by, now=now)
