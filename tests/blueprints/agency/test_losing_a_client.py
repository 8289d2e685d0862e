"""Staff who lose the client, or their place, after they were let in and before anything is done (IN-16)."""

from __future__ import annotations

import pytest

from portal.domain import accounts, staffing
from portal.domain.accounts import Role
from portal.domain.audit import AuditEntry
from portal.domain.tenants import App, Client
from portal.web.forms import FormState
from tests.factories import NOW, make_app, make_staff

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
    ]


@pytest.mark.parametrize(("lost", "status"), [("place", 403), ("client", 404)])
def test_a_manager_who_loses_the_client_while_he_asks_changes_nothing_of_it(house, browse, monkeypatch, lost, status):
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
            assert page.status in (status, 404) and house.cantina.name not in page.text, endpoint
    row = Client.get_by_id(house.cantina.id)
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
