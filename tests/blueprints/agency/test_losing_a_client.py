"""Staff who lose the client, or their place, after they were let in and before anything is done (IN-16)."""

from __future__ import annotations

import ast

import pytest

from portal.blueprints.agency import sso_draft
from portal.domain import accounts, rights, staffing
from portal.domain.accounts import Role
from portal.domain.audit import AuditEntry
from portal.domain.rights import Offer
from portal.domain.tenants import App, Client
from portal.web.access import stamps
from portal.web.forms import FormState
from tests.architecture import source
from tests.factories import NOW, TESTER, make_app, make_staff

DETAILS = {"name": "Other", "email": "", "address": "", "language": "pt-BR"}
CLIENT = {"name": "New", "slug": "", "email": "", "address": "", "currency": "BRL", "language": "pt-BR", "package": ""}


def _posts(client):
    app, client_id = make_app(client), client.id
    suspended = {"suspended": "yes", "reason": ""}
    return [
        ("agency.clients.access", {"client_id": client_id}, {"allowed": "no"}),
        ("agency.suspension.save", {"client_id": client_id}, suspended),
        ("agency.suspension.save", {"client_id": client_id, "app_id": app.id}, suspended),
        ("agency.details.save", {"client_id": client_id}, DETAILS),
        ("agency.sections.lock", {"client_id": client_id, "section": "services"}, {"text": "Another"}),
    ]


@pytest.mark.parametrize(("lost", "status"), [("place", 403), ("client", 404)])
def test_a_manager_who_loses_the_client_while_he_asks_changes_nothing_of_it(house, browse, monkeypatch, lost, status):
    rights.lock(house.cantina, "services", Offer("We do it all", 12_300, 12), by=TESTER, now=NOW)
    manager = make_staff(Role.MANAGER, clients=[house.cantina])
    browser, look_up = browse(manager), accounts.client_of

    def looked_up_and_lost(staff, client_id):
        found = look_up(staff, client_id)
        if lost == "place":
            staffing.change_role(manager.membership_id, "billing", by=house.ana, now=NOW)
        else:
            staffing.look_after(manager.membership_id, house.cantina, assigned=False, by=house.ana, now=NOW)
        return found

    for endpoint, where, values in _posts(house.cantina):
        staffing.change_role(manager.membership_id, "manager", by=house.ana, now=NOW)
        staffing.look_after(manager.membership_id, house.cantina, assigned=True, by=house.ana, now=NOW)
        with monkeypatch.context() as patch:
            patch.setattr(accounts, "client_of", looked_up_and_lost)
            page = browser.post(endpoint, values, **where)
            assert page.status in (status, 404) and not page.select("//main//form"), endpoint
            assert house.cantina.name not in page.text and "We do it all" not in page.html, endpoint
    row = Client.get_by_id(house.cantina.id)
    assert rights.state_of(row, "services").offer == Offer("We do it all", 12_300, 12)
    assert row.access and not row.suspended_at and row.name == house.cantina.name
    assert not App.select().where(App.suspended_at.is_null(False)).exists()
    assert not AuditEntry.select().where(
        AuditEntry.actor_id == manager.person.id, AuditEntry.action == "client.changed"
    )


def test_who_is_removed_while_he_adds_a_client_adds_none(house, browse, monkeypatch):
    admin = make_staff(Role.ADMIN, house.agency)
    browser, read = browse(admin), FormState.typed

    def read_and_removed(source, *names):
        staffing.remove(admin.membership_id, by=house.ana, now=NOW)
        return read(source, *names)

    monkeypatch.setattr(FormState, "typed", read_and_removed)
    before = Client.select().count()
    assert browser.post("agency.clients.create", CLIENT).status == 403
    assert Client.select().count() == before


FORMS = [
    ("agency.client_settings.show", "#client-settings"),
    ("agency.brand.index", "agency.brand.names"),
    ("agency.brand.index", "agency.brand.colours"),
    ("agency.clients.new", "agency.clients.create"),
    ("agency.credentials.new", "agency.credentials.create"),
    ("agency.packages.new", "agency.packages.create"),
    ("agency.prices.index", "#prices"),
    ("agency.sender.index", "agency.sender.save"),
    ("agency.sso.index", "agency.sso.save"),
    ("agency.webhooks.new", "agency.webhooks.create"),
]
TYPED = {
    "agency.clients.create": CLIENT,
    "agency.credentials.create": {"label": "Till"},
    "agency.packages.create": {"name": "Basic"},
    "agency.sender.save": {"host": "smtp.x.example", "port": "587", "address": "a@x.example"},
    "agency.sso.save": {"label": "ID", "issuer": "https://id.x.example", "client_id": "portal", "secret": "s3cret"},
    "agency.webhooks.create": {"url": "https://x.example/hook"},
}


def test_who_lost_his_place_while_he_asked_is_shown_nothing_of_the_form(house, browse, monkeypatch):
    admin, admit = make_staff(Role.ADMIN, house.agency), stamps.ForStaff.admit
    browser = browse(admin)
    monkeypatch.setattr(sso_draft, "looked_up", lambda wish, _kept: ("", wish))

    def admitted_and_made_less(stamp, arguments):
        found = admit(stamp, arguments)
        staffing.change_role(admin.membership_id, "manager", by=house.ana, now=NOW)
        return found

    for shown, sent in FORMS:
        here = {"client_id": house.cantina.id} if shown == "agency.client_settings.show" else {}
        form = browser.get(shown, **here).form(sent)
        with monkeypatch.context() as patch:
            patch.setattr(stamps.ForStaff, "admit", admitted_and_made_less)
            page = form.submit(**TYPED.get(sent, {}))
        assert page.status == (404 if here else 403) and not page.select("//main//form"), sent
        staffing.change_role(admin.membership_id, "admin", by=house.ana, now=NOW)


def test_what_is_nobodys_right_any_more_is_said_beside_no_form_of_the_dashboard():
    caught = [
        source.where(name, node.lineno)
        for name, tree in source.modules().items()
        if name.startswith("blueprints.agency.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and {n.id for n in ast.walk(node.type or node) if isinstance(n, ast.Name)} & {"DomainError", "Forbidden"}
    ]
    assert not caught, "catch AT_THE_FORM"
