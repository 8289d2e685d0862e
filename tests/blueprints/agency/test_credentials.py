"""Machine credentials at the dashboard: made, rotated, revoked, and never more than their maker."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.domain import accounts, audit
from portal.domain.accounts import Credential, Person, Role, StaffMembership
from portal.domain.audit import Actor
from tests.factories import NOW, TESTER, make_staff

INDEX, NEW, SHOW = "agency.credentials.index", "agency.credentials.new", "agency.credentials.show"
ROTATE, REVOKE, TAKE_OVER = "agency.credentials.rotate", "agency.credentials.revoke", "agency.credentials.take_over"


def made(house, who=None, **values):
    return accounts.create_credential(
        house.agency, scopes=["usage:write"], label="Sincronização", by=(who or house.ana).actor, now=NOW, **values
    )


def token_of(row):
    return accounts.issue_access_token(row, row.scopes, now=NOW)[0]


def works(row, secret, token, now=NOW):
    by_secret = accounts.verify_credential(row.client_id, secret, now=now)
    by_token = accounts.machine_of_token(token, now=now)
    return bool(by_secret), bool(by_token)


def test_before_the_first_it_teaches_what_a_credential_is(browse, house):
    assert browse(house.ana).get(INDEX).has("Nenhuma credencial ainda", "id e um segredo")


def test_what_no_person_made_is_said_in_the_readers_language(browse, house):
    accounts.create_credential(
        house.agency, scopes=["usage:write"], by=Actor("operator", "Command line"), now=NOW, label="Sender"
    )
    page = browse(house.ana).get(INDEX)
    assert page.has("A linha de comando") and not page.has("Command line")
    assert browse(house.ana).get("agency.overview.index").has("A linha de comando criou a credencial de API Sender")


def test_a_credential_is_made_and_its_secret_shown_once(browse, house):
    ana = browse(house.ana)
    page = ana.get(NEW).form().submit(label="Sincronização", scopes=["usage:write", "clients:read"])
    (client_id,) = page.select("//input[@id='client-id']/@value")
    (secret,) = page.select("//input[@id='client-secret']/@value")
    row = accounts.verify_credential(client_id, secret, now=NOW)
    assert (row.label, row.scopes, row.made_by) == (
        "Sincronização",
        ["clients:read", "usage:write"],
        house.ana.person.id,
    )
    assert page.has("api/v1/oauth/token")
    assert ana.get(INDEX).has("Sincronização", client_id, "Ana Prado", "nunca", "usage:write")
    assert secret not in ana.get(SHOW, credential_id=row.id).html


@pytest.mark.parametrize("scopes", [None, ["x"], ["usage:write", "operator"]])
def test_a_scope_that_does_not_exist_is_refused_at_its_field(browse, house, scopes):
    data = {"label": "Sincronização"} | ({"scopes": scopes} if scopes else {})
    page = browse(house.ana).post("agency.credentials.create", data)
    assert page.status == 422 and page.by_id("f-scope-error").text_content()
    assert page.form("#new-credential").fields["label"] == ["Sincronização"]
    assert accounts.credentials_of(house.agency) == []


@pytest.mark.parametrize("label", ["Caixa \u202egnp.exe", "Caixa\x1b[31m"])
def test_a_name_in_which_something_hides_is_refused(browse, house, label):
    page = browse(house.ana).get(NEW).form().submit(label=label)
    assert page.status == 422 and page.by_id("f-label-error").text_content()
    assert accounts.credentials_of(house.agency) == []


def test_a_name_that_is_too_long_is_refused(browse, house):
    page = browse(house.ana).get(NEW).form().submit(label="x" * 81)
    assert page.status == 422 and "80" in page.by_id("f-label-error").text_content()


@pytest.mark.parametrize(
    ("hours", "after"), [("1", timedelta(hours=1)), ("24", timedelta(days=1)), ("168", timedelta(days=7))]
)
def test_a_rotated_secret_leaves_the_old_one_for_as_long_as_chosen(browse, house, hours, after):
    row, old = made(house)
    token = token_of(row)
    page = browse(house.ana).get(SHOW, credential_id=row.id).form("#rotate").submit(overlap=hours)
    (new,) = page.select("//input[@id='client-secret']/@value")
    assert works(row, new, token) == works(row, old, token) == (True, True)
    assert works(row, old, token, NOW + after - timedelta(seconds=1))[0]
    assert not works(row, old, token, NOW + after + timedelta(minutes=1))[0]
    assert works(row, new, token, NOW + after)[0]
    assert browse(house.ana).get(SHOW, credential_id=row.id).has("vale até")


def test_a_rotation_at_once_ends_the_old_secret_and_its_tokens(browse, house):
    row, old = made(house)
    token = token_of(row)
    page = browse(house.ana).post(ROTATE, {"overlap": "0"}, credential_id=row.id)
    (new,) = page.select("//input[@id='client-secret']/@value")
    assert works(row, old, token) == (False, False)
    assert works(row, new, token_of(row)) == (True, True)


@pytest.mark.parametrize("overlap", ["", "x", "2", "-1", "100000"])
def test_an_overlap_that_is_not_offered_is_refused(browse, house, overlap):
    row, old = made(house)
    page = browse(house.ana).post(ROTATE, {"overlap": overlap}, credential_id=row.id)
    assert page.status == 422 and page.by_id("f-overlap-error").text_content()
    assert works(row, old, token_of(row))[0]


def test_a_revoked_credential_ends_with_its_tokens(browse, house):
    row, secret = made(house)
    token = token_of(row)
    page = browse(house.ana).get(SHOW, credential_id=row.id).form(REVOKE, credential_id=row.id).submit().follow()
    assert page.has("Revogadas", row.client_id)
    assert works(row, secret, token) == (False, False)
    for endpoint in (ROTATE, TAKE_OVER):
        assert browse(house.ana).post(endpoint, {"overlap": "24"}, credential_id=row.id).status == 404
    assert browse(house.ana).get(SHOW, credential_id=row.id).status == 404


def demote(staff, role=Role.MANAGER):
    StaffMembership.update(role=role.value).where(StaffMembership.id == staff.membership_id).execute()


def leave(staff):
    StaffMembership.update(ended_at=NOW).where(StaffMembership.id == staff.membership_id).execute()


def disable(staff):
    Person.update(disabled_at=NOW).where(Person.id == staff.person.id).execute()


@pytest.mark.parametrize("loss", [demote, leave, disable, lambda staff: demote(staff, Role.BILLING)])
def test_a_credential_never_has_more_than_its_maker(browse, house, loss):
    maker = make_staff(Role.ADMIN, house.agency, name="Mara Dias")
    row, secret = made(house, maker)
    token = token_of(row)
    assert works(row, secret, token) == (True, True)
    loss(maker)
    assert works(row, secret, token) == (False, False)
    ana = browse(house.ana)
    assert ana.get(INDEX).has("1 credencial parou", "Parada")
    page = ana.get(SHOW, credential_id=row.id)
    assert page.has("Esta credencial parou", "Mara Dias")
    assert page.form(TAKE_OVER, credential_id=row.id).submit().follow().status == 200
    assert works(row, secret, token) == (True, True)
    assert not ana.get(INDEX).has("Parada")


def test_a_demoted_owner_who_is_admin_keeps_his_credentials(browse, house):
    maker = make_staff(Role.OWNER, house.agency)
    row, secret = made(house, maker)
    demote(maker, Role.ADMIN)
    assert works(row, secret, token_of(row)) == (True, True)


def test_rotating_a_stopped_credential_leaves_nothing_to_who_left(browse, house):
    maker = make_staff(Role.ADMIN, house.agency)
    row, old = made(house, maker)
    token = token_of(row)
    leave(maker)
    assert browse(house.ana).get(SHOW, credential_id=row.id).form("#rotate").fields["overlap"] == ["0"]
    page = browse(house.ana).post(ROTATE, {"overlap": "168"}, credential_id=row.id)
    (new,) = page.select("//input[@id='client-secret']/@value")
    assert page.has("não vale mais")
    assert works(row, old, token) == (False, False) and works(row, new, token_of(row)) == (True, True)


def test_what_the_command_line_made_answers_to_nobody(house):
    row, secret = accounts.create_credential(house.agency, scopes=["usage:read"], by=TESTER, now=NOW)
    assert row.made_by is None and works(row, secret, token_of(row)) == (True, True)


def test_a_maker_who_works_elsewhere_now_does_not_count(house):
    """A membership of another agency is none of this one."""
    row, secret = made(house)
    Credential.update(made_by=house.stranger.person.id).where(Credential.id == row.id).execute()
    assert works(row, secret, token_of(row)) == (False, False)


def test_the_api_takes_the_old_secret_during_the_overlap(browser, browse, house):
    row, old = made(house)
    browse(house.ana).post(ROTATE, {"overlap": "24"}, credential_id=row.id)
    form = {"grant_type": "client_credentials", "client_id": row.client_id, "client_secret": old}
    assert browser.request("POST", "/api/v1/oauth/token", data=form).status == 200
    clock.move_to(NOW + timedelta(hours=25))
    assert browser.request("POST", "/api/v1/oauth/token", data=form).status == 401


def every(row):
    return [("GET", SHOW), ("POST", ROTATE), ("POST", REVOKE), ("POST", TAKE_OVER)]


def ask(browser, method, endpoint, row):
    if method == "GET":
        return browser.get(endpoint, credential_id=row.id)
    return browser.post(endpoint, {"overlap": "24"}, credential_id=row.id)


def test_another_agency_finds_none_of_it(browse, house):
    row, secret = made(house)
    token = token_of(row)
    for method, endpoint in every(row):
        assert ask(browse(house.stranger), method, endpoint, row).status == 404, endpoint
    assert row.client_id not in browse(house.stranger).get(INDEX).text
    assert works(row, secret, token) == (True, True)


def test_managers_and_billing_may_not(browse, house):
    row, _ = made(house)
    for who in (house.bruno, house.bia):
        for method, endpoint in every(row):
            assert ask(browse(who), method, endpoint, row).status == 403, endpoint
        for endpoint in (INDEX, NEW):
            assert browse(who).get(endpoint).status == 403
        assert browse(who).post("agency.credentials.create", {"scopes": "usage:write"}).status == 403
    assert len(accounts.credentials_of(house.agency)) == 1


def test_signed_out_leads_to_sign_in(browser, house):
    row, _ = made(house)
    for endpoint, values in ((INDEX, {}), (NEW, {}), (SHOW, {"credential_id": row.id})):
        assert "/sign-in" in browser.get(endpoint, **values).location


def test_what_was_done_stands_in_the_trail_without_a_secret(browse, house):
    row, secret = made(house)
    ana = browse(house.ana)
    page = ana.post(ROTATE, {"overlap": "1"}, credential_id=row.id)
    (new,) = page.select("//input[@id='client-secret']/@value")
    ana.post(REVOKE, credential_id=row.id)
    entries = [e for e in audit.recent_of_agency(house.agency.id, 4) if e.action != "session.started"]
    assert [entry.action for entry in entries] == ["credential.revoked", "credential.rotated", "credential.created"]
    assert all(entry.subject == "Sincronização" for entry in entries)
    assert not [entry for entry in entries if secret in str(entry.details) or new in str(entry.details)]


def test_the_settings_page_and_the_panel_lead_there(browse, house):
    page = browse(house.ana).get("agency.settings.index")
    assert page.has_link(INDEX) and page.has_link("agency.webhooks.index")
    assert not browse(house.bruno).get("agency.settings.index").has_link(INDEX)
