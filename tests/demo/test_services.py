"""What the service beside the portal is given to run with, and where it has no place."""

from __future__ import annotations

import json
import socket

import pytest

from portal import demo
from portal.demo.services import SERVICES
from portal.domain import accounts
from portal.domain import settings as client_settings
from tests.factories import NOW, make_agency, make_contributor, make_staff


@pytest.fixture
def own(settings, database, tmp_path):
    """The settings of an installation with the demo's people, and a folder of its own; `own(env="production")`."""
    agencies = [make_agency("aurora", "Aurora"), make_agency("northwind", "Northwind")]
    make_staff(agency=agencies[0])
    return lambda **changes: settings.model_copy(update={"data_dir": tmp_path, **changes})


def prepared(settings):
    file = demo.prepare_services(settings, now=NOW)
    return json.loads(file.read_text()) if file else None


def living(agency_slug):
    from portal.domain import tenants

    rows = accounts.credentials_of(tenants.agency_by_slug(agency_slug))
    return [row for row in rows if row.revoked_at is None]


def test_every_agency_has_a_credential_for_usage_alone(own):
    found = prepared(own())
    assert set(found["issuers"]) == {"http://aurora.localhost:8000", "http://northwind.localhost:8000"}
    for issuer in found["issuers"].values():
        credential = accounts.verify_credential(issuer["client_id"], issuer["client_secret"])
        assert credential.agency.slug == issuer["agency"] and credential.scopes == ["usage:read", "usage:write"]


def test_its_host_is_none_of_the_portals(own):
    found = prepared(own())
    assert found["address"] == f"http://127.0.0.1:{found['port']}" and found["portal"] == "http://localhost:8000"
    assert found["addresses"] == dict.fromkeys(SERVICES, f"{found['address']}/open/{{service}}")


def test_the_file_is_for_its_owner_alone(own):
    file = demo.prepare_services(own(), now=NOW)
    assert file.stat().st_mode & 0o777 == 0o600 and file.parent.stat().st_mode & 0o777 == 0o700


def test_the_next_start_changes_nothing_and_makes_no_second_credential(own):
    assert prepared(own()) == prepared(own())
    assert len(living("aurora")) == 1


def test_a_port_that_was_taken_meanwhile_gives_way_to_another(own):
    before = prepared(own())
    with socket.socket() as other:
        other.bind(("127.0.0.1", before["port"]))
        other.listen()
        after = prepared(own())
    assert after["port"] != before["port"] and str(after["port"]) in after["addresses"]["litmus_test"]
    assert after["issuers"] == before["issuers"]


def test_a_credential_that_was_revoked_or_lost_is_replaced_and_the_old_one_ends(own, tmp_path):
    before = prepared(own())
    (old,) = living("aurora")
    accounts.revoke_credential(old.agency, old.id, by=make_staff(agency=old.agency).actor, now=NOW)
    after = prepared(own())
    northwind = "http://northwind.localhost:8000"
    assert after["issuers"][northwind] == before["issuers"][northwind]
    assert len(living("aurora")) == 1
    (tmp_path / "reference_service" / "settings.json").unlink()
    prepared(own())
    assert [len(living(slug)) for slug in ("aurora", "northwind")] == [1, 1]


def test_addresses_of_the_installation_go_before_it(own):
    found = prepared(own(service_addresses={"litmus_test": "https://tests.example/open"}))
    assert found["addresses"]["litmus_test"] == "https://tests.example/open"
    assert found["addresses"]["shutterstock"].startswith(found["address"])


def test_a_catalogue_without_one_of_its_services_is_no_fault(own, settings, tmp_path):
    text = settings.services_file.read_text()
    begin, end = text.index("[shutterstock]"), text.index("[push_notification]")
    (tmp_path / "services.toml").write_text(text[:begin] + text[end:])
    client_settings.load_services(tmp_path / "services.toml")
    try:
        assert set(prepared(own())["addresses"]) == set(SERVICES) - {"shutterstock"}
    finally:
        client_settings.load_services(settings.services_file)


@pytest.mark.parametrize("changes", [{"env": "production"}, {"reference_service": "off"}], ids=str)
def test_where_it_is_not_wanted_nothing_of_it_stays(own, changes, tmp_path):
    prepared(own())
    assert prepared(own(**changes)) is None
    assert not (tmp_path / "reference_service" / "settings.json").exists()


def test_without_the_demo_it_runs_only_when_it_is_asked_for(settings, database, tmp_path):
    agency = make_agency()
    real = settings.model_copy(update={"data_dir": tmp_path})
    assert prepared(real) is None and not living(agency.slug)
    assert prepared(real.model_copy(update={"reference_service": "on", "env": "production"}))["issuers"]


def test_people_with_real_addresses_are_no_demo(settings, database, tmp_path):
    make_contributor(email="real@cantina.com.br")
    assert prepared(settings.model_copy(update={"data_dir": tmp_path})) is None
