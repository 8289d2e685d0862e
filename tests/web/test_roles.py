"""Every page of the dashboard and who of the staff may use it: the table of roles in docs/people.md, by hand."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.domain import rights
from portal.domain.accounts import Role
from portal.web.access import stamp_of

EVERYBODY = {"owner", "admin", "manager", "billing"}
CLIENTS = {"owner", "admin", "manager"}  # managers: of assigned clients, which look-ups see to
MONEY = {"owner", "admin", "billing"}
ADMINS = {"owner", "admin"}
OWNERS = {"owner"}

TABLE: dict[str, set[str]] = {
    # clients: see, settings, access, suspend, apps, requests
    "overview": EVERYBODY,
    "search": EVERYBODY,
    "activity": EVERYBODY,
    "help": EVERYBODY,
    "history": EVERYBODY,
    "settings": EVERYBODY,
    "usage": EVERYBODY,
    "clients.index": EVERYBODY,
    "clients.show": EVERYBODY,
    "client_settings.show": EVERYBODY,
    "sections.index": EVERYBODY,
    "requests.index": EVERYBODY,
    "imports.export": EVERYBODY,
    "client_settings": CLIENTS,
    "clients.access": CLIENTS,
    "sections": CLIENTS,
    "requests": CLIENTS,
    "details": CLIENTS,
    "suspension": CLIENTS,
    # enter back offices
    "apps": CLIENTS,
    # prices, packages, brand, domains, credentials, webhooks
    "prices.index": MONEY,  # the agency's costs stand there, which billing sees
    "prices": ADMINS,
    "packages": ADMINS,
    "changes": ADMINS,
    "clients": ADMINS,
    "imports": ADMINS,
    "credentials": ADMINS,
    "webhooks": ADMINS,
    "deliveries": ADMINS,
    "sso": ADMINS,
    "brand": ADMINS,
    "brand_history": ADMINS,
    "brand_pictures": ADMINS,
    "brand_preview": ADMINS,
    "brand_review": ADMINS,
    "brand_scan": ADMINS,
    "domains": ADMINS,
    "sender": ADMINS,
    # statements, cost, margin, payments
    "statements": EVERYBODY,
    # staff: invite, change, remove
    "staff": ADMINS,
    "staff_clients": ADMINS,
    "staff_invitations": ADMINS,
    "security": ADMINS,  # of whom a second step is asked
    "staff_place": EVERYBODY,  # one's own, and the way out
    # transfer ownership: owners offer, whoever is offered it answers
    "staff_ownership.offer": OWNERS,
    "staff_ownership.withdraw": OWNERS,
    "staff_ownership": EVERYBODY,
}
"""By endpoint, or by module for all its others."""


@pytest.fixture
def pages(app: Flask):
    """Each view of the dashboard, with the roles that its stamp lets in."""
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("agency."):
            may = getattr(stamp_of(app.view_functions[rule.endpoint]), "may", None)
            assert may is not None, f"{rule.endpoint} is not for the staff of an agency"
            found[rule.endpoint.removeprefix("agency.")] = {role.value for role in Role if rights.staff_may(role, may)}
    return found


def test_every_page_of_the_dashboard_is_for_whom_the_table_says(pages):
    unknown = [name for name in pages if name not in TABLE and name.partition(".")[0] not in TABLE]
    assert not unknown, f"write down by hand whom the product lets in: {unknown}"
    wrong = {
        name: sorted(let_in)
        for name, let_in in pages.items()
        if let_in != TABLE.get(name, TABLE.get(name.partition(".")[0]))
    }
    assert not wrong


def test_no_line_of_the_table_is_left_over(pages):
    modules = {name.partition(".")[0] for name in pages}
    assert not [key for key in TABLE if key not in pages and key not in modules]
